import type { TlsOptions, TlsVersion } from '@grove/server';
import { type Command, Option } from 'commander';
import { port, UsageError } from '../../program/index.ts';

/** What the options for HTTPS say. */
export interface TlsServeOptions {
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsClientCa?: string;
  readonly tlsPort: number;
  readonly tlsMinVersion: TlsVersion;
  readonly tlsCiphers?: string;
}

const VERSIONS: readonly TlsVersion[] = ['1.0', '1.1', '1.2', '1.3'];

/** Adds the options for HTTPS. */
export function addTlsOptions(command: Command): Command {
  return command
    .optionsGroup('HTTPS, on a port of its own; the other one then listens on loopback alone:')
    .option('--tls-cert <file>', "the server's certificate, and those between it and its root, PEM")
    .option('--tls-key <file>', 'its private key, PEM')
    .option('--tls-client-ca <file>', 'authorities for certificates of devices, PEM; asks devices for theirs')
    .option('--tls-port <n>', 'port; 0 for any that is free', port, 8443)
    .addOption(
      new Option('--tls-min-version <version>', 'oldest version of TLS that is spoken')
        .choices(VERSIONS)
        .default('1.2'),
    )
    .option('--tls-ciphers <list>', "ciphers in OpenSSL's notation (default: those of Node)")
    .optionsGroup('Options:');
}

/**
 * HTTPS as the options say; undefined for none.
 *
 * @throws {UsageError} when a certificate is given without a key, or anything else without both
 */
export function tlsFrom(options: TlsServeOptions, host: string): TlsOptions | undefined {
  const { tlsCert: cert, tlsKey: key, tlsClientCa: clientCa, tlsCiphers: ciphers } = options;
  if (cert === undefined && key === undefined && clientCa === undefined && ciphers === undefined) {
    return undefined;
  }
  if (cert === undefined || key === undefined) {
    throw new UsageError('HTTPS needs both --tls-cert and --tls-key');
  }
  return {
    cert,
    key,
    clientCa,
    ciphers,
    host,
    port: options.tlsPort,
    minVersion: options.tlsMinVersion,
  };
}
