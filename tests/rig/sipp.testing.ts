// SIPp: another terminal, or a core that does what no good one does, by a scenario that the test writes.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './port.testing.ts';
import { type Program, startProgram } from './program.testing.ts';

export interface Sipp {
  /** UDP. */
  readonly port: number;
  /** What it has sent and received, as SIPp logs it. */
  messages(): Promise<string>;
  /** Resolves once the scenario was gone through; rejects, with what it said, if that failed. */
  readonly done: Promise<void>;
  close(): Promise<void>;
}

export interface SippOptions {
  /** Where requests go, for scenarios that begin with one. */
  readonly to?: string;
  readonly user?: string;
  readonly password?: string;
}

/**
 * Starts a scenario, which is gone through once. Nothing tells when SIPp listens: what is sent to it by UDP before is lost
 * and sent again.
 *
 * @param steps XML within `<scenario>`
 */
export async function startSipp(steps: string, { to, user, password }: SippOptions = {}): Promise<Sipp> {
  const folder = await mkdtemp(join(tmpdir(), 'grove-sipp-'));
  const port = await freePort();
  await writeFile(
    join(folder, 'scenario.xml'),
    `<?xml version="1.0" ?>\n<scenario>\n${steps}\n</scenario>\n`,
  );
  const program: Program = startProgram(
    'sipp',
    [
      ...(to === undefined ? [] : [to]),
      ...['-sf', 'scenario.xml', '-i', '127.0.0.1', '-p', String(port), '-m', '1', '-nostdin'],
      ...['-trace_msg', '-message_file', 'messages.log', '-timeout', '20s'],
      ...(user === undefined ? [] : ['-s', user, '-au', user]),
      ...(password === undefined ? [] : ['-ap', password]),
    ],
    folder,
  );
  const done = program.ended.then((code) => {
    if (code !== 0) throw new Error(`sipp ended with ${code}:\n${program.output}`);
  });
  // Looked at only by tests that care; a failure shows in what the other side got, too.
  done.catch(() => undefined);
  return {
    port,
    done,
    messages: async () => {
      try {
        return await readFile(join(folder, 'messages.log'), 'utf8');
      } catch (cause) {
        throw new Error(`sipp took no message:\n${program.output}`, { cause });
      }
    },
    close: async () => {
      await program.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A response to the request that came last; further headers as they stand. */
export function respond(status: string, ...headers: readonly string[]): string {
  return send([
    `SIP/2.0 ${status}`,
    '[last_Via:]',
    '[last_From:]',
    '[last_To:];tag=[call_number]',
    '[last_Call-ID:]',
    '[last_CSeq:]',
    ...headers,
    'Content-Length: 0',
    '',
  ]);
}

export function send(lines: readonly string[], attributes = ''): string {
  return `<send ${attributes}><![CDATA[\n${lines.join('\n')}\n]]></send>`;
}
