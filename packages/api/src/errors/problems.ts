/** One thing that is wrong with what was given: where, what, and what would have been right. */
export interface Problem {
  /** Path of the field, `steps/0/uri`. */
  field: string;
  /** The value that was given, if it can be shown. */
  value?: unknown;
  /** What was expected, in words. */
  expected: string;
  /** Where in a text it is, in UTF-16 code units: from `start`, up to but without `end`. */
  start?: number;
  end?: number;
}

/** What was given cannot be accepted; says which fields and what was expected of each. */
export class InvalidInput extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[], options?: ErrorOptions) {
    super(problems.map((problem) => `${problem.field}: expected ${problem.expected}`).join('; '), options);
    this.name = 'InvalidInput';
    this.problems = problems;
  }
}

/** There is no such thing. */
export class NotFound extends Error {
  /**
   * @param what the kind of thing: `device`, `task`, …
   * @param key what it was looked for by
   */
  constructor(what: string, key: string | number) {
    super(`there is no ${what} ${JSON.stringify(key)}`);
    this.name = 'NotFound';
  }
}

/** What was asked does not go with the state that things are in. */
export class Conflict extends Error {
  readonly problems: readonly Problem[];

  constructor(message: string, problems: readonly Problem[] = [], options?: ErrorOptions) {
    super(message, options);
    this.name = 'Conflict';
    this.problems = problems;
  }
}
