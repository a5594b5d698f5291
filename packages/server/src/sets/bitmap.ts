/** Devices of one row of a set. */
export const CHUNK = 65_536;
/** Bytes of a row's bits. */
export const CHUNK_BYTES = CHUNK / 8;

/** A set of ids in memory: 8 KiB for each 65,536 of them where there is any. */
export class Bitmap {
  readonly #chunks = new Map<number, Uint8Array>();
  #size = 0;

  /** @param ids whole numbers from 0 */
  static of(ids: Iterable<number>): Bitmap {
    const bitmap = new Bitmap();
    for (const id of ids) bitmap.add(id);
    return bitmap;
  }

  /** How many ids are in it. */
  get size(): number {
    return this.#size;
  }

  /** Its chunks by their number, in order; not to be changed. */
  get chunks(): (readonly [chunk: number, bits: Uint8Array])[] {
    return [...this.#chunks].toSorted(([a], [b]) => a - b);
  }

  has(id: number): boolean {
    const bits = this.#chunks.get(Math.floor(id / CHUNK));
    if (bits === undefined) return false;
    const at = id % CHUNK;
    return (((bits[at >> 3] ?? 0) >> (at & 7)) & 1) === 1;
  }

  /** @returns whether it was not in it before */
  add(id: number): boolean {
    const chunk = Math.floor(id / CHUNK);
    let bits = this.#chunks.get(chunk);
    if (bits === undefined) {
      bits = new Uint8Array(CHUNK_BYTES);
      this.#chunks.set(chunk, bits);
    }
    const at = id % CHUNK;
    const before = bits[at >> 3] ?? 0;
    const after = before | (1 << (at & 7));
    if (after === before) return false;
    bits[at >> 3] = after;
    this.#size++;
    return true;
  }

  /** Puts a chunk in place of the one that is there. */
  put(chunk: number, bits: Uint8Array): void {
    this.#size += countBits(bits) - countBits(this.#chunks.get(chunk) ?? NONE);
    this.#chunks.set(chunk, bits);
  }

  [Symbol.iterator](): Iterator<number> {
    return this.ids();
  }

  /** Ids above one, from the smallest on. */
  *idsAfter(after: number): Generator<number> {
    for (const [chunk, bits] of this.chunks)
      if ((chunk + 1) * CHUNK > after) yield* idsOf(chunk, bits, after);
  }

  /** Ids from the smallest on. */
  *ids(): Generator<number> {
    for (const [chunk, bits] of this.chunks) yield* idsOf(chunk, bits, -1);
  }
}

const NONE = new Uint8Array(0);

/** Bits that are set. */
export function countBits(bits: Uint8Array): number {
  let count = 0;
  for (let byte of bits) {
    for (; byte !== 0; byte &= byte - 1) count++;
  }
  return count;
}

/** Ids whose bits are set, from the smallest on; only those above `after`. */
export function* idsOf(chunk: number, bits: Uint8Array, after: number): Generator<number> {
  const first = chunk * CHUNK;
  for (let at = Math.max(0, (after + 1 - first) >> 3); at < bits.length; at++) {
    const byte = bits[at] ?? 0;
    if (byte === 0) continue;
    for (let bit = 0; bit < 8; bit++) {
      const id = first + at * 8 + bit;
      if (((byte >> bit) & 1) === 1 && id > after) yield id;
    }
  }
}
