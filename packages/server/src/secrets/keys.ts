import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SecretError } from './errors.ts';
import { KEY_BYTES, type Keyring, keyringOf } from './keyring.ts';
import { writePrivateFile } from './private-file.ts';

/** The environment variable that holds the keys of a server without a data folder. */
export const KEYS_VARIABLE = 'GROVE_KEYS';

/** The file in the data folder that holds the keys, for its owner alone. */
export const KEYS_FILE = 'keys';

export interface KeySource {
  /** Where the file with the keys is; made on the first run. */
  dataFolder?: string | undefined;
  /**
   * Keys in base64, separated by blanks, commas or line ends, the current one first; they go before the file.
   * What {@link KEYS_VARIABLE} holds.
   */
  keys?: string | undefined;
}

/**
 * The keys for secrets at rest.
 *
 * @throws {SecretError} when there are none, or what is there is not a list of keys
 */
export function openKeyring({ dataFolder, keys }: KeySource): Keyring {
  if (keys !== undefined && keys.trim() !== '') return keyringOf(parseKeys(keys, KEYS_VARIABLE));
  if (dataFolder === undefined) {
    throw new SecretError(
      `there are no keys for secrets: set ${KEYS_VARIABLE} to ${KEY_BYTES} random bytes in base64, or give a data folder`,
    );
  }
  const file = join(dataFolder, KEYS_FILE);
  // Where two processes start at the same time, one writes the file and both read it.
  if (readIfThere(file) === undefined) writePrivateFile(file, `${newKey()}\n`, 'create');
  return keyringOf(keysIn(file));
}

/**
 * Makes a new key the current one, in the data folder's file. Secrets that are sealed with the keys before are still
 * opened; `resealSecrets` seals them anew, and then the older keys may go.
 */
export function addKey(dataFolder: string): Keyring {
  const file = join(dataFolder, KEYS_FILE);
  const keys = keysIn(file).map((key) => Buffer.from(key).toString('base64'));
  writePrivateFile(file, `${[newKey(), ...keys].join('\n')}\n`, 'replace');
  return openKeyring({ dataFolder });
}

/** A key, in base64. */
export function newKey(): string {
  return randomBytes(KEY_BYTES).toString('base64');
}

function keysIn(file: string): Uint8Array[] {
  const text = readIfThere(file);
  if (text === undefined) throw new SecretError(`there is no file ${file}`);
  return parseKeys(text, file);
}

function parseKeys(text: string, where: string): Uint8Array[] {
  const keys = text.split(/[\s,]+/).filter((key) => key !== '');
  if (keys.length === 0) throw new SecretError(`${where} holds no key`);
  return keys.map((key, index) => {
    const bytes = Buffer.from(key, 'base64');
    if (bytes.length !== KEY_BYTES || !/^[\w+/-]{43}=?$/.test(key)) {
      throw new SecretError(`key ${index + 1} in ${where} is not ${KEY_BYTES} bytes in base64`);
    }
    return bytes;
  });
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new SecretError(`the keys cannot be read: ${String(error)}`, { cause: error });
  }
}
