import { hostGuard } from '@grove/push';
import { InvalidArgumentError } from 'commander';

/** Parses networks, one after the other. */
export function networks(text: string, before: readonly string[] = []): readonly string[] {
  if (!isNetwork(text)) throw new InvalidArgumentError('Expected networks such as 10.20.0.0/16 or fd00::/8.');
  return [...before, text];
}

function isNetwork(text: string): boolean {
  try {
    hostGuard([text]);
    return true;
  } catch {
    return false;
  }
}
