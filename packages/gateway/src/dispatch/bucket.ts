/** Lets so many through in a second, and a tenth of that at once. */
export class TokenBucket {
  readonly #rate: number;
  readonly #most: number;
  #tokens: number;
  #at: number;

  /**
   * @param rate tokens in a second
   * @param now milliseconds
   */
  constructor(rate: number, now: number) {
    this.#rate = rate;
    this.#most = Math.max(1, rate / 10);
    this.#tokens = this.#most;
    this.#at = now;
  }

  /**
   * Takes a token if there is one.
   *
   * @returns milliseconds until there is one; 0 where it was taken
   */
  take(now: number): number {
    // A clock that is set back gives nothing.
    const passed = Math.max(0, now - this.#at);
    this.#tokens = Math.min(this.#most, this.#tokens + (passed * this.#rate) / 1000);
    this.#at = now;
    if (this.#tokens < 1) return Math.ceil(((1 - this.#tokens) * 1000) / this.#rate);
    this.#tokens -= 1;
    return 0;
  }
}
