/** A line of a text that comes in pieces. */
export interface Line {
  /** 1, 2, 3 … */
  readonly number: number;
  /** Null where it is longer than lines may be; the rest of it was passed over. */
  readonly bytes: Buffer | null;
}

const LINE_FEED = 0x0a;

/**
 * The lines of what comes in pieces of any size, with no more in memory than one piece and one line.
 *
 * @param longest bytes that a line may have
 */
export async function* linesOf(source: AsyncIterable<Uint8Array>, longest: number): AsyncGenerator<Line> {
  let number = 0;
  let begun: Buffer[] = [];
  let length = 0;
  const take = (bytes: Buffer): void => {
    length += bytes.length;
    if (length > longest) begun = [];
    else if (bytes.length > 0) begun.push(bytes);
  };
  const end = (): Line => {
    const line = { number: ++number, bytes: length > longest ? null : Buffer.concat(begun) };
    begun = [];
    length = 0;
    return line;
  };
  for await (const piece of source) {
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    let from = 0;
    for (let at = bytes.indexOf(LINE_FEED); at !== -1; at = bytes.indexOf(LINE_FEED, from)) {
      take(bytes.subarray(from, at));
      from = at + 1;
      yield end();
    }
    take(bytes.subarray(from));
  }
  if (length > 0) yield end();
}
