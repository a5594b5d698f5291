import { ContentMissingError, type ContentStore, ContentStoreFullError } from './store.ts';

/** Bytes in all unless told: what a simulated phone may take of the memory of its process. */
const CAPACITY = 8 * 1024 * 1024;

/** Keeps contents for the life of the process. */
export function memoryContentStore({
  capacity = CAPACITY,
}: {
  readonly capacity?: number;
} = {}): ContentStore {
  const contents = new Map<string, Uint8Array[]>();
  let used = 0;

  /** Cuts a content off, and gives what is left of it. */
  function cut(id: string, at: number): Uint8Array[] {
    const kept: Uint8Array[] = [];
    let length = 0;
    for (const piece of contents.get(id) ?? []) {
      const whole = piece.subarray(0, Math.max(0, at - length));
      if (whole.length > 0) kept.push(whole);
      length += whole.length;
      used -= piece.length - whole.length;
    }
    if (length < at) throw new RangeError(`content ${id} has ${length} bytes; expected ${at}`);
    contents.set(id, kept);
    return kept;
  }

  return {
    capacity,
    free: async () => capacity - used,
    async write(id, at, bytes) {
      const pieces = cut(id, at);
      if (used + bytes.length > capacity) throw new ContentStoreFullError(capacity);
      pieces.push(bytes.slice());
      used += bytes.length;
    },
    async read(id, at, length) {
      const pieces = contents.get(id);
      if (pieces === undefined) throw new ContentMissingError(id);
      const found: Uint8Array[] = [];
      let from = 0;
      for (const piece of pieces) {
        if (from + piece.length > at && from < at + length) {
          found.push(piece.subarray(Math.max(0, at - from), at + length - from));
        }
        from += piece.length;
      }
      return joined(found);
    },
    async retain(ids) {
      for (const [id, pieces] of contents) {
        if (ids.has(id)) continue;
        contents.delete(id);
        used -= pieces.reduce((sum, piece) => sum + piece.length, 0);
      }
    },
  };
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
