// Kannel, the WAP and SMS gateway of Debian: its bearerbox, the wapbox with its push proxy gateway, and the programs that
// it is tested with (test_ppg, drive_smpp).
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kannelTestFolder } from '../../scripts/tools.mjs';
import { freePort } from './port.testing.ts';
import { type Program, startProgram } from './program.testing.ts';

/** A group of Kannel's configuration: `{ group: 'smsc', smsc: 'smpp', port: 2775 }`. */
export type KannelGroup = Readonly<Record<string, string | number | boolean>> & { readonly group: string };

export interface KannelOptions {
  /** Its SMS centres and who may use them: groups `smsc`, `wap-push-user`, `sendsms-user`, …; further core settings under `core`. */
  readonly groups: readonly KannelGroup[];
  /** Starts the wapbox with a push proxy gateway of these settings. */
  readonly ppg?: Readonly<Record<string, string | number | boolean>>;
  /** Starts the smsbox with these settings, for groups `sendsms-user` and `sms-service`. */
  readonly smsbox?: Readonly<Record<string, string | number | boolean>>;
}

export interface Kannel {
  readonly bearerbox: Program;
  /** Where pushes are submitted; only with `ppg`. */
  readonly ppgUrl: string;
  readonly wapbox: Program | undefined;
  /** Where short messages are submitted; only with `smsbox`. */
  readonly sendsmsUrl: string;
  stop(): Promise<void>;
}

/** Starts Kannel on free ports, and waits until it serves. */
export async function startKannel({ groups, ppg, smsbox }: KannelOptions): Promise<Kannel> {
  const folder = await mkdtemp(join(tmpdir(), 'grove-kannel-'));
  const programs: Program[] = [];
  const stop = async () => {
    await Promise.all(programs.map((program) => program.stop()));
    await rm(folder, { recursive: true, force: true });
  };
  const start = async (command: string, ready: RegExp) => {
    const program = startProgram(command, ['-v', '0', join(folder, 'kannel.conf')], folder);
    programs.push(program);
    await program.wrote(ready);
    return program;
  };
  try {
    const [ppgPort, sendsmsPort] = [await freePort(), await freePort()];
    await writeFile(
      join(folder, 'kannel.conf'),
      await configurationOf(
        groups,
        ppg && { ...ppg, 'ppg-port': ppgPort },
        smsbox && { ...smsbox, 'sendsms-port': sendsmsPort, 'sendsms-interface': '127.0.0.1' },
      ),
    );
    const bearerbox = await start('bearerbox', /MAIN: Start-up done/);
    const wapbox = ppg && (await start('wapbox', /Connected to bearerbox/));
    if (smsbox) await start('smsbox', /Connected to bearerbox/);
    return {
      bearerbox,
      wapbox,
      ppgUrl: `http://127.0.0.1:${ppgPort}${PPG_PATH}`,
      sendsmsUrl: `http://127.0.0.1:${sendsmsPort}/cgi-bin/sendsms`,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const PPG_PATH = '/wappush';

async function configurationOf(
  groups: readonly KannelGroup[],
  ppg: KannelOptions['ppg'],
  smsbox: KannelOptions['smsbox'],
): Promise<string> {
  const core: KannelGroup = {
    group: 'core',
    'admin-port': await freePort(),
    'admin-password': 'admin',
    'admin-interface': '127.0.0.1',
    'wapbox-port': await freePort(),
    'smsbox-port': await freePort(),
    'box-allow-ip': '127.0.0.1',
    'box-deny-ip': '*.*.*.*',
  };
  const all: KannelGroup[] = [
    core,
    // The bearerbox does not start without one, even where none is run.
    { group: 'smsbox', 'bearerbox-host': '127.0.0.1', ...smsbox },
    ...(ppg
      ? [
          { group: 'wapbox', 'bearerbox-host': '127.0.0.1' },
          { group: 'ppg', 'ppg-url': PPG_PATH, ...ppg },
        ]
      : []),
    ...groups,
  ];
  return all.map(write).join('\n');
}

function write(group: KannelGroup): string {
  return Object.entries(group)
    .map(([name, value]) => `${name} = ${typeof value === 'string' ? JSON.stringify(value) : value}\n`)
    .join('');
}

/** One of the programs that Kannel is tested with. */
export function startKannelTest(
  program: 'test_ppg' | 'drive_smpp',
  args: readonly string[],
  cwd?: string,
): Program {
  const folder = kannelTestFolder();
  if (folder === undefined) throw new Error('Kannel’s test programs are not installed');
  return startProgram(join(folder, program), args, cwd);
}

/** A file that Kannel's test programs come with: `si.txt`. */
export function kannelFile(name: string): string {
  return join(kannelTestFolder() ?? '', name);
}

/** What test_ppg wrote, and the answer that it got, which it dumps as octets. */
export async function runTestPpg(...args: string[]): Promise<{ output: string; answer: string }> {
  const program = startKannelTest('test_ppg', args);
  await program.ended;
  const { output } = program;
  const dumped = [...output.matchAll(/data: ((?:[0-9a-f]{2} )+)/g)].map(([, hex = '']) =>
    hex.replaceAll(' ', ''),
  );
  return { output, answer: Buffer.from(dumped.join(''), 'hex').toString() };
}

/** A control document for test_ppg: a push-message with further attributes and elements, and perhaps a DOCTYPE. */
export async function writeControl(
  folder: string,
  {
    addresses,
    attributes = '',
    inner = '',
    doctype = '',
  }: { addresses: string[]; attributes?: string; inner?: string; doctype?: string },
): Promise<string> {
  const file = join(folder, 'control.xml');
  const elements = addresses.map((address) => `<address address-value="${address}"></address>`).join('\n');
  const message = `<push-message push-id="own@pi" ${attributes}>${elements}${inner}</push-message>`;
  await writeFile(file, `<?xml version="1.0"?>\n${doctype}\n<pap>\n${message}</pap>\n`);
  return file;
}
