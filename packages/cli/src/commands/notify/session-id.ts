import { InvalidArgumentError } from 'commander';

/** Parses a SessionID as messages have it. */
export function sessionID(text: string): number {
  const value = /^[0-9A-Fa-f]{1,4}$/.test(text) ? Number.parseInt(text, 16) : 0;
  if (value === 0) throw new InvalidArgumentError('Expected 1 to FFFF.');
  return value;
}
