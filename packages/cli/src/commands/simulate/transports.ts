import { createHttpTransport, type HttpTransport, type Transport } from '@grove/device';
import { openAuthority } from '../../certificates/index.ts';
import { explain, UsageError } from '../../program/index.ts';
import type { ClientAuth } from '../account-options.ts';
import { readPem } from '../tls-options.ts';

export interface TransportOptions {
  readonly auth: ClientAuth;
  readonly concurrency: number;
  readonly tlsCa?: string;
  readonly tlsIssuerCert?: string;
  readonly tlsIssuerKey?: string;
}

/** What the devices talk by. */
export interface Transports {
  readonly of: Transport | ((devId: string) => Promise<Transport>);
  close(): Promise<void>;
}

/**
 * One transport for all devices, or for each one its own where each has a certificate.
 *
 * @throws {UsageError} when there is nobody to issue certificates
 */
export async function transportsFor(options: TransportOptions): Promise<Transports> {
  const ca = readPem(options.tlsCa);
  const [cert, key] = [readPem(options.tlsIssuerCert), readPem(options.tlsIssuerKey)];
  if (options.auth !== 'certificate') {
    if (cert !== undefined || key !== undefined) {
      throw new UsageError('--tls-issuer-cert and --tls-issuer-key go with --auth certificate');
    }
    const shared = createHttpTransport({ connections: options.concurrency, tls: { ca } });
    return { of: shared, close: () => shared.close() };
  }
  if (cert === undefined || key === undefined) {
    throw new UsageError('--auth certificate needs --tls-issuer-cert and --tls-issuer-key');
  }
  const authority = await openAuthority({ cert, key }).catch((error: unknown) => {
    throw new UsageError(
      `${options.tlsIssuerCert}, ${options.tlsIssuerKey}: expected an authority with a PKCS #8 key, ECDSA on P-256 (${explain(error)})`,
      { cause: error },
    );
  });
  const made: HttpTransport[] = [];
  return {
    of: async (devId) => {
      const tls = { ca, ...(await authority.issueDevice(devId)) };
      const transport = createHttpTransport({ connections: 1, tls });
      made.push(transport);
      return transport;
    },
    close: async () => {
      await Promise.all(made.map((transport) => transport.close()));
    },
  };
}
