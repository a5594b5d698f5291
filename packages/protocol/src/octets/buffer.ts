/** Size of the slabs from which small results are cut. */
const SLAB = 16_384;
/** A result larger than this has memory of its own, so that keeping it keeps no slab alive. */
const SHARED = 4_096;
/** How much more room is made than is needed. */
const ROOM = 1.25;

const encoder = new TextEncoder();

/**
 * A growing run of bytes.
 *
 * Making many small ArrayBuffers is what costs most in writing short messages, so results are cut from
 * slabs, in the way of Node's own buffers: a result is a view, and its `buffer` is not its own.
 */
export class ByteBuffer {
  /** The bytes written stand in `bytes[start, end)`. */
  bytes: Uint8Array = new Uint8Array(SLAB);
  start = 0;
  end = 0;

  get length(): number {
    return this.end - this.start;
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    if (this.end + count <= this.bytes.length) return;
    const length = this.length;
    // Behind one large value there is mostly little more.
    const grown = new Uint8Array(Math.max(SLAB, 2 * length, Math.ceil((length + count) * ROOM)));
    grown.set(this.bytes.subarray(this.start, this.end));
    this.bytes = grown;
    this.start = 0;
    this.end = length;
  }

  push(byte: number): void {
    if (this.end === this.bytes.length) this.reserve(1);
    this.bytes[this.end++] = byte;
  }

  append(more: Uint8Array): void {
    const length = more.length;
    if (this.end + length > this.bytes.length) this.reserve(length);
    const bytes = this.bytes;
    const to = this.end;
    // A call costs more than a short loop.
    if (length > 24) bytes.set(more, to);
    else for (let i = 0; i < length; i++) bytes[to + i] = more[i] as number;
    this.end = to + length;
  }

  /** Appends `source[start, end)`. */
  copy(source: Uint8Array, start: number, end: number): void {
    const length = end - start;
    if (this.end + length > this.bytes.length) this.reserve(length);
    const bytes = this.bytes;
    const to = this.end;
    if (length > 96) bytes.set(source.subarray(start, end), to);
    else for (let i = 0; i < length; i++) bytes[to + i] = source[start + i] as number;
    this.end = to + length;
  }

  /** Appends text as UTF-8; a surrogate without its partner becomes U+FFFD. */
  utf8(text: string): void {
    this.reserve(text.length * 3);
    this.end += encoder.encodeInto(text, this.bytes.subarray(this.end)).written;
  }

  /** Appends text as UTF-8 with a NUL behind it; false, and nothing appended, when there is one in it. */
  terminated(text: string): boolean {
    const length = text.length;
    this.reserve(length * 3 + 1);
    const bytes = this.bytes;
    let end = this.end;
    // Calling the encoder costs more than a short loop.
    const looped = length > 32 ? 0 : length;
    let i = 0;
    while (i < looped) {
      const unit = text.charCodeAt(i);
      if (unit === 0 || unit > 0x7f) break;
      bytes[end++] = unit;
      i++;
    }
    if (i < length) {
      const rest = text.slice(i);
      if (rest.includes('\0')) return false;
      end += encoder.encodeInto(rest, bytes.subarray(end)).written;
    }
    bytes[end] = 0;
    this.end = end + 1;
    return true;
  }

  /** Replaces `bytes[from, to)`, counted from the start of what was written, by other bytes. */
  splice(from: number, to: number, replacement: Uint8Array): void {
    const growth = replacement.length - (to - from);
    if (growth > 0) this.reserve(growth);
    if (growth !== 0) this.bytes.copyWithin(this.start + to + growth, this.start + to, this.end);
    this.bytes.set(replacement, this.start + from);
    this.end += growth;
  }

  /** What was written, and a fresh start. */
  take(): Uint8Array {
    const { bytes, start, end } = this;
    const length = end - start;
    if (length > SHARED) {
      if (bytes.length <= SLAB) {
        this.end = start;
        return bytes.slice(start, end);
      }
      // A very large message takes its buffer with it, unless that is much larger.
      this.#renew();
      return bytes.length <= 2 * length ? bytes.subarray(start, end) : bytes.slice(start, end);
    }
    this.start = end;
    if (bytes.length - end < SHARED) this.#renew();
    return bytes.subarray(start, end);
  }

  /** Forgets what was written. */
  clear(): void {
    this.end = this.start;
  }

  #renew(): void {
    this.bytes = new Uint8Array(SLAB);
    this.start = 0;
    this.end = 0;
  }
}
