import type { Attempt } from '../../bearer/index.ts';
import { type Outcome, retryAfterOf } from '../agent/index.ts';

/** What a response means for the push. */
type Meaning = 'delivered' | 'accepted' | 'retry' | 'failed';

interface Row {
  readonly meaning: Meaning;
  /** A sentence without its end: what happened. */
  readonly text: string;
}

/** RFC 3261, 21; RFC 3428, 6 and 7. What is not here goes by its class. */
const BY_STATUS: Readonly<Record<number, Row>> = {
  202: { meaning: 'accepted', text: 'the SIP core keeps it for the terminal' },
  400: { meaning: 'failed', text: 'the request is malformed for the other side' },
  401: { meaning: 'failed', text: "the SIP core does not accept the gateway's credentials" },
  403: { meaning: 'failed', text: 'the SIP core forbids it' },
  404: { meaning: 'failed', text: 'the SIP core knows no such user' },
  405: { meaning: 'failed', text: 'the terminal takes no MESSAGE' },
  406: { meaning: 'failed', text: 'the terminal does not accept it' },
  407: { meaning: 'failed', text: "the SIP core does not accept the gateway's credentials" },
  408: { meaning: 'retry', text: 'the terminal did not respond in time' },
  410: { meaning: 'failed', text: 'the user is gone' },
  413: { meaning: 'failed', text: 'the content is too large' },
  415: { meaning: 'failed', text: 'the terminal does not take this media type' },
  416: { meaning: 'failed', text: 'the SIP core does not take this kind of URI' },
  480: { meaning: 'retry', text: 'the user has no terminal in the network now' },
  481: { meaning: 'retry', text: 'the other side has lost the transaction' },
  482: { meaning: 'retry', text: 'the request came to the terminal twice' },
  483: { meaning: 'failed', text: 'the request went in circles' },
  486: { meaning: 'retry', text: 'the terminal is busy' },
  487: { meaning: 'retry', text: 'the request was given up on its way' },
  488: { meaning: 'failed', text: 'the terminal does not accept the content' },
  491: { meaning: 'retry', text: 'the terminal is busy with another request' },
  494: { meaning: 'failed', text: 'the SIP core wants a security agreement, which is not spoken' },
  501: { meaning: 'failed', text: 'the other side does not know MESSAGE' },
  505: { meaning: 'failed', text: 'the other side does not speak SIP 2.0' },
  513: { meaning: 'failed', text: 'the message is too large' },
  600: { meaning: 'retry', text: 'all terminals of the user are busy' },
  603: { meaning: 'failed', text: 'the user declines' },
  604: { meaning: 'failed', text: 'the user exists nowhere' },
};

const BY_CLASS: Readonly<Record<number, Row>> = {
  2: { meaning: 'delivered', text: 'the terminal has it' },
  3: { meaning: 'failed', text: 'the SIP core names another address, which is not followed' },
  4: { meaning: 'failed', text: 'the other side refuses it' },
  5: { meaning: 'retry', text: 'a server on the way has failed' },
  6: { meaning: 'failed', text: 'all terminals of the user refuse it' },
};

/** What came of a MESSAGE, for the queue and for an operator. */
export function attemptOf(outcome: Outcome, uri: string): Attempt {
  if (outcome.kind === 'silence') return { kind: 'retry', text: `${uri}: no answer; ${outcome.text}` };
  if (outcome.kind === 'unreachable')
    return { kind: 'retry', text: `${uri}: the SIP core cannot be reached; ${outcome.text}` };
  if (outcome.kind === 'unwritable')
    return { kind: 'failed', text: `${uri}: the push cannot be written as a MESSAGE; ${outcome.text}` };
  const { response } = outcome;
  const { status, reason } = response;
  const row = BY_STATUS[status] ?? BY_CLASS[Math.floor(status / 100)];
  const meaning = row?.meaning ?? 'failed';
  const text = `${uri}: ${row?.text ?? 'the answer has no meaning'} (${`${status} ${reason.slice(0, 100)}`.trim()})`;
  if (meaning === 'accepted') return { kind: 'accepted', references: [], text, awaitsReceipt: false };
  const after = retryAfterOf(response);
  if (meaning === 'retry') return { kind: 'retry', text, ...(after !== undefined && { after }) };
  return { kind: meaning, text };
}

/** Statuses after which it helps to say where the content is, instead of sending it. */
export const TOO_LARGE: ReadonlySet<number> = new Set([413, 513]);
