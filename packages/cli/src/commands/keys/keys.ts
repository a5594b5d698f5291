import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { addKey, KEYS_FILE, resealDatabase } from '@grove/server';
import { dataFolder } from '../../api/index.ts';
import { counted, print, printJson } from '../../output/index.ts';
import { CommandError, explain, UsageError } from '../../program/index.ts';
import type { KeyOptions } from './index.ts';

/** Puts a new key before the others. */
export function add({ data, json }: KeyOptions): void {
  const folder = dataFolder(data);
  const file = join(folder, KEYS_FILE);
  if (process.env.GROVE_KEYS) throw new UsageError('the keys are those in GROVE_KEYS; put the new one there');
  try {
    const { current } = addKey(folder);
    if (json) printJson({ key: current, file });
    else
      print(`Key ${current} is the first one in ${file}. Start the servers again, then: grove keys reseal`);
  } catch (error) {
    throw new CommandError(`no key can be added: ${explain(error)}`, { cause: error });
  }
}

/** Seals all secrets with the first key. */
export async function reseal({ data, db, json }: KeyOptions): Promise<void> {
  const folder = dataFolder(data);
  if (db === undefined && !existsSync(join(folder, 'grove.db'))) {
    throw new UsageError(`there is no database in ${folder}: name its data folder with --data, or --db`);
  }
  try {
    const resealed = await resealDatabase({ data: folder, db, keys: process.env.GROVE_KEYS || undefined });
    if (json) printJson({ resealed });
    else print(`${counted(resealed, 'secret')} sealed with the first key.`);
  } catch (error) {
    throw new CommandError(`the secrets cannot be sealed anew: ${explain(error)}`, { cause: error });
  }
}
