/** What is printed of a phone's sessions. */
import type { NotificationOutcome, SessionReport, TracedMessage } from '@grove/device';
import { Conversation, decodeMessage, describeSpoken, MalformedError } from '@grove/protocol';
import {
  counted,
  formatBytes,
  formatDuration,
  formatLines,
  note,
  print,
  printable,
  style,
} from '../../output/index.ts';
import { Exit } from '../../program/index.ts';

/** How sessions are told of: as JSON, and of which folder the phone is. */
export interface Telling {
  readonly json?: true;
  readonly store: string;
}

/** Prints messages as they go and come, and what in them is not as the standard says. */
export function messageTeller(): (message: TracedMessage) => void {
  const conversation = new Conversation();
  return (message) => print(...describeTraced(message, conversation));
}

/** Prints what became of a notification; one that leads to no session is a failure. */
export function tellNotification(outcome: NotificationOutcome, { json }: Pick<Telling, 'json'>): void {
  const is = outcome.kind === 'accepted';
  if (!is) process.exitCode = Exit.failed;
  if (json) {
    print(JSON.stringify({ notification: is ? { kind: outcome.kind, ...shown(outcome) } : outcome }));
    return;
  }
  const what = outcome.kind === 'ignored' ? '' : `, session ${shown(outcome).sessionID}`;
  const why = is ? '' : `: ${printable(outcome.text)}`;
  print(`${style(is ? 'green' : 'yellow', `Notification ${outcome.kind}${what}`)}${why}`);
}

function shown(outcome: Exclude<NotificationOutcome, { kind: 'ignored' }>): {
  serverID: string;
  sessionID: string;
} {
  const { serverID, sessionID } = outcome.kind === 'accepted' ? outcome.session : outcome;
  return { serverID, sessionID };
}

/** Prints what a session came to; the last one decides over the exit code. */
export function tellReport(report: SessionReport, isKept: boolean, { json, store }: Telling): void {
  if (json) print(JSON.stringify(report));
  else print('', ...describeReport(report), '');
  const { kind } = report.outcome;
  process.exitCode = kind === 'completed' ? Exit.ok : Exit.failed;
  if (isKept && (kind === 'refused' || kind === 'distrusted')) {
    note(`Its account is the one kept in ${store}; --reset begins anew.`);
  }
}

function describeTraced({ direction, encoding, body }: TracedMessage, conversation: Conversation): string[] {
  const isSent = direction === 'sent';
  const spoken = { direction: isSent ? 'request' : 'response', bytes: body.length, encoding } as const;
  try {
    const decoded = decodeMessage(body, encoding);
    const findings = conversation.lint(decoded, { sender: isSent ? 'client' : 'server', bytes: body.length });
    return formatLines([describeSpoken({ ...spoken, decoded, findings, remarks: [] })]);
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    const remarks = [error.message];
    return formatLines([describeSpoken({ ...spoken, decoded: undefined, findings: [], remarks })]);
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
