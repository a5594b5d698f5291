import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  Agent,
  createHttpTransport,
  createPhone,
  type NotificationOutcome,
  scriptedUser,
  type UserInteraction,
} from '@grove/device';
import { UsageError } from '../../program/index.ts';
import { answersFrom, terminalUser } from '../../user/index.ts';
import { type PushOptions, receivers } from '../push-option.ts';
import { ended } from '../signal.ts';
import { type TlsDeviceOptions, tlsOf } from '../tls-options.ts';
import { type FoundPhone, findPhone, type PhoneChoice, restored } from './find.ts';
import { readNotification } from './notification.ts';
import { checkPageOptions, servePage } from './page.ts';
import { bearerTeller, messageTeller, notificationTeller, tellReport } from './tell.ts';

export interface Options extends PhoneChoice, PushOptions, TlsDeviceOptions {
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
  if (options.once && options.push !== undefined) {
    throw new UsageError(
      '--once does not go with --push: a phone that waits to be notified does not end by itself',
    );
  }
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

/** Seconds between two sessions of a phone that nothing else tells when to call. */
const EVERY = 60;

/** Has the phone call: once, at regular times, when it is notified, or when it has something to tell. */
async function callServer(found: FoundPhone, options: Options, signal: AbortSignal): Promise<void> {
  const { notification } = options;
  const given = notification === undefined ? undefined : await readNotification(notification);
  const phone = await restored(() =>
    createPhone({
      ...found.phone,
      ...userFrom(options),
      ...(options.json ? {} : { onMessage: messageTeller() }),
    }),
  );
  const broken = Promise.withResolvers<never>();
  const agent = new Agent(phone, {
    onReport: (report) => tellReport(report, found.isKept, options),
    onNotification: notificationTeller(options),
    onFault: (error) => {
      if (!signal.aborted) broken.reject(error);
    },
  });
  const end = (): void => void agent.end();
  signal.addEventListener('abort', end);
  const tellBearers = bearerTeller(options);
  const reception = await receivers(options, {
    onPush: (push) => agent.receive(push),
    onChange: tellBearers,
  });
  try {
    tellBearers(reception.bearers);
    await Promise.race([broken.promise, unlessEnded(signal, () => live(agent, given, options, signal))]);
  } finally {
    signal.removeEventListener('abort', end);
    await reception.close();
    await agent.end();
  }
}

async function live(
  agent: Agent,
  given: Awaited<ReturnType<typeof readNotification>> | undefined,
  { once: isOnce, push, every = push === undefined ? EVERY : undefined }: Options,
  signal: AbortSignal,
): Promise<void> {
  const taken = given === undefined ? undefined : agent.take(given.bytes, given.mediaType);
  const waited = isOnce ? undefined : agent.start();
  let outcomes: readonly NotificationOutcome[] = [
    ...(taken === undefined ? [] : [await taken]),
    ...((await waited) ?? (taken === undefined ? await agent.takeUp() : [])),
  ];
  let calls = isOnce ? taken === undefined : every !== undefined;
  for (;;) {
    // Nor does it call a server that its user has put off.
    if (calls && !outcomes.some(({ kind }) => kind === 'accepted' || kind === 'postponed'))
      await agent.call();
    await agent.idle();
    if (isOnce) return;
    signal.throwIfAborted();
    if (every === undefined) await once(signal, 'abort');
    else await sleep(every * 1000, undefined, { signal });
    signal.throwIfAborted();
    outcomes = await agent.takeUp();
    calls = true;
  }
}

/** What the work comes to, unless the phone is told to end meanwhile. */
async function unlessEnded(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Who answers what the server asks. */
function userFrom({ answers, json }: Options): { interaction?: UserInteraction } {
  if (answers !== undefined) return { interaction: scriptedUser(answersFrom(answers)) };
  if (json || !process.stdin.isTTY || !process.stderr.isTTY) return {};
  return { interaction: terminalUser({ input: process.stdin, output: process.stderr }) };
}
