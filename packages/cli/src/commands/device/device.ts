import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createHttpTransport,
  createPhone,
  type NotificationOutcome,
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
import { readNotification } from './notification.ts';
import { checkPageOptions, servePage } from './page.ts';
import { messageTeller, tellNotification, tellReport } from './tell.ts';

export interface Options extends PhoneChoice, TlsDeviceOptions {
  readonly once?: true;
  /** Seconds. */
  readonly every?: number;
  readonly notification?: string;
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
  const { notification } = options;
  const given = notification === undefined ? undefined : await readNotification(notification);
  let outcomes = await unlessEnded(signal, async () =>
    given === undefined ? phone.takeUp({ signal }) : [await take(phone, given, signal)],
  );
  let reason: SessionOptions = {};
  for (;;) {
    if (outcomes === undefined) return;
    for (const outcome of outcomes) tellNotification(outcome, options);
    const course = courseOf(outcomes, given !== undefined && options.once === true, reason);
    const report =
      course === undefined ? undefined : await unlessEnded(signal, () => hold(phone, course, signal));
    if (signal.aborted) return;
    if (report !== undefined) tellReport(report, found.isKept, options);
    if (!(await idle(phone, signal)) || options.once) return;
    const next = await nextCall(phone, (options.every ?? EVERY) * 1000, signal);
    if (next === undefined) return;
    reason = next;
    outcomes = await unlessEnded(signal, () => phone.takeUp({ signal }));
  }
}

/** Takes a notification, and has the user decide on it. */
async function take(
  phone: Phone,
  { bytes, mediaType }: Awaited<ReturnType<typeof readNotification>>,
  signal: AbortSignal,
): Promise<NotificationOutcome> {
  const taken = await phone.notify(bytes, mediaType);
  return taken.kind === 'ignored' ? taken : phone.decide(taken.notification, { signal });
}

/**
 * Options of the session that is to be held next: the one that was asked for, one of the phone's own, or none, where the
 * user has put the server off or the phone was only to take a notification.
 */
function courseOf(
  outcomes: readonly NotificationOutcome[],
  onlyNotified: boolean,
  own: SessionOptions,
): SessionOptions | undefined {
  const accepted = outcomes.find((outcome) => outcome.kind === 'accepted');
  if (accepted !== undefined) return accepted.session;
  return onlyNotified || outcomes.some(({ kind }) => kind === 'postponed') ? undefined : own;
}

async function hold(phone: Phone, options: SessionOptions, signal: AbortSignal): Promise<SessionReport> {
  const resumed = options.reason === 1200 ? undefined : await phone.resume({ signal });
  return resumed ?? (await phone.session({ ...options, signal }));
}

/** What comes of some work; undefined where the phone is told to end meanwhile. */
async function unlessEnded<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

/** Who answers what the server asks. */
function userFrom({ answers, json }: Options): { interaction?: UserInteraction } {
  if (answers !== undefined) return { interaction: scriptedUser(answersFrom(answers)) };
  if (json || !process.stdin.isTTY || !process.stderr.isTTY) return {};
  return { interaction: terminalUser({ input: process.stdin, output: process.stderr }) };
}

/** Waits for what handlers do besides the session. @returns whether nobody ended it */
async function idle(phone: Phone, signal: AbortSignal): Promise<boolean> {
  const ended = signal.aborted ? Promise.resolve() : once(signal, 'abort');
  await Promise.race([phone.idle(), ended]);
  return !signal.aborted;
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
    const late = sleep(milliseconds, {}, { signal: either });
    // A user who has put a server off is asked again after that time, not at once.
    return await (phone.notifications.length > 0 ? late : Promise.race([late, phone.alertDue(either)]));
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  } finally {
    over.abort();
  }
}
