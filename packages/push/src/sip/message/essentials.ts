import { SipSyntaxError } from './error.ts';
import { headersOf, type SipMessage, type SipRequest } from './message.ts';
import { type NameAddress, parseNameAddress } from './name-address.ts';
import { parameterOf } from './parameters.ts';
import { listOf } from './scanner.ts';
import { parseVia, type Via } from './via.ts';

/** What every message has to have (RFC 3261, 8.1.1). */
export interface Essentials {
  /** The topmost: who sent it last. */
  readonly via: Via;
  readonly from: NameAddress;
  readonly to: NameAddress;
  readonly fromTag: string | undefined;
  readonly toTag: string | undefined;
  readonly callId: string;
  readonly cseq: { readonly number: number; readonly method: string };
}

const CSEQ = /^([0-9]{1,10})[ \t]+([A-Za-z0-9\-.!%*_+`'~]+)$/;
const LARGEST_CSEQ = 2 ** 31 - 1;

/** @throws {SipSyntaxError} naming the header that is absent, twice there or malformed */
export function essentialsOf(message: SipMessage): Essentials {
  const [via] = listOf(headersOf(message, 'via'), 'Via');
  if (via === undefined) throw new SipSyntaxError('Via', 'is absent');
  const from = parseNameAddress(single(message, 'from', 'From'), 'From');
  const to = parseNameAddress(single(message, 'to', 'To'), 'To');
  const sequence = single(message, 'cseq', 'CSeq');
  const found = CSEQ.exec(sequence);
  const number = Number(found?.[1]);
  const method = found?.[2];
  if (method === undefined || number > LARGEST_CSEQ)
    throw new SipSyntaxError('CSeq', `"${sequence.slice(0, 40)}" is not a number below 2^31 and a method`);
  if (message.kind === 'request' && message.method !== method)
    throw new SipSyntaxError('CSeq', `names ${method} in a request of ${message.method}`);
  return {
    via: parseVia(via),
    from,
    to,
    fromTag: parameterOf(from.parameters, 'tag'),
    toTag: parameterOf(to.parameters, 'tag'),
    callId: single(message, 'call-id', 'Call-ID'),
    cseq: { number, method },
  };
}

function single(message: SipMessage, name: string, spelled: string): string {
  const [value, second] = headersOf(message, name);
  if (!value) throw new SipSyntaxError(spelled, 'is absent or empty');
  if (second !== undefined) throw new SipSyntaxError(spelled, 'is there twice');
  return value;
}

/** Whether a response could find its way back: what an answer to a request that is otherwise broken needs. */
export function isAnswerable(request: SipRequest): boolean {
  return ['via', 'from', 'to', 'call-id', 'cseq'].every((name) => headersOf(request, name).length > 0);
}
