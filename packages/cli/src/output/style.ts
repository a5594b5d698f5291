import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

/** Colours text that goes to standard output, if that is a terminal and NO_COLOR is not set. */
export function style(format: Format, text: string): string {
  return text === '' ? '' : styleText(format, text, { stream: process.stdout });
}

const STATES: Readonly<Record<string, Format>> = {
  succeeded: 'green',
  completed: 'green',
  finished: 'green',
  delivered: 'green',
  up: 'green',
  changed: 'green',
  unchanged: 'green',
  compliant: 'green',
  drifted: 'yellow',
  conflicting: 'red',
  retiring: 'yellow',
  removed: 'gray',
  running: 'cyan',
  begun: 'cyan',
  stopping: 'yellow',
  paused: 'yellow',
  scheduled: 'yellow',
  'awaiting-approval': 'yellow',
  retrying: 'yellow',
  declined: 'red',
  denied: 'red',
  skipped: 'gray',
  open: 'cyan',
  sending: 'cyan',
  accepted: 'cyan',
  opened: 'green',
  submitted: 'cyan',
  sent: 'cyan',
  pending: 'yellow',
  waiting: 'yellow',
  queued: 'yellow',
  connecting: 'yellow',
  cancelled: 'gray',
  failed: 'red',
  aborted: 'red',
  refused: 'red',
  undeliverable: 'red',
  expired: 'red',
  timeout: 'red',
  down: 'red',
};

/** The state of a task, campaign, session, push or bearer in its colour. */
export function styleState(state: string): string {
  const format = STATES[state];
  return format === undefined ? state : style(format, state);
}
