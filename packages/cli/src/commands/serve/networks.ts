import { hostGuard } from '@grove/push';
import { InvalidArgumentError } from 'commander';

/** Parses networks, one after the other. */
export function networks(text: string, before: readonly string[] = []): readonly string[] {
  try {
    hostGuard([text]);
  } catch {
    throw new InvalidArgumentError('Expected networks such as 10.20.0.0/16 or fd00::/8.');
  }
  return [...before, text];
}
