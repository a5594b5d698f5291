import { closeSync, openSync, writeSync } from 'node:fs';
import { type Fleet, type FleetServer, type FleetStatistics, scriptedUser, startFleet } from '@grove/device';
import type { Encoding } from '@grove/protocol';
import { type ConnectionOptions, createApi, dmEndpoint, findConnection } from '../../api/index.ts';
import { enrol } from '../../fleet/index.ts';
import { formatBar, liveLines, note, print, printJson } from '../../output/index.ts';
import { CommandError, Exit, explain } from '../../program/index.ts';
import { answersFrom } from '../../user/index.ts';
import { bothSides, type ClientAuth } from '../account-options.ts';
import { ended } from '../signal.ts';
import { describeFleet, summaryLines } from './tell.ts';
import { type TransportOptions, transportsFor } from './transports.ts';

interface Options extends ConnectionOptions, TransportOptions {
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
  readonly mortality: number;
  readonly register?: true;
  readonly answers?: string;
  readonly record?: string;
  readonly json?: true;
}

/** Has many devices call a server. */
export async function simulate(options: Options): Promise<void> {
  const { devices, first, sessions, rate, concurrency, encoding, mortality, auth, seed } = options;
  const answers = options.answers === undefined ? undefined : answersFrom(options.answers);
  const connection = findConnection(options);
  const both = bothSides(auth);
  const account = { serverID: options.serverId, clientAuth: both.client, serverAuth: both.server, seed };
  const address = dmEndpoint(options.dm ?? connection.server);
  const server: FleetServer = { ...account, address };
  const transports = await transportsFor(options);
  const live = liveLines();
  if (options.register) {
    const api = createApi({ ...connection, server: new URL(connection.server).origin });
    await enrol(api, account, { first, devices }, (done) =>
      live.show(`Registering ${formatBar(done, devices)}`),
    );
    live.end();
  }

  const abort = new AbortController();
  void ended().then(() => {
    note('Ending …');
    abort.abort();
  });
  const record = options.record === undefined ? undefined : openRecord(options.record);
  const fleet = startFleet({
    server,
    transport: transports.of,
    devices,
    first,
    sessions,
    concurrency,
    encoding,
    mortality,
    signal: abort.signal,
    ...(rate === undefined ? {} : { rate }),
    ...(answers === undefined ? {} : { interaction: () => scriptedUser(answers) }),
    ...(record === undefined ? {} : { onReport: record.note }),
  });
  const statistics = await watch(fleet, devices * sessions);
  record?.close();
  await transports.close();
  if (options.json) printJson(statistics);
  else print(...summaryLines(statistics));
  process.exitCode = statistics.sessions.failed === 0 && !abort.signal.aborted ? Exit.ok : Exit.failed;
}

/** Milliseconds between two looks at the statistics. */
const INTERVAL = 250;

async function watch(fleet: Fleet, total: number): Promise<FleetStatistics> {
  const live = liveLines();
  const timer = setInterval(() => live.show(...describeFleet(fleet.statistics, total)), INTERVAL);
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
