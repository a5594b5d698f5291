import { readFile } from 'node:fs/promises';
import type { SipTls } from './transports.ts';

/** The same with paths of files instead of what is in them. @throws the error of the file that cannot be read */
export async function readTlsFiles(files: SipTls): Promise<SipTls> {
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
