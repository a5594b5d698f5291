import { DEFAULT_LIMITS } from './limits.ts';
import type { ReadingRule } from './rules.ts';

/** Something that a document does otherwise than the standard says, and that was read all the same. */
export interface Deviation {
  /** The rule that it breaks: READING_RULES says what it is. */
  readonly rule: ReadingRule;
  /** Names of the elements from the root to the place, joined by `/`. */
  readonly path: string;
  readonly found: string;
  readonly expected: string;
}

/** Collects deviations up to a number, so that a hostile document cannot make many. */
export class Deviations {
  readonly list: Deviation[] = [];
  readonly #limit: number;

  constructor(limit: number = DEFAULT_LIMITS.deviations) {
    this.#limit = limit;
  }

  /** Whether no more are collected, so that nothing need be found out about one. */
  get isFull(): boolean {
    return this.list.length >= this.#limit;
  }

  note(rule: ReadingRule, path: string, found: string, expected: string): void {
    if (!this.isFull) this.list.push({ rule, path, found, expected });
  }
}

/** Shortens what was found, for a message that a person reads. */
export function excerpt(text: string, length = 40): string {
  return text.length <= length ? JSON.stringify(text) : `${JSON.stringify(text.slice(0, length))}…`;
}
