/** What comes beside a message to prove who sends it: a header of HTTP, a certificate of TLS. */
import { createHash, hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { MAC_HEADER } from '@grove/protocol';
import type { PeerCertificate, Proof } from '../../session/index.ts';

export function proofOf(request: IncomingMessage, bytes: Uint8Array): Proof {
  const mac = request.headers[MAC_HEADER];
  return {
    bytes,
    mac: Array.isArray(mac) ? mac.join(', ') : mac,
    certificate: request.socket instanceof TLSSocket ? certificateOf(request.socket) : undefined,
  };
}

/** Whether a request came over TLS. */
export function isProtected({ socket }: IncomingMessage): boolean {
  return socket instanceof TLSSocket;
}

/**
 * SHA-256 of a message together with what proves who sends it, base64: a repetition has all of it.
 *
 * @param named the address of the server where the sender has named it: whoever sends the same message first
 *   must not choose the RespURI for those who send it after him
 */
export function hashOf({ bytes, mac, certificate }: Proof, named: string | undefined): string {
  if (mac === undefined && certificate === undefined && named === undefined) {
    return hash('sha256', bytes, 'base64');
  }
  const beside = JSON.stringify([mac, certificate?.fingerprint, named]);
  return createHash('sha256').update(bytes).update(beside).digest('base64');
}

const known = new WeakMap<TLSSocket, PeerCertificate | undefined>();

/** The certificate of a connection, if an authority that is trusted for it has issued it. */
function certificateOf(socket: TLSSocket): PeerCertificate | undefined {
  if (known.has(socket)) return known.get(socket);
  const certificate = readCertificate(socket);
  known.set(socket, certificate);
  return certificate;
}

function readCertificate(socket: TLSSocket): PeerCertificate | undefined {
  if (!socket.authorized) return undefined;
  const { subject, fingerprint256 } = socket.getPeerCertificate();
  if (fingerprint256 === undefined) return undefined;
  const names: unknown = subject?.CN;
  return {
    name: typeof names === 'string' ? names : '',
    fingerprint: fingerprint256.replaceAll(':', '').toLowerCase(),
  };
}
