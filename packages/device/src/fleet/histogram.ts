/** Buckets per doubling: a percentile is at most 5 % off. */
const STEPS = 16;
const SIZE = STEPS * 40;

/** Durations in a fixed number of buckets, so that a million of them take no more memory than ten. */
export class Histogram {
  readonly #buckets = new Uint32Array(SIZE);
  #count = 0;
  #sum = 0;
  #max = 0;

  /** Notes one duration in milliseconds. */
  add(milliseconds: number): void {
    const bucket = Math.round(Math.log2(Math.max(milliseconds, 2 ** -6)) * STEPS) + 6 * STEPS;
    const index = Math.min(bucket, SIZE - 1);
    this.#buckets[index] = (this.#buckets[index] ?? 0) + 1;
    this.#count += 1;
    this.#sum += milliseconds;
    this.#max = Math.max(this.#max, milliseconds);
  }

  /** The duration that a share of all stay within, in milliseconds; 0 where there are none. */
  percentile(share: number): number {
    let left = share * this.#count;
    if (left <= 0) return 0;
    for (const [bucket, count] of this.#buckets.entries()) {
      left -= count;
      if (left <= 0) return Math.min(2 ** ((bucket - 6 * STEPS) / STEPS), this.#max);
    }
    return this.#max;
  }

  summary(): Durations {
    return {
      mean: this.#count === 0 ? 0 : this.#sum / this.#count,
      p50: this.percentile(0.5),
      p90: this.percentile(0.9),
      p99: this.percentile(0.99),
      max: this.#max,
    };
  }
}

/** Milliseconds. */
export interface Durations {
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}
