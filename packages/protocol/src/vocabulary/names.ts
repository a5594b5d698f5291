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
  /** The name in each slot; empty where there is none. */
  readonly #names: readonly Uint8Array[];
  readonly #mask: number;

  private constructor(slots: (T | undefined)[]) {
    this.#slots = slots;
    this.#names = slots.map((thing) => thing?.utf8 ?? new Uint8Array(0));
    this.#mask = slots.length - 1;
  }

  /** @throws {Error} when two names cannot be told apart: a fault of the program. */
  static of<T extends Named>(things: readonly T[]): NameTable<T> {
    for (let size = 1; size <= 1 << 16; size *= 2) {
      const slots = place(things, size);
      if (slots !== undefined) return new NameTable(slots);
    }
    throw new Error('two names in a table have the same hash');
  }

  /** The thing whose name stands in `bytes[start, end)`. */
  find(bytes: Uint8Array, start: number, end: number): T | undefined {
    const slot = hash(bytes, start, end) & this.#mask;
    const name = this.#names[slot] as Uint8Array;
    const length = end - start;
    if (name.length !== length) return undefined;
    for (let i = 0; i < length; i++) if (name[i] !== bytes[start + i]) return undefined;
    return this.#slots[slot];
  }
}

/**
 * Mixes a name's length and four of its bytes, which tell all names of a page apart, so that no loop is needed.
 * Multiplier and shift are those with which the tables of the vocabulary are smallest.
 */
function hash(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  let mixed = Math.imul(length, 233) + (bytes[start] as number);
  mixed = Math.imul(mixed, 233) + (bytes[start + (length >> 1)] as number);
  mixed = Math.imul(mixed, 233) + (bytes[start + ((3 * length) >> 2)] as number);
  mixed = Math.imul(mixed, 233) + (bytes[end - 1] as number);
  return mixed ^ (mixed >>> 18);
}

function place<T extends Named>(things: readonly T[], size: number): (T | undefined)[] | undefined {
  const slots = new Array<T | undefined>(size).fill(undefined);
  for (const thing of things) {
    const slot = hash(thing.utf8, 0, thing.utf8.length) & (size - 1);
    if (slots[slot] !== undefined) return undefined;
    slots[slot] = thing;
  }
  return slots;
}
