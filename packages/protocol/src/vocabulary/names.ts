/** Hash of a name, one byte at a time: start with {@link HASH_START}, then `hashByte` for each byte. */
export const HASH_START = 17;

export function hashByte(hash: number, byte: number): number {
  return (Math.imul(hash, 31) + byte) | 0;
}

interface Named {
  readonly utf8: Uint8Array;
}

/**
 * Finds a thing by the UTF-8 bytes of its name without making a string.
 *
 * The table is as large as it must be for every name to have a slot of its own, so that a look-up is
 * one comparison.
 */
export class NameTable<T extends Named> {
  readonly #slots: readonly (T | undefined)[];
  readonly #mask: number;

  private constructor(slots: (T | undefined)[]) {
    this.#slots = slots;
    this.#mask = slots.length - 1;
  }

  /** @throws {Error} when two names are equal: a fault of the program. */
  static of<T extends Named>(things: readonly T[]): NameTable<T> {
    for (let size = 1; size <= 1 << 16; size *= 2) {
      const slots = place(things, size);
      if (slots !== undefined) return new NameTable(slots);
    }
    throw new Error('two names in a table are equal');
  }

  /** The thing whose name stands in `bytes[start, end)`, given the hash of those bytes. */
  find(bytes: Uint8Array, start: number, end: number, hash: number): T | undefined {
    const thing = this.#slots[fold(hash) & this.#mask];
    if (thing === undefined) return undefined;
    const name = thing.utf8;
    const length = end - start;
    if (name.length !== length) return undefined;
    for (let i = 0; i < length; i++) if (name[i] !== bytes[start + i]) return undefined;
    return thing;
  }
}

/** Lets the high bits of a hash take part in its low bits. */
function fold(hash: number): number {
  return hash ^ (hash >>> 11);
}

function place<T extends Named>(things: readonly T[], size: number): (T | undefined)[] | undefined {
  const slots = new Array<T | undefined>(size).fill(undefined);
  for (const thing of things) {
    let hash = HASH_START;
    for (const byte of thing.utf8) hash = hashByte(hash, byte);
    const slot = fold(hash) & (size - 1);
    if (slots[slot] !== undefined) return undefined;
    slots[slot] = thing;
  }
  return slots;
}
