import { readFile } from 'node:fs/promises';
import { Type } from 'typebox';

/** Certificates and a key, in PEM, or the paths of files with them. */
export interface Tls {
  /** Authorities that the other side's certificate may be of; otherwise those that Node knows. */
  readonly ca?: string;
  /** Our own certificate with its key, for those who ask for one. */
  readonly cert?: string;
  readonly key?: string;
  /** The name that the other side's certificate has to have, where it is not the host. */
  readonly serverName?: string;
}

/** The path of a file: whoever reads settings from a file takes it from that file's folder. */
const Path = Type.String({ minLength: 1, isPath: true });

/** How an operator names the files. */
export const TlsFiles = Type.Object(
  {
    ca: Type.Optional(Path),
    cert: Type.Optional(Path),
    key: Type.Optional(Path),
    serverName: Type.Optional(Type.String()),
  },
  {
    additionalProperties: false,
    description: 'Files in PEM: authorities for the other side, own certificate with key',
  },
);

/** The same with what is in the files instead of their paths. @throws the error of the file that cannot be read */
export async function readTlsFiles(files: Tls): Promise<Tls> {
  const read = async (path: string | undefined): Promise<string | undefined> =>
    path === undefined ? undefined : readFile(path, 'utf8');
  const [ca, cert, key] = await Promise.all([read(files.ca), read(files.cert), read(files.key)]);
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(files.serverName !== undefined && { serverName: files.serverName }),
  };
}
