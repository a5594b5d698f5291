import type { Part } from '../entity/index.ts';
import { type Exchange, sentence } from '../http/index.ts';
import { isTemporary, type MessageName, type MessageOf, type PapMessage, RESULT } from '../message/index.ts';
import type { Refused, Unreachable } from './outcome.ts';

export type Expected<N extends MessageName> =
  | { kind: 'answered'; message: MessageOf<N>; parts: readonly Part[]; repeated: boolean }
  | Refused
  | Unreachable;

/** The answer that belongs to a message, or why there is none. */
export function answerTo<N extends MessageName>(
  exchange: Exchange,
  expected: N,
  asked: PapMessage,
): Expected<N> {
  if (exchange.kind === 'unreachable') return exchange;
  if (exchange.kind === 'forbidden')
    return { ...refused(RESULT.forbidden.code, exchange.text), locked: true };
  const { document, parts } = exchange.envelope;
  const { message } = document;
  if (message.name === 'badmessage-response')
    return refused(message.code, sentence(message.code, message.desc));
  if (!isNamed(message, expected)) {
    return {
      kind: 'unreachable',
      text: `the answer to a ${asked.name} is a ${message.name}; expected a ${expected}`,
    };
  }
  for (const key of ['pushId', 'queryId'] as const) {
    const [ours, theirs] = [asked, message].map((one) =>
      key in one ? (one as Record<string, unknown>)[key] : undefined,
    );
    // One that says nothing is the answer to what was asked on this connection.
    if (theirs === undefined || ours === theirs) continue;
    return { kind: 'unreachable', text: `the answer is to another ${asked.name}, ${JSON.stringify(theirs)}` };
  }
  return { kind: 'answered', message, parts, repeated: exchange.repeated };
}

function isNamed<N extends MessageName>(message: PapMessage, name: N): message is PapMessage & MessageOf<N> {
  return message.name === name;
}

export function refused(code: number, text: string): Refused {
  return { kind: 'refused', code, text, temporary: isTemporary(code), locked: false };
}
