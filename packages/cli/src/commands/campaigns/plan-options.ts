/** How a campaign goes about its devices, as options and as a file. */
import { type Command, InvalidArgumentError } from 'commander';
import { integer, UsageError } from '../../program/index.ts';
import { readDocument } from '../documents.ts';

export interface PlanOptions {
  readonly query?: string;
  readonly group?: string;
  readonly devices?: readonly string[];
  readonly dynamic?: true;
  readonly allowEmpty?: true;
  readonly plan?: string;
  readonly waves?: readonly object[];
  readonly pauseAt?: object;
  readonly window?: readonly object[];
  readonly timeZone?: string;
  readonly rate?: number;
  readonly concurrent?: number;
  readonly retries?: number;
  /** Seconds. */
  readonly backoff?: number;
  readonly confirm?: string;
  readonly startAt?: string;
  readonly endBy?: string;
}

export function addPlanOptions(command: Command): Command {
  command
    .optionsGroup('Its devices:')
    .option('--query <expression>', 'those for which an expression holds; all devices when nothing is said')
    .option('--group <name>', 'those of a group')
    .option('--devices <devices...>', 'these, by DevId or id')
    .option('--dynamic', 'devices that come to match later join; it runs until it is stopped, or --end-by')
    .option('--allow-empty', 'there may be none at first')
    .optionsGroup('How it goes about them:')
    .option('--plan <file>', 'what is below and more, as YAML or JSON: see docs/campaigns.md')
    .option('--waves <parts>', 'parts that begin one after the other, such as 1%,10%,500', waves)
    .option(
      '--pause-at <failures>',
      'pauses at so many failures: 50, or 10% of those that have ended',
      failures,
    )
    .option('--window <times...>', 'times of the day of each device in which it begins: 01:00-05:00', windows)
    .option('--time-zone <zone>', 'of devices whose zone is not known; UTC when absent')
    .option('--rate <n>', 'devices that begin in a minute at most', integer(1, 1_000_000))
    .option('--concurrent <n>', 'devices that have it in hand at the same time', integer(1, 100_000))
    .option('--retries <n>', 'how often a device is tried again that has failed', integer(1, 20))
    .option('--backoff <seconds>', 'before it is tried again, twice as many each time', integer(0, 2_592_000))
    .option('--confirm <text>', 'what users are asked before anything is done')
    .option('--start-at <time>', 'when it begins, such as 2026-01-31T01:00:00Z')
    .option('--end-by <time>', 'when it stops, whatever it has reached')
    .optionsGroup('Options:');
  return command;
}

/**
 * What the options say of a campaign, over what its file says.
 *
 * @throws {UsageError}
 */
export function planFrom(options: PlanOptions): object {
  const { plan, retries, backoff, confirm, dynamic, allowEmpty } = options;
  const file = plan === undefined ? {} : readDocument(plan);
  if (typeof file !== 'object' || file === null || Array.isArray(file))
    throw new UsageError(`${plan}: expected an object with waves, errors, windows, …`);
  if (backoff !== undefined && retries === undefined) throw new UsageError('--backoff needs --retries');
  const target = targetFrom(options);
  const given = {
    target,
    dynamic,
    allowEmpty,
    waves: options.waves,
    errors: options.pauseAt,
    windows: options.window,
    timeZone: options.timeZone,
    rate: options.rate,
    concurrent: options.concurrent,
    retries:
      retries === undefined ? undefined : { count: retries, ...(backoff === undefined ? {} : { backoff }) },
    confirm: confirm === undefined ? undefined : { text: confirm },
    startAt: options.startAt,
    endBy: options.endBy,
  };
  return { ...file, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
}

function targetFrom({ query, group, devices }: PlanOptions): object | undefined {
  const targets = [
    query === undefined ? [] : { query },
    group === undefined ? [] : { group },
    devices === undefined ? [] : { devices },
  ].flat();
  if (targets.length > 1) throw new UsageError('a campaign has one of --query, --group and --devices');
  return targets[0];
}

function waves(text: string): object[] {
  return text.split(',').map((part) => {
    const found = /^(\d+(?:\.\d+)?)(%?)$/.exec(part.trim());
    if (found?.[1] === undefined) throw new InvalidArgumentError('expected parts such as 1%,10%,500');
    return found[2] === '%' ? { percent: Number(found[1]) } : { count: Number(found[1]) };
  });
}

function failures(text: string): object {
  const found = /^(\d+(?:\.\d+)?)(%?)$/.exec(text.trim());
  if (found?.[1] === undefined)
    throw new InvalidArgumentError('expected a number such as 50, or a share such as 10%');
  return found[2] === '%' ? { percent: Number(found[1]) } : { count: Number(found[1]) };
}

function windows(text: string, before: readonly object[] = []): object[] {
  const found = /^(\d\d:\d\d)-(\d\d:\d\d)$/.exec(text.trim());
  if (found === null) throw new InvalidArgumentError('expected times of the day such as 01:00-05:00');
  return [...before, { from: found[1], to: found[2] }];
}
