import { type FileHandle, mkdir, open, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ContentMissingError, type ContentStore, ContentStoreFullError } from './store.ts';

/** Bytes in all unless told: a value of 1 GiB, and the one that takes its place. */
const CAPACITY = 2 * 1024 ** 3;

/** What contents are named, and so their files. */
const IDENTIFIER = /^[\w-]{1,64}$/;

/** What a disk says when it has no room. */
const NO_ROOM: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

export interface FileContentStoreOptions {
  /** Made with the first content. */
  readonly directory: string;
  /** Bytes that all contents together may have; 2 GiB unless told. */
  readonly capacity?: number;
  /** Waits until the disk has the bytes: true unless told. */
  readonly sync?: boolean;
}

/** One file per content. */
export function fileContentStore({
  directory,
  capacity = CAPACITY,
  sync = true,
}: FileContentStoreOptions): ContentStore {
  return new FileContentStore(directory, capacity, sync);
}

class FileContentStore implements ContentStore {
  readonly capacity: number;
  readonly #directory: string;
  readonly #sync: boolean;
  /** Sizes of the contents; read from the directory when they are first asked for. */
  #sizes: Promise<Map<string, number>> | undefined;

  constructor(directory: string, capacity: number, sync: boolean) {
    this.#directory = directory;
    this.capacity = capacity;
    this.#sync = sync;
  }

  async free(): Promise<number> {
    const sizes = await this.#found();
    return this.capacity - total(sizes);
  }

  async write(id: string, at: number, bytes: Uint8Array): Promise<void> {
    const sizes = await this.#found();
    const size = sizes.get(id) ?? 0;
    if (size < at) throw new RangeError(`content ${id} has ${size} bytes; expected ${at}`);
    if (total(sizes) - size + at + bytes.length > this.capacity)
      throw new ContentStoreFullError(this.capacity);
    const file = await this.#open(id, sizes);
    try {
      if (size > at) await file.truncate(at);
      await writeAll(file, bytes, at);
      if (this.#sync) await file.datasync();
      sizes.set(id, at + bytes.length);
    } catch (error) {
      // What of it was written counts, and is cut off when somebody tries again.
      sizes.set(id, (await file.stat()).size);
      throw hasNoRoom(error) ? new ContentStoreFullError(this.capacity) : error;
    } finally {
      await file.close();
    }
  }

  async read(id: string, at: number, length: number): Promise<Uint8Array> {
    let file: FileHandle;
    try {
      file = await open(this.#path(id), 'r');
    } catch (error) {
      throw isMissing(error) ? new ContentMissingError(id, { cause: error }) : error;
    }
    try {
      const bytes = new Uint8Array(length);
      let filled = 0;
      while (filled < length) {
        const { bytesRead } = await file.read(bytes, filled, length - filled, at + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return bytes.subarray(0, filled);
    } finally {
      await file.close();
    }
  }

  async retain(ids: ReadonlySet<string>): Promise<void> {
    const sizes = await this.#found();
    for (const id of [...sizes.keys()]) {
      if (ids.has(id)) continue;
      await unlink(this.#path(id)).catch((error) => {
        if (!isMissing(error)) throw error;
      });
      sizes.delete(id);
    }
  }

  async #open(id: string, sizes: ReadonlyMap<string, number>): Promise<FileHandle> {
    if (sizes.has(id)) return open(this.#path(id), 'r+');
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const file = await open(this.#path(id), 'w', 0o600);
    if (this.#sync) await this.#syncDirectory();
    return file;
  }

  /** Makes the name of a new file last. */
  async #syncDirectory(): Promise<void> {
    const directory = await open(this.#directory, 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  }

  #found(): Promise<Map<string, number>> {
    this.#sizes ??= sizesIn(this.#directory);
    return this.#sizes;
  }

  #path(id: string): string {
    if (!IDENTIFIER.test(id)) {
      throw new RangeError(`identifier of a content is ${JSON.stringify(id)}; expected letters and digits`);
    }
    return join(this.#directory, id);
  }
}

async function sizesIn(directory: string): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  let names: string[];
  try {
    names = await readdir(directory);
  } catch (error) {
    if (isMissing(error)) return sizes;
    throw error;
  }
  for (const name of names.filter((each) => IDENTIFIER.test(each))) {
    sizes.set(name, (await stat(join(directory, name))).size);
  }
  return sizes;
}

async function writeAll(file: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, at + written);
    written += bytesWritten;
  }
}

function total(sizes: ReadonlyMap<string, number>): number {
  let bytes = 0;
  for (const size of sizes.values()) bytes += size;
  return bytes;
}

function hasNoRoom(error: unknown): boolean {
  return error instanceof Error && 'code' in error && NO_ROOM.has(error.code);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
