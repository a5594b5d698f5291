// One PostgreSQL cluster for the whole test run, thrown away at its end. A test file gets its address with
// `inject('postgresUrl')` and makes a database of its own there.
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { postgresFolder } from '../../scripts/tools.mjs';
import { freePort } from '../rig/port.testing.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the throw-away PostgreSQL of this run is, as its superuser. Only for `*.postgres.test.ts`. */
    postgresUrl: string;
  }
}

// Runs PostgreSQL until its own standard input ends, then removes the cluster: so nothing is left behind however
// the test run ends, be it by Ctrl-C or by SIGKILL.
const KEEPER = `
  "$1/postgres" -D "$2/data" -h 127.0.0.1 -p "$3" -k "" -c fsync=off -c full_page_writes=off -c max_connections=200 &
  read -r _
  kill -QUIT $!
  wait $!
  rm -rf "$2"
`;

export default async function setup(project: TestProject) {
  const programs = postgresFolder();
  if (!programs)
    throw new Error('PostgreSQL is not installed; `npm test` installs it or leaves these tests out.');

  const user = unprivilegedUser();
  const folder = mkdtempSync(join(user ? '/tmp' : tmpdir(), 'grove-postgres-'));
  if (user) chownSync(folder, user.uid, user.gid);
  const password = randomBytes(12).toString('hex');
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, password);
  const as = { ...user, cwd: folder };
  try {
    execFileSync(
      join(programs, 'initdb'),
      [
        '-D',
        join(folder, 'data'),
        '-U',
        'grove',
        '-A',
        'scram-sha-256',
        `--pwfile=${passwordFile}`,
        '-E',
        'UTF8',
      ].concat(['--no-locale', '--no-sync']),
      { ...as, stdio: ['ignore', 'ignore', 'pipe'] },
    );
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }

  const port = await freePort();
  const keeper = spawn('sh', ['-c', KEEPER, 'grove-postgres', programs, folder, String(port)], {
    ...as,
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => keeper.on('close', () => resolve()));
  const ready = new Promise<void>((resolve, reject) => {
    let log = '';
    keeper.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text;
      if (log.includes('ready to accept connections')) resolve();
      if (log.includes('FATAL')) reject(new Error(`PostgreSQL did not start:\n${log}`));
    });
    keeper.on('error', reject);
    keeper.on('close', () => reject(new Error(`PostgreSQL ended:\n${log}`)));
  });
  const stop = async () => {
    keeper.stdin.end();
    await ended;
  };
  try {
    await ready;
  } catch (error) {
    await stop();
    throw error;
  }
  project.provide('postgresUrl', `postgresql://grove:${password}@127.0.0.1:${port}/postgres`);
  return stop;
}

/** PostgreSQL refuses to run as root: the user to run it as instead. */
function unprivilegedUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (flag: string) =>
        Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }));
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      // Not a user of this system: try the next.
    }
  }
  throw new Error(
    'PostgreSQL does not run as root, and this system has neither a user "postgres" nor "nobody".',
  );
}
