/** How long a server keeps what it no longer needs. */
import type { Retention } from '@grove/server';
import type { Command } from 'commander';
import { integer } from '../../program/index.ts';

/** What the options say; ages in days. */
export interface RetentionOptions {
  readonly keepTraces?: number;
  readonly keepSessions?: number;
  readonly keepAlerts?: number;
  readonly keepEvents?: number;
  readonly keepNotifications?: number;
  readonly keepContents?: number;
  readonly keepRefusals?: number;
}

const DAY = 24 * 60 * 60_000;
const days = integer(0, 36_500);

export function addRetentionOptions(command: Command): void {
  command
    .option('--keep-traces <days>', 'how long messages of sessions are kept (default: 30)', days)
    .option('--keep-sessions <days>', 'how long sessions that have ended are kept (default: 90)', days)
    .option('--keep-alerts <days>', 'how long alerts of devices are kept (default: 90)', days)
    .option('--keep-events <days>', 'how long the log of events is kept (default: 30)', days)
    .option(
      '--keep-notifications <days>',
      'how long notifications are kept that are over (default: 90)',
      days,
    )
    .option(
      '--keep-contents <days>',
      'how long contents are kept that nothing refers to any more (default: 30)',
      days,
    )
    .option(
      '--keep-refusals <n>',
      'how many refused messages are kept, the newest (default: 10000)',
      integer(0, 10_000_000),
    );
}

/** What differs from the defaults. */
export function retentionFrom(options: RetentionOptions): Partial<Retention> {
  const { keepTraces, keepSessions, keepAlerts, keepEvents, keepNotifications, keepContents, keepRefusals } =
    options;
  return {
    ...(keepTraces === undefined ? {} : { traceAge: keepTraces * DAY }),
    ...(keepSessions === undefined ? {} : { sessionAge: keepSessions * DAY }),
    ...(keepAlerts === undefined ? {} : { alertAge: keepAlerts * DAY }),
    ...(keepEvents === undefined ? {} : { eventAge: keepEvents * DAY }),
    ...(keepNotifications === undefined ? {} : { notificationAge: keepNotifications * DAY }),
    ...(keepContents === undefined ? {} : { contentAge: keepContents * DAY }),
    ...(keepRefusals === undefined ? {} : { refusals: keepRefusals }),
  };
}
