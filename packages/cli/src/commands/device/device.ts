import { setTimeout as sleep } from 'node:timers/promises';
import {
  createHttpTransport,
  createPhone,
  type Phone,
  type SessionOptions,
  type SessionReport,
  scriptedUser,
  type UserInteraction,
} from '@grove/device';
import { answersFrom, terminalUser } from '../../user/index.ts';
import { ended } from '../signal.ts';
import { type TlsDeviceOptions, tlsOf } from '../tls-options.ts';
import { type FoundPhone, findPhone, type PhoneChoice, restored } from './find.ts';
import { checkPageOptions, servePage } from './page.ts';
import { messageTeller, tellReport } from './tell.ts';

export interface Options extends PhoneChoice, TlsDeviceOptions {
  readonly once?: true;
  /** Seconds. */
  readonly every?: number;
  readonly answers?: string;
  readonly json?: true;
  readonly page?: true;
  readonly port?: number;
}

/** Runs one virtual phone until it is told to end, or for one session. */
export async function device(options: Options): Promise<void> {
  checkPageOptions(options);
  const abort = new AbortController();
  void ended().then(() => abort.abort());
  const tls = tlsOf(options);
  // One session is asked for to see whether it works, not to wait until it does; so is one on the page.
  const transport = createHttpTransport(options.once || options.page ? { tls, backoff: IMPATIENT } : { tls });
  let found: FoundPhone | undefined;
  try {
    found = await findPhone(options, transport);
    if (options.page) await servePage(found, options, abort.signal);
    else await callServer(found, options, abort.signal);
  } finally {
    await transport.close();
    await found?.leave();
  }
}

const IMPATIENT = { attempts: 2, first: 200, longest: 200 };

/** Seconds between two sessions of a phone that was not told otherwise. */
const EVERY = 60;

/** Holds one session after the other. */
async function callServer(found: FoundPhone, options: Options, signal: AbortSignal): Promise<void> {
  const phone = await restored(() =>
    createPhone({
      ...found.phone,
      ...userFrom(options),
      ...(options.json ? {} : { onMessage: messageTeller() }),
    }),
  );
  let reason: Pick<SessionOptions, 'serverID'> = {};
  for (;;) {
    const report = await session(phone, reason, signal);
    if (report === undefined) return;
    tellReport(report, found.isKept, options);
    await phone.idle();
    if (options.once) return;
    const next = await nextCall(phone, (options.every ?? EVERY) * 1000, signal);
    if (next === undefined) return;
    reason = next;
  }
}

/** Who answers what the server asks. */
function userFrom({ answers, json }: Options): { interaction?: UserInteraction } {
  if (answers !== undefined) return { interaction: scriptedUser(answersFrom(answers)) };
  if (json || !process.stdin.isTTY || !process.stderr.isTTY) return {};
  return { interaction: terminalUser({ input: process.stdin, output: process.stderr }) };
}

async function session(
  phone: Phone,
  reason: Pick<SessionOptions, 'serverID'>,
  signal: AbortSignal,
): Promise<SessionReport | undefined> {
  try {
    return (await phone.resume({ signal })) ?? (await phone.session({ ...reason, signal }));
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

/** Waits until it is time to call, or there is something to tell. @returns undefined when it was ended */
async function nextCall(
  phone: Phone,
  milliseconds: number,
  signal: AbortSignal,
): Promise<Pick<SessionOptions, 'serverID'> | undefined> {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  try {
    return await Promise.race([sleep(milliseconds, {}, { signal: either }), phone.alertDue(either)]);
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  } finally {
    over.abort();
  }
}
