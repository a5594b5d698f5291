import { codeOf, StoreUnavailable } from '../errors.ts';

/** Serialization failure and deadlock: the transaction had no effect and may go well when run again. */
const AGAIN = new Set(['40001', '40P01']);

/** SQLSTATEs that say that the server is going, coming or full: administrator shutdown, crash, too many clients, … */
const GONE = new Set(['57P01', '57P02', '57P03', '53300', '25P03', '25P04']);

/** What pg and its pool say, without a code, of a connection that is lost or not to be had. */
const LOST =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection)/;

export function mayGoWellAgain(error: unknown): boolean {
  return AGAIN.has(codeOf(error) ?? '');
}

/** Whether the fault is the connection's, not the query's. */
function isConnectionFailure(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  // Class 08 of SQLSTATE is about connections, and Node's codes begin with E.
  if (code !== undefined) return GONE.has(code) || code.startsWith('08') || /^E[A-Z]/.test(code);
  return LOST.test(error.message);
}

/** The same error, as {@link StoreUnavailable} where the database could not be reached. */
export function explained(error: unknown): unknown {
  if (!isConnectionFailure(error)) return error;
  const why = error.message || codeOf(error);
  return new StoreUnavailable(`PostgreSQL cannot be reached: ${why}`, { cause: error });
}
