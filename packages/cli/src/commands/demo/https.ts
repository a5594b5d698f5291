import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TlsClientOptions } from '@grove/device';
import type { TlsOptions } from '@grove/server';
import { createAuthority } from '../../certificates/index.ts';

/** HTTPS on this machine, with an authority that is gone with the demo. */
export interface Https {
  readonly tls: TlsOptions;
  /** What a phone needs: its certificate, and the authority that the server's is of. */
  clientOf(devId: string): Promise<TlsClientOptions>;
}

const ADDRESS = '127.0.0.1';

/** Makes an authority, and puts what the server needs of it into a folder. */
export async function makeHttps(folder: string): Promise<Https> {
  const authority = await createAuthority('Authority of a demo of Grove');
  const { cert, key } = await authority.issueServer([ADDRESS, 'localhost']);
  const file = async (name: string, text: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, text, { mode: 0o600 });
    return path;
  };
  const tls: TlsOptions = {
    cert: await file('server.pem', cert),
    key: await file('server-key.pem', key),
    clientCa: await file('authority.pem', authority.cert),
    host: ADDRESS,
    port: 0,
  };
  return {
    tls,
    clientOf: async (devId) => ({ ca: authority.cert, ...(await authority.issueDevice(devId)) }),
  };
}
