/** Sorts after every text that begins with what stands before it. */
export const LAST = '\u{10ffff}';
