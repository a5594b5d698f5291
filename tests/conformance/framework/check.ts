/** What a case expects. Its words go into the report, so they name what was looked at. */
import { isDeepStrictEqual } from 'node:util';

/** Something was not as the rule demands. */
export class Failure extends Error {
  override readonly name = 'Failure';
}

/** The case cannot be tried on this subject; the message says why. */
export class NotApplicable extends Error {
  override readonly name = 'NotApplicable';
}

/** Counts expectations, so that a case that expects nothing can be told from one that passes. */
export class Check {
  #made = 0;

  /** Expectations met so far. */
  get made(): number {
    return this.#made;
  }

  /** @param what was looked at, `Status of Get ./A`. */
  equal<T>(found: T, expected: T, what: string): void {
    if (!isDeepStrictEqual(found, expected))
      throw new Failure(`${what}: found ${show(found)}, expected ${show(expected)}`);
    this.#made += 1;
  }

  oneOf<T>(found: T, expected: readonly T[], what: string): void {
    if (!expected.some((each) => isDeepStrictEqual(found, each))) {
      throw new Failure(`${what}: found ${show(found)}, expected one of ${expected.map(show).join(', ')}`);
    }
    this.#made += 1;
  }

  matches(found: string | undefined, expected: RegExp, what: string): void {
    if (found === undefined || !expected.test(found))
      throw new Failure(`${what}: found ${show(found)}, expected ${expected}`);
    this.#made += 1;
  }

  /** @param what should be so, as a sentence that was found to be wrong. */
  that(condition: boolean, what: string): void {
    if (!condition) throw new Failure(what);
    this.#made += 1;
  }

  /** Gives what must be there. */
  found<T>(value: T | undefined, what: string): T {
    if (value === undefined) throw new Failure(`${what} is missing`);
    this.#made += 1;
    return value;
  }
}

const LONGEST = 200;

function show(value: unknown): string {
  const text = value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value));
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${text.length} characters)` : text;
}
