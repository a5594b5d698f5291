import { randomFaults, type SmscEvent, startSmsc } from '@grove/push';
import { formatTime, print, style } from '../../output/index.ts';
import { CommandError, explain, UsageError } from '../../program/index.ts';
import { ended } from '../signal.ts';
import { readPem } from '../tls-options.ts';
import { jsonOf, lineOf } from './tell.ts';

interface Options {
  readonly port: number;
  readonly host: string;
  readonly systemId?: string;
  readonly password?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly shuffle?: true;
  readonly duplicate: number;
  readonly lose: number;
  readonly refuse?: readonly number[];
  readonly refuseShare: number;
  readonly json?: true;
}

/** Runs a simulated SMS centre until it is told to end, and prints what passes. */
export async function smsc(options: Options): Promise<void> {
  const { host, port, systemId, password, tlsCert, tlsKey, json } = options;
  if (password !== undefined && systemId === undefined)
    throw new UsageError('--password goes with --system-id');
  if ((tlsCert === undefined) !== (tlsKey === undefined))
    throw new UsageError('--tls-cert and --tls-key go together');
  const { shuffle = false, duplicate, lose, refuse: statuses = [], refuseShare: rate } = options;
  const faults = randomFaults({ shuffle, duplicate, lose, refuse: { statuses, rate } }, Math.random);
  const tell = (event: SmscEvent) => {
    const now = Date.now();
    if (json) print(JSON.stringify(jsonOf(event, now)));
    else print(`${style('dim', formatTime(new Date(now).toISOString()))} ${lineOf(event)}`);
  };
  const over = ended();
  const centre = await startSmsc({
    host,
    port,
    now: Date.now,
    faults,
    onEvent: tell,
    ...(systemId === undefined ? {} : { accounts: [{ systemId, password: password ?? '' }] }),
    ...(tlsCert === undefined || tlsKey === undefined
      ? {}
      : { tls: { cert: readPem(tlsCert), key: readPem(tlsKey) } }),
  }).catch((error: unknown) => {
    throw new CommandError(`cannot listen on ${host}:${port}: ${explain(error)}`, { cause: error });
  });
  if (json) print(JSON.stringify({ event: 'listening', host, port: centre.port }));
  else print(`An SMS centre listens on ${host}:${centre.port}. End it with Ctrl-C.`);
  await over;
  await centre.close();
}
