/** What is printed of a phone's sessions. */
import type { NotificationEntry, ReachedBy, SessionReport, TracedMessage } from '@grove/device';
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

/** Prints what the phone is reached by, and of each bearer again when its state has changed. */
export function bearerTeller({ json }: Pick<Telling, 'json'>): (bearers: readonly ReachedBy[]) => void {
  let told: readonly (ReachedBy['state'] | undefined)[] = [];
  return (bearers) => {
    const news = bearers.filter(({ state }, index) => state !== told[index]);
    told = bearers.map(({ state }) => state);
    if (json && news.length > 0) print(JSON.stringify({ reached: bearers }));
    if (json) return;
    for (const { bearer, address, state, text } of news)
      print(`Reached by ${bearer} at ${style('cyan', printable(address))}: ${state}, ${printable(text)}`);
  };
}

/**
 * Prints what becomes of notifications. One that was handed to the phone and leads to no session is a failure. Of those
 * that are ignored for the same reason the first is told, the tenth, the hundredth and so on.
 */
export function notificationTeller({ json }: Pick<Telling, 'json'>): (entry: NotificationEntry) => void {
  return (entry) => {
    const { key: _, came: __, state: kind, ...said } = entry;
    const { bearer, from, times, sessionID, text } = said;
    if (kind === 'held' || (kind === 'deciding' && bearer === undefined)) return;
    const is = kind === 'accepted' || kind === 'deciding';
    if (!is && bearer === undefined) process.exitCode = Exit.failed;
    if (!/^10*$/.test(String(times))) return;
    if (json) {
      print(JSON.stringify({ notification: { kind, ...said } }));
      return;
    }
    const how = bearer === undefined ? '' : ` over ${bearer} from ${printable(from ?? 'nobody')}`;
    const which = sessionID === undefined ? '' : `, session ${sessionID}`;
    const what = kind === 'deciding' ? `Notification${how}${which}` : `Notification ${kind}${which}${how}`;
    const often = times === 1 ? '' : ` (${times} times)`;
    print(`${style(is ? 'green' : 'yellow', what)}${text === '' ? '' : `: ${printable(text)}`}${often}`);
  };
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
