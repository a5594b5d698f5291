import { readFileSync } from 'node:fs';
import type { TlsClientOptions } from '@grove/device';
import type { Command } from 'commander';
import { UsageError, unreadable } from '../program/index.ts';

/** What the options say of a device's TLS. */
export interface TlsDeviceOptions {
  readonly tlsCa?: string;
  readonly tlsClientCert?: string;
  readonly tlsClientKey?: string;
}

/** Adds the option that says which servers are trusted. */
export function addCaOption(command: Command): Command {
  return command.option(
    '--tls-ca <file>',
    'authorities that are trusted for servers by HTTPS, PEM (default: those of Node)',
  );
}

/** Adds the options of a device's TLS. */
export function addTlsDeviceOptions(command: Command): Command {
  return addCaOption(command)
    .option('--tls-client-cert <file>', 'certificate of the device, PEM, for servers that ask for one')
    .option('--tls-client-key <file>', 'its private key, PEM');
}

/** @throws {UsageError} when a file cannot be read, or a certificate is given without its key */
export function tlsOf(options: TlsDeviceOptions): TlsClientOptions {
  const { tlsCa, tlsClientCert, tlsClientKey } = options;
  if ((tlsClientCert === undefined) !== (tlsClientKey === undefined)) {
    throw new UsageError('--tls-client-cert and --tls-client-key go together');
  }
  return {
    ca: readPem(tlsCa),
    cert: readPem(tlsClientCert),
    key: readPem(tlsClientKey),
  };
}

/** @throws {UsageError} when the file cannot be read, or is not PEM */
export function readPem<F extends string | undefined>(file: F): F;
export function readPem(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(unreadable(file, error), { cause: error });
  }
  if (!text.includes('-----BEGIN')) throw new UsageError(`${file}: expected PEM (-----BEGIN …)`);
  return text;
}
