/** What a process holds once it has thrown away what it no longer needs, in bytes. Needs `--expose-gc`. */
export interface Held {
  /** Of JavaScript: objects, and buffers outside the heap. */
  readonly heap: number;
  /** Of everything, as the system sees it. */
  readonly resident: number;
}

export function held(): Held {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed + external, resident: rss };
}

/** What may have come on top by the end: caches fill up, but not with something for each message. */
const ALLOWANCE = 16 * 2 ** 20;
const LOOKS = 8;
/** Of the looks, those before which caches are still filling up. */
const FILLING = 2;

/** Looks at a process's memory now and then, and finds whether it grows with the number of messages. */
export class MemoryWatch {
  readonly #total: number;
  readonly #look: () => Promise<Held> | Held;
  readonly #say: (line: string) => void;
  readonly #seen: Held[] = [];

  constructor(total: number, look: () => Promise<Held> | Held, say: (line: string) => void) {
    this.#total = total;
    this.#look = look;
    this.#say = say;
  }

  /** Whether it is time for another look. */
  isDue(messages: number): boolean {
    return messages >= (this.#total / LOOKS) * (this.#seen.length + 1);
  }

  async look(messages: number): Promise<void> {
    const now = await this.#look();
    this.#seen.push(now);
    this.#say(`${messages} messages: heap ${mebibytes(now.heap)}, resident ${mebibytes(now.resident)}`);
  }

  /** @throws {Error} when there is more on the heap than caches explain */
  judge(): void {
    const early = this.#seen[FILLING - 1];
    const late = this.#seen.at(-1);
    if (early === undefined || late === undefined || this.#seen.length < LOOKS) {
      throw new Error(`memory was looked at ${this.#seen.length} times, expected ${LOOKS}`);
    }
    if (late.heap > early.heap + ALLOWANCE) {
      throw new Error(`the heap has grown from ${mebibytes(early.heap)} to ${mebibytes(late.heap)}`);
    }
  }
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
