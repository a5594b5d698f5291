import { codeOf, StoreError, StoreUnavailable } from '../errors.ts';

/** Faults of the disk, or another process that keeps the file: nothing that the query could help. */
const UNAVAILABLE = /^SQLITE_(BUSY|LOCKED|FULL|IOERR|READONLY|CANTOPEN|NOMEM)/;

/** The same error, as {@link StoreUnavailable} where the database could not do what is right to ask of it. */
export function explained(error: unknown): unknown {
  const code = codeOf(error);
  if (code === undefined || !UNAVAILABLE.test(code)) return error;
  return new StoreUnavailable(`SQLite cannot use the database now: ${reasonOf(error)}`, { cause: error });
}

/** An error of opening a file, which says so. */
export function cannotOpen(file: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  return new StoreError(`cannot open the database ${file}: ${reasonOf(error)}`, { cause: error });
}

/** What a driver or the system says, with its code. */
export const reasonOf = (error: unknown): string =>
  error instanceof Error ? `${error.message} (${codeOf(error) ?? error.name})` : String(error);
