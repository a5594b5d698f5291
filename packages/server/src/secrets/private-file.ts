import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes a file that only its owner may read, whole or not at all, and on the disk when it returns.
 *
 * @param how `create` leaves a file that is there as it is, `replace` puts the new one in its place
 * @returns whether it was written
 */
export function writePrivateFile(file: string, content: string, how: 'create' | 'replace'): boolean {
  const folder = dirname(file);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(draft, content, { mode: 0o600, flag: 'wx', flush: true });
    if (how === 'replace') renameSync(draft, file);
    // Unlike a renaming, a link is refused where there is a file already.
    else linkSync(draft, file);
    syncFolder(folder);
    return true;
  } catch (error) {
    if (how === 'create' && error instanceof Error && 'code' in error && error.code === 'EEXIST')
      return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Puts a folder's entries on the disk; Windows does so by itself and cannot open one. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
