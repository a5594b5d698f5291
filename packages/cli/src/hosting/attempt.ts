import { CommandError, explain } from '../program/index.ts';

/**
 * Does something that may fail for reasons that its user can mend.
 *
 * @param failure what is said then, before the reason: `the server cannot listen`
 * @throws {CommandError} in one line, when it fails
 */
export async function attempt<T>(failure: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new CommandError(`${failure}: ${explain(error)}`, { cause: error });
  }
}
