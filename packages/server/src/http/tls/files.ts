import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContextOptions } from 'node:tls';

/** Files with certificates and keys, PEM. */
export interface TlsFiles {
  /** The server's certificate, with those between it and its root. */
  readonly cert: string;
  readonly key: string;
  /** Authorities that issue certificates to devices. */
  readonly clientCa?: string | undefined;
}

/** Certificates or keys that cannot be used. */
export class TlsError extends Error {
  override readonly name = 'TlsError';
}

/** What the files hold. */
export interface TlsMaterial {
  readonly cert: string;
  readonly key: string;
  readonly ca: string | undefined;
}

/**
 * Reads the files and tries them out.
 *
 * @param settings what they are to be used with
 * @throws {TlsError} when one cannot be read, or they do not go together
 */
export async function readTlsFiles(
  { cert, key, clientCa }: TlsFiles,
  settings: SecureContextOptions,
): Promise<TlsMaterial> {
  const material: TlsMaterial = {
    cert: await read('certificate', cert),
    key: await read('key', key),
    ca: clientCa === undefined ? undefined : await read('authority for devices', clientCa),
  };
  const files = [cert, key, ...(clientCa === undefined ? [] : [clientCa])].join(', ');
  try {
    createSecureContext({ ...settings, ...material });
    // What is no certificate would be passed over.
    if (material.ca !== undefined) new X509Certificate(material.ca);
  } catch (error) {
    throw new TlsError(`TLS cannot use ${files}: ${messageOf(error)}`, { cause: error });
  }
  return material;
}

export function isSame(a: TlsMaterial, b: TlsMaterial): boolean {
  return a.cert === b.cert && a.key === b.key && a.ca === b.ca;
}

async function read(what: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new TlsError(`the ${what} for TLS cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
