import { closeSync, openSync, writeSync } from 'node:fs';
import {
  type Fleet,
  type FleetOptions,
  type FleetServer,
  type FleetStatistics,
  type NotifiedFleetOptions,
  openFleetReception,
  scriptedUser,
  startFleet,
  startNotifiedFleet,
  wilfulUser,
} from '@grove/device';
import type { Encoding } from '@grove/protocol';
import type { DeviceAddresses } from '@grove/server';
import { type ConnectionOptions, createApi, dmEndpoint, findConnection } from '../../api/index.ts';
import { enrol } from '../../fleet/index.ts';
import { counted, formatBar, liveLines, note, print, printJson } from '../../output/index.ts';
import { CommandError, Exit, explain } from '../../program/index.ts';
import { answersFrom } from '../../user/index.ts';
import { bothSides, type ClientAuth } from '../account-options.ts';
import { modelsFrom } from '../model-option.ts';
import { noteReceived, opened } from '../push-option.ts';
import { ended } from '../signal.ts';
import { addressesFrom, checkPushOptions, type FleetPushOptions } from './push.ts';
import { describeFleet, describeNotified, summaryLines } from './tell.ts';
import { type TransportOptions, transportsFor } from './transports.ts';

interface Options extends ConnectionOptions, TransportOptions, FleetPushOptions {
  readonly devices: number;
  readonly first: number;
  readonly sessions: number;
  readonly rate?: number;
  readonly concurrency: number;
  readonly encoding: Encoding;
  readonly auth: ClientAuth;
  readonly dm?: string;
  readonly serverId: string;
  readonly seed: string;
  readonly models?: string;
  readonly mortality: number;
  readonly register?: true;
  readonly answers?: string;
  readonly record?: string;
  readonly json?: true;
}

/** Has many devices call a server: at a rate, or when they are notified. */
export async function simulate(options: Options): Promise<void> {
  checkPushOptions(options);
  const { devices, first, sessions, concurrency, encoding, auth, seed, models } = options;
  const connection = findConnection(options);
  const both = bothSides(auth);
  const account = { serverID: options.serverId, clientAuth: both.client, serverAuth: both.server, seed };
  const address = dmEndpoint(options.dm ?? connection.server);
  const server: FleetServer = { ...account, address };
  const transports = await transportsFor(options);
  const abort = new AbortController();
  void ended().then(() => {
    note('Ending …');
    abort.abort();
  });
  const record = options.record === undefined ? undefined : openRecord(options.record);
  const common = {
    server,
    transport: transports.of,
    devices,
    sessions,
    concurrency,
    encoding,
    signal: abort.signal,
    ...(models === undefined ? {} : { models: modelsFrom(models) }),
    ...(record === undefined ? {} : { onReport: record.note }),
  };
  const register = async (addressesOf?: (index: number) => DeviceAddresses): Promise<void> => {
    if (!options.register) return;
    const live = liveLines();
    const api = createApi({ ...connection, server: new URL(connection.server).origin });
    await enrol(
      api,
      account,
      { first, devices },
      (done) => live.show(`Registering ${formatBar(done, devices)}`),
      addressesOf,
    );
    live.end();
  };
  const statistics = await (options.push === undefined
    ? call(common, options, register)
    : awaitNotifications(common, options, register));
  record?.close();
  await transports.close();
  if (options.json) printJson(statistics);
  else print(...summaryLines(statistics));
  const isCut = abort.signal.aborted && options.push === undefined;
  process.exitCode = statistics.sessions.failed === 0 && !isCut ? Exit.ok : Exit.failed;
}

/** Has the devices call at a rate. */
async function call(
  common: FleetOptions,
  { first, rate, mortality, answers, devices, sessions }: Options,
  register: () => Promise<void>,
): Promise<FleetStatistics> {
  const script = answers === undefined ? undefined : answersFrom(answers);
  await register();
  const fleet = startFleet({
    ...common,
    first,
    mortality,
    ...(rate === undefined ? {} : { rate }),
    ...(script === undefined ? {} : { interaction: () => scriptedUser(script) }),
  });
  return watch(fleet, (statistics) => describeFleet(statistics, devices * sessions));
}

/** Has the devices call when they are notified. */
async function awaitNotifications(
  common: NotifiedFleetOptions,
  { first, devices, sessions, push = [], number, refuse = 0, answers }: Options,
  register: (addressesOf: (index: number) => DeviceAddresses) => Promise<void>,
): Promise<FleetStatistics> {
  const script = answers === undefined ? undefined : answersFrom(answers);
  const fleet = startNotifiedFleet({
    ...common,
    interaction: () =>
      wilfulUser(refuse, Math.random, script === undefined ? undefined : scriptedUser(script)),
  });
  const reception = await opened(() =>
    openFleetReception({ urls: push, number }, { first, devices, receive: fleet.receive, log: noteReceived }),
  );
  try {
    await register((index) => addressesFrom(reception.addressesOf(index)));
    note(`${counted(devices, 'device')} wait to be notified. Ctrl-C ends them.`);
    return await watch(fleet, (statistics) =>
      describeNotified(statistics, reception.bearers, devices * sessions),
    );
  } finally {
    await reception.close();
  }
}

/** Milliseconds between two looks at the statistics. */
const INTERVAL = 250;

async function watch(
  fleet: Pick<Fleet, 'statistics' | 'finished'>,
  describe: (statistics: FleetStatistics) => string[],
): Promise<FleetStatistics> {
  const live = liveLines();
  const timer = setInterval(() => live.show(...describe(fleet.statistics)), INTERVAL);
  try {
    return await fleet.finished;
  } finally {
    clearInterval(timer);
    live.end();
  }
}

/** A file to which each session adds a line: what the device was told to do, and the statuses that it gave. */
function openRecord(file: string) {
  let handle: number;
  try {
    handle = openSync(file, 'a');
  } catch (error) {
    throw new CommandError(`cannot write ${explain(error)}`, { cause: error });
  }
  return {
    note: ((devId, { sessionID, outcome, done }) => {
      const line = { devId, sessionID, outcome: outcome.kind, done };
      writeSync(handle, `${JSON.stringify(line)}\n`);
    }) satisfies NonNullable<Parameters<typeof startFleet>[0]['onReport']>,
    close: () => closeSync(handle),
  };
}
