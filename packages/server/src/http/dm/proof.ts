/** What comes beside a message to prove who sends it: a header of HTTP, a certificate of TLS. */
import { createHash, hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { MAC_HEADER } from '@grove/protocol';
import type { PeerCertificate, Proof } from '../../session/index.ts';

/** @param now milliseconds since the epoch */
export function proofOf(request: IncomingMessage, bytes: Uint8Array, now: number): Proof {
  const mac = request.headers[MAC_HEADER];
  return {
    bytes,
    mac: Array.isArray(mac) ? mac.join(', ') : mac,
    certificate: request.socket instanceof TLSSocket ? certificateOf(request.socket, now) : undefined,
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

/** A connection's certificate, and the milliseconds since the epoch up to which it is valid. */
interface Known {
  readonly certificate: PeerCertificate;
  readonly validTo: number;
}

const known = new WeakMap<TLSSocket, Known | undefined>();

/** The certificate of a connection, if an authority that is trusted for it has issued it and it is still valid. */
function certificateOf(socket: TLSSocket, now: number): PeerCertificate | undefined {
  if (!known.has(socket)) known.set(socket, readCertificate(socket));
  const found = known.get(socket);
  return found !== undefined && now <= found.validTo ? found.certificate : undefined;
}

function readCertificate(socket: TLSSocket): Known | undefined {
  if (!socket.authorized) return undefined;
  const { subject, fingerprint256, valid_to } = socket.getPeerCertificate();
  if (fingerprint256 === undefined) return undefined;
  const names: unknown = subject?.CN;
  const certificate: PeerCertificate = {
    name: typeof names === 'string' ? names : '',
    fingerprint: fingerprint256.replaceAll(':', '').toLowerCase(),
  };
  return { certificate, validTo: Date.parse(valid_to) };
}
