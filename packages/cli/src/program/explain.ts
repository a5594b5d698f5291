import { CommandError } from './exit.ts';

/** What a failed call to the system means to the user. */
const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EADDRINUSE: 'the address is in use already',
  EADDRNOTAVAIL: 'this machine does not have that address',
  EISDIR: 'is a folder',
  EMFILE: 'too many open files',
  ENOENT: 'no such file or folder',
  ENOSPC: 'no space left on the disk',
  ENOTDIR: 'a part of the path is not a folder',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the name of the host cannot be looked up now',
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection lost',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  EPERM: 'not permitted',
  EROFS: 'the disk is read-only',
  ETIMEDOUT: 'no answer in time',
};

type SystemError = NodeJS.ErrnoException & { hostname?: string; address?: string; port?: number };

/** An error in one line, with the failed call to the system behind it, if any, but without its origin. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof CommandError) return oneLine(error.message);
  const own = ofCall(error);
  if (own !== undefined) return own;
  const message = oneLine(error.message === '' ? error.name : error.message);
  const behind = explainSystemError(error.cause);
  const isTold = error.cause instanceof Error && message.includes(error.cause.message);
  return behind === undefined || isTold ? message : `${message} (${behind})`;
}

/** The failed call to the system behind an error in words, or undefined where there is none. */
export function explainSystemError(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return ofCall(error) ?? explainSystemError(error.cause);
}

/** That a file cannot be read, and why, where the system says so: `cannot read a.yaml: no such file or folder`. */
export function unreadable(file: string, error: unknown): string {
  const reason = explainSystemError(error) ?? '';
  if (reason === '') return `cannot read ${file}`;
  return reason.startsWith(`${file}: `) ? `cannot read ${reason}` : `cannot read ${file}: ${reason}`;
}

function ofCall(error: Error): string | undefined {
  // Several addresses were tried, and none answered.
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return ofCall(error.errors[0]);
  const { code, path, hostname, address, port } = error as SystemError;
  const meaning = code === undefined ? undefined : SYSTEM_ERRORS[code];
  if (meaning === undefined) return undefined;
  const place =
    path ?? hostname ?? (address === undefined || port === undefined ? address : `${address}:${port}`);
  return place === undefined ? meaning : `${place}: ${meaning}`;
}

function oneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, ' ');
}
