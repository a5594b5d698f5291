/** What is printed of a phone's sessions. */
import type { SessionReport, TracedMessage } from '@grove/device';
import { decodeMessage, MalformedError } from '@grove/protocol';
import { describeSpoken } from '../../describe/index.ts';
import { counted, formatBytes, formatDuration, note, print, printable, style } from '../../output/index.ts';
import { Exit } from '../../program/index.ts';

/** How sessions are told of: as JSON, and of which folder the phone is. */
export interface Telling {
  readonly json?: true;
  readonly store: string;
}

/** Prints a message as it goes or comes. */
export function tellMessage(message: TracedMessage): void {
  print(...describeTraced(message));
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

function describeTraced({ direction, encoding, body }: TracedMessage): string[] {
  const spoken = {
    direction: direction === 'sent' ? 'request' : 'response',
    bytes: body.length,
    encoding,
  } as const;
  try {
    return describeSpoken({ ...spoken, decoded: decodeMessage(body, encoding), remarks: [] });
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    return describeSpoken({ ...spoken, decoded: undefined, remarks: [error.message] });
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
