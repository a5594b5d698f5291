import { openReception, type Reception, type ReceptionOptions } from '@grove/device';
import { RECEIVERS, ReceiverError } from '@grove/push';
import type { Command } from 'commander';
import { note, printable } from '../output/index.ts';
import { UsageError } from '../program/index.ts';

/** Options that say what a phone is reached by. */
export interface PushOptions {
  /** URLs of bearers. */
  readonly push?: readonly string[];
}

export function addPushOption(command: Command): void {
  const forms = RECEIVERS.map(({ form }) => form).join(', ');
  command.option('--push <url...>', `bearers by which it is notified: ${forms}`);
}

/** @throws {UsageError} for a bearer that cannot be opened. */
export async function receivers(
  { push = [] }: PushOptions,
  options: Pick<ReceptionOptions, 'onPush' | 'onChange'>,
): Promise<Reception> {
  return opened(() => openReception(push, { ...options, log: noteReceived }));
}

/** What a bearer has to say, for a person. */
export function noteReceived(text: string): void {
  note(printable(text));
}

/** @throws {UsageError} for a bearer that cannot be opened. */
export async function opened<T>(open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof ReceiverError)) throw error;
    throw new UsageError(`--push: ${error.message}`, { cause: error });
  }
}
