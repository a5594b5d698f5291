// Kamailio as a SIP core: registrar and proxy, with digest authentication, on ports of its own.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './port.testing.ts';
import { type Program, startProgram } from './program.testing.ts';

export interface KamailioOptions {
  /** Passwords by user; the domain is {@link DOMAIN}. */
  readonly users: Readonly<Record<string, string>>;
  /** How passwords are to be proved; MD5 unless said. */
  readonly algorithm?: 'MD5' | 'SHA-256';
  /** Certificate and key in PEM for TLS. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** The shortest registration in seconds; shorter ones get 423. */
  readonly shortest?: number;
}

export interface Kamailio {
  /** UDP and TCP. */
  readonly port: number;
  readonly tlsPort: number;
  /** Ends the process, without any goodbye to those who are registered. */
  stop(): Promise<void>;
  /** Starts it again at the same ports, with nobody registered. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export const DOMAIN = 'grove.test';

export async function startKamailio(options: KamailioOptions): Promise<Kamailio> {
  const folder = await mkdtemp(join(tmpdir(), 'grove-kamailio-'));
  const [port, tlsPort] = [await freePort(), await freePort()];
  await writeFile(join(folder, 'kamailio.cfg'), await configuration(options, port, tlsPort, folder));
  await writeFile(join(folder, 'cert.pem'), options.tls?.cert ?? '');
  await writeFile(join(folder, 'key.pem'), options.tls?.key ?? '');
  const core: { program: Program | undefined } = { program: undefined };
  const stop = async (): Promise<void> => {
    await core.program?.stop();
    core.program = undefined;
  };
  const start = async (): Promise<void> => {
    const memory = ['-m', '32', '-M', '4'];
    const where = ['-f', join(folder, 'kamailio.cfg'), '-w', folder, '-Y', folder];
    const tls = options.tls ? ['-A', 'WITH_TLS'] : [];
    core.program = startProgram('kamailio', [...where, ...memory, ...tls, '-DD', '-E']);
    await core.program.wrote(READY);
  };
  const close = async (): Promise<void> => {
    await stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await start();
  } catch (error) {
    await close();
    throw error;
  }
  return { port, tlsPort, stop, start, close };
}

const READY = /the SIP core is ready/;

/** The configuration of the guide, with what is to be otherwise. */
async function configuration(
  { users, algorithm = 'MD5', shortest = 1 }: KamailioOptions,
  port: number,
  tlsPort: number,
  folder: string,
): Promise<string> {
  const guide = await readFile(join(import.meta.dirname, '../../docs/kamailio.cfg'), 'utf8');
  const passwords = Object.entries(users).map(
    ([user, password]) => `  $sht(users=>${user}) = "${password}";\n`,
  );
  const changes: readonly (readonly [RegExp, string])[] = [
    [/:5060$/gm, `:${port}`],
    [/:5061$/gm, `:${tlsPort}`],
    [/"(cert|key)\.pem"/g, `"${folder}/$1.pem"`],
    [/"MD5"/g, `"${algorithm}"`],
    [/"min_expires", 1/g, `"min_expires", ${shortest}`],
    [/< 1\)/g, `< ${shortest})`],
    [/Min-Expires: 1/g, `Min-Expires: ${shortest}`],
    [/(?: {2}\$sht\(users=>\w+\) = .*\n)+/g, passwords.join('').replaceAll('$', '$$$$')],
  ];
  return changes.reduce((text, [pattern, value]) => {
    if (text.search(pattern) === -1) throw new Error(`docs/kamailio.cfg has nothing like ${pattern}`);
    return text.replace(pattern, value);
  }, guide);
}
