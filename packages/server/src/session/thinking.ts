/** How long a device may be silent because its user thinks. */
import { flatten, isQuestion } from '../steps/index.ts';
import type { SessionState } from './state.ts';

/** Seconds for which a user may think about a question that says no maximum (MAXDT). */
const UNSAID = 60 * 60;

/**
 * Milliseconds that the user may take for what was asked and is not answered yet: the questions of a message come
 * one after the other.
 */
export function timeToAnswer({ sent }: Pick<SessionState, 'sent'>): number {
  let seconds = 0;
  for (const request of sent.flatMap((each) => [...flatten(each.request)])) {
    if (!isQuestion(request)) continue;
    const { minDisplay = 0, maxDisplay = Math.max(minDisplay, UNSAID) } = request.question;
    seconds += maxDisplay;
  }
  return seconds * 1000;
}
