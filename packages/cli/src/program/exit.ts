/** What the exit code of a command means. */
export const Exit = {
  /** Done, and what was asked about is well. */
  ok: 0,
  /** It could not be done, or what was done failed. */
  failed: 1,
  /** The command line, or a file that it names, is wrong. */
  usage: 2,
  /** What was waited for did not come in time. */
  timeOver: 3,
} as const;
export type Exit = (typeof Exit)[keyof typeof Exit];

/** Ends a command with one line for its user, and what is to stand below it. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';
  readonly exit: Exit;
  /** Lines that show where it is wrong. */
  readonly below: readonly string[];

  constructor(message: string, options: { exit?: Exit; cause?: unknown; below?: readonly string[] } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.exit = options.exit ?? Exit.failed;
    this.below = options.below ?? [];
  }
}

/** The command line, or a file that it names, says something that cannot be meant. */
export class UsageError extends CommandError {
  override readonly name = 'UsageError';

  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, { exit: Exit.usage, cause: options.cause });
  }
}
