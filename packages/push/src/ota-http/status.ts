/** What a terminal says of a push in X-Wap-Push-Status. */
import type { Attempt } from '../bearer/index.ts';

/** The terminal has the push. */
export const ACCEPTED = 400;
/** The gateway told other capabilities than the terminal has, by X-Wap-CPITag; the answer has the right tag. */
export const OTHER_CAPABILITIES = 256;

/** Reasons for which a terminal does not take a push: those of WSP for an abort (WAP-230-WSP, abort reason codes). */
const REASONS: ReadonlyMap<number, { readonly text: string; readonly isTemporary: boolean }> = new Map([
  [0xe4, { text: 'congestion', isTemporary: true }],
  [0xe9, { text: 'a network error', isTemporary: true }],
  [0xea, { text: 'it was asked not to', isTemporary: false }],
  [0xeb, { text: 'it was refused, without a reason that may be told', isTemporary: false }],
  [0xec, { text: 'it waits for its user', isTemporary: true }],
  [0xed, { text: 'it has no resources for it', isTemporary: true }],
  [0xee, { text: 'it cannot process the content', isTemporary: false }],
]);

/** What a status, which may have a text behind it, makes of an attempt; a terminal that says nothing has it. */
export function attemptOf(header: string | undefined): Attempt {
  const [, digits] = /^\s*(\d{1,5})\b/.exec(header ?? '') ?? [];
  const status = Number(digits ?? ACCEPTED);
  if (status === ACCEPTED) return { kind: 'delivered', text: 'the terminal took it' };
  const { text, isTemporary } = REASONS.get(status) ?? {
    text: 'a reason that is not known',
    isTemporary: false,
  };
  return {
    kind: isTemporary ? 'retry' : 'failed',
    text: `the terminal did not take it: ${text} (${status})`,
  };
}
