import { STATUS_CODES } from 'node:http';
import type { Attempt } from '../bearer/index.ts';
import type { Posted } from './poster.ts';

/** Statuses of an end that may be better later (RFC 9110 §15; RFC 6585). */
const TEMPORARY = [408, 421, 423, 425, 429, 500, 502, 503, 504, 507];
/** Milliseconds that another side may ask to be left alone. */
const LONGEST_PAUSE = 24 * 3600 * 1000;

/**
 * What a status that is no success makes of an attempt: tried again where time may mend it.
 *
 * @param now milliseconds since the epoch
 */
export function refusedAttempt({ status, headers }: Posted, now: number): Attempt {
  const text = `answered with HTTP ${statusText(status)}`;
  if (!TEMPORARY.includes(status)) return { kind: 'failed', text };
  const after = pauseOf(headers['retry-after'], now);
  return { kind: 'retry', text, ...(after === undefined ? {} : { after }) };
}

/** `404 Not Found`. */
export function statusText(status: number): string {
  const title = STATUS_CODES[status];
  return title === undefined ? String(status) : `${status} ${title}`;
}

/** Retry-After in milliseconds: seconds, or a date (RFC 9110 §10.2.3). */
function pauseOf(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const pause = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return pause > 0 ? Math.min(pause, LONGEST_PAUSE) : undefined;
}
