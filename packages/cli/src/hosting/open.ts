import { existsSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Credentials } from '@grove/push';
import { createToken, type Grove, type GroveOptions, openGrove, TOKEN_FILE } from '@grove/server';
import { attempt } from './attempt.ts';
import { makeFolder } from './folder.ts';

/** A server in this process that listens. */
export interface Hosted {
  /** Where it is reached from this machine. */
  readonly url: string;
  /** By HTTPS, if it speaks that. */
  readonly tlsUrl: string | undefined;
  /** File with a token of its API. */
  readonly tokenFile: string;
  /** Whether the token was made just now. */
  readonly isNewToken: boolean;
  /** By what a push proxy gateway proves itself where it reports. */
  readonly resultCredentials: Credentials;
  /** Reads the certificates for HTTPS again; says whether others are in use now. */
  reloadCertificates(): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Opens Grove on a data folder, sees to it that a token of the API lies there, and listens.
 *
 * @throws {CommandError} in one line, when it cannot
 */
export async function host(options: GroveOptions & { data: string }): Promise<Hosted> {
  const { data } = options;
  const grove = await attempt('the server cannot start', async () => {
    makeFolder(data);
    return openGrove(options);
  });
  try {
    const tokenFile = join(data, TOKEN_FILE);
    const isMade = grove.firstToken === undefined && (await addToken(grove, tokenFile));
    const { url, tlsUrl } = await attempt('the server cannot listen', () => grove.listen());
    return {
      url,
      tlsUrl,
      tokenFile,
      isNewToken: isMade || grove.firstToken !== undefined,
      resultCredentials: grove.resultCredentials,
      reloadCertificates: () => grove.reloadCertificates(),
      close: () => grove.close(),
    };
  } catch (error) {
    await grove.close();
    throw error;
  }
}

/** A database that is used from a new data folder knows tokens that nobody here has: this folder gets its own. */
async function addToken({ store }: Grove, file: string): Promise<boolean> {
  if (existsSync(file)) return false;
  const { token } = await store.transaction((db) => createToken(db, `of ${hostname()}`, Date.now()));
  writeFileSync(file, `${token}\n`, { mode: 0o600, flag: 'wx' });
  return true;
}
