/** Which bytes of a representation are asked for: from `start`, up to but without `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads a Range header (RFC 9110, 14.2).
 *
 * @param size bytes that there are
 * @returns undefined where all are to be sent: the header is absent, of another unit, malformed or asks for
 *   several ranges; 'none' where there are none of those that it asks for
 */
export function spanOf(header: string | undefined, size: number): Span | 'none' | undefined {
  const [, first = '', last = ''] = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/i.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'none' : { start: size - length, end: size };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return undefined;
  if (start >= size) return 'none';
  return { start, end: last === '' ? size : Math.min(Number(last) + 1, size) };
}
