/** The catalogue of outcomes: what has happened, whose move it is, and what to do. */

import { NotFound } from '@grove/api';
import { STATUS_CODES } from '@grove/protocol';
import type { CommandResult } from '../steps/index.ts';
import type { Outcome } from './outcome.ts';
import { OWN_OUTCOMES, type OwnCode } from './own.ts';
import { STATUS_ADVICE } from './statuses.ts';

export { MOVERS, type Mover, type Outcome } from './outcome.ts';
export type { OwnCode } from './own.ts';

/** The code of the outcome that a status is. */
export type StatusOutcome = `status-${number}`;
/** Names an outcome. */
export type OutcomeCode = OwnCode | StatusOutcome;

const CATALOGUE: ReadonlyMap<string, Outcome> = new Map(
  [
    ...STATUS_ADVICE.map(([status, mover, advice]): Outcome => {
      const { name, meaning } = STATUS_CODES.get(status) ?? {
        name: 'Unknown',
        meaning: 'The code is not known.',
      };
      return {
        code: `status-${status}`,
        happened: `The device answered ${status} ${name}. ${meaning}`,
        mover,
        advice,
      };
    }),
    ...OWN_OUTCOMES,
  ].map((outcome) => [outcome.code, outcome]),
);

/** All outcomes that are explained. */
export function listOutcomes(): Outcome[] {
  return [...CATALOGUE.values()];
}

/** What is known of an outcome; of a status that nothing is said about, what is known of others. */
export function outcomeOf(code: string): Outcome {
  const known = CATALOGUE.get(code) ?? CATALOGUE.get('other');
  if (known === undefined) throw new Error('the catalogue of outcomes has no "other"');
  return { ...known, code };
}

/** @throws {NotFound} when there is none of that code */
export function showOutcome(code: string): Outcome {
  if (!CATALOGUE.has(code)) throw new NotFound('outcome', code);
  return outcomeOf(code);
}

/** Statuses that say only that another command failed, or was taken back with it. */
const CONSEQUENCES: ReadonlySet<number> = new Set([215, 216, 507]);
/** What came of a question to the user. */
const QUESTIONS: Readonly<Partial<Record<string, OwnCode>>> = {
  rejected: 'user-refused',
  cancelled: 'user-refused',
  timedOut: 'no-answer',
};

/**
 * The outcome of work that failed: by the first status that is a cause, rather than a consequence of another one. What the
 * sentence names decides, since some statuses are none that a step minds.
 *
 * @param reason why it failed, in a sentence
 * @param results what the device answered
 */
export function outcomeOfFailure(reason: string | null, results: readonly CommandResult[]): OutcomeCode {
  const asked = results.map(({ outcome = '' }) => QUESTIONS[outcome]).find((code) => code !== undefined);
  const named = [...(reason ?? '').matchAll(/\bwith (\d{3})\b/g)].map(([, status]) => Number(status));
  const failures = named.filter((status) => CATALOGUE.has(`status-${status}`));
  const cause = failures.find((status) => !CONSEQUENCES.has(status)) ?? failures[0];
  if (cause !== undefined) return `status-${cause}`;
  if (asked !== undefined) return asked;
  return /\brefused by the user\b/.test(reason ?? '') ? 'user-refused' : 'other';
}
