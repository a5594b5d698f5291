import { setTimeout as sleep } from 'node:timers/promises';
import {
  createHttpTransport,
  createPhone,
  DamagedRecordError,
  type DeviceStore,
  fileStore,
  type Phone,
  type SessionReport,
  scriptedUser,
  type TracedMessage,
  type UserInteraction,
} from '@grove/device';
import { decodeMessage, type Encoding, MalformedError } from '@grove/protocol';
import { describeSpoken } from '../../describe/index.ts';
import { counted, formatBytes, formatDuration, note, print, printable, style } from '../../output/index.ts';
import { CommandError, Exit, UsageError } from '../../program/index.ts';
import { answersFrom, terminalUser } from '../../user/index.ts';
import { ended } from '../signal.ts';
import { type TlsDeviceOptions, tlsOf } from '../tls-options.ts';
import { type IdentityOptions, identityFrom } from './identity.ts';

interface Options extends IdentityOptions, TlsDeviceOptions {
  readonly store: string;
  readonly reset?: true;
  readonly encoding: Encoding;
  readonly once?: true;
  /** Seconds. */
  readonly every: number;
  readonly answers?: string;
  readonly json?: true;
}

/** Runs one virtual phone: one session, or one after the other until it is told to end. */
export async function device(options: Options): Promise<void> {
  const abort = new AbortController();
  const { signal } = abort;
  void ended().then(() => abort.abort());
  const tls = tlsOf(options);
  const transport = createHttpTransport(options.once ? { tls, backoff: IMPATIENT } : { tls });
  const { phone, isKept } = await open(options, transport);
  try {
    for (;;) {
      const report = await session(phone, signal);
      if (report === undefined) return;
      if (options.json) print(JSON.stringify(report));
      else print('', ...describeReport(report), '');
      const { kind } = report.outcome;
      process.exitCode = kind === 'completed' ? Exit.ok : Exit.failed;
      if (isKept && (kind === 'refused' || kind === 'distrusted')) {
        note(`Its account is the one kept in ${options.store}; --reset begins anew.`);
      }
      if (options.once) return;
      if (!(await pause(options.every * 1000, signal))) return;
    }
  } finally {
    await transport.close();
  }
}

/** One session is asked for to see whether it works: not to wait until it does. */
const IMPATIENT = { attempts: 2, first: 200, longest: 200 };

/** Takes the phone out of its folder or, if it is not kept there, out of the factory. */
async function open(
  options: Options,
  transport: ReturnType<typeof createHttpTransport>,
): Promise<{ phone: Phone; isKept: boolean }> {
  const { devId, account } = identityFrom(options);
  const kept = fileStore({ directory: options.store });
  const store: DeviceStore = options.reset ? { ...kept, load: async () => undefined } : kept;
  try {
    const isKept = (await store.load(devId)) !== undefined;
    if (!isKept && account === undefined) {
      throw new UsageError(
        `${devId} is not kept in ${options.store}: give --account, or --server and its account`,
      );
    }
    const phone = await createPhone({
      devId,
      account: account ?? NO_ACCOUNT,
      transport,
      store,
      encoding: options.encoding,
      ...userFrom(options),
      ...(options.json ? {} : { onMessage: (message) => print(...describeTraced(message)) }),
    });
    return { phone, isKept };
  } catch (error) {
    if (!(error instanceof DamagedRecordError)) throw error;
    throw new CommandError(`${error.message}; --reset begins anew`, { cause: error });
  }
}

/** Who answers what the server asks. */
function userFrom({ answers, json }: Options): { interaction?: UserInteraction } {
  if (answers !== undefined) return { interaction: scriptedUser(answersFrom(answers)) };
  if (json || !process.stdin.isTTY || !process.stderr.isTTY) return {};
  return { interaction: terminalUser({ input: process.stdin, output: process.stderr }) };
}

/** Of no meaning for a phone that is kept. */
const NO_ACCOUNT = { serverId: '', addresses: [], auth: [] };

async function session(phone: Phone, signal: AbortSignal): Promise<SessionReport | undefined> {
  try {
    return (await phone.resume({ signal })) ?? (await phone.session({ signal }));
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

/** @returns whether nobody ended it */
async function pause(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(milliseconds, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}

function describeTraced({ direction, encoding, body }: TracedMessage): string[] {
  const spoken = {
    direction: direction === 'sent' ? 'request' : 'response',
    bytes: body.length,
    encoding,
  } as const;
  try {
    return describeSpoken({ ...spoken, decoded: decodeMessage(body, encoding), remarks: [] });
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    return describeSpoken({ ...spoken, decoded: undefined, remarks: [error.message] });
  }
}

function describeReport({
  sessionID,
  outcome,
  done,
  deviations,
  messages,
  bytes,
  duration,
}: SessionReport): string[] {
  const is = outcome.kind === 'completed';
  const amounts = [
    counted(done.length, 'command'),
    counted(messages.sent + messages.received, 'message'),
    formatBytes(bytes.sent + bytes.received),
    formatDuration(duration),
  ];
  return [
    `${style(is ? 'green' : 'red', `Session ${sessionID} ${outcome.kind}`)}: ${printable(outcome.text)}`,
    style('dim', amounts.join(', ')),
    ...deviations.map((deviation) => style('yellow', `! ${printable(deviation)}`)),
  ];
}
