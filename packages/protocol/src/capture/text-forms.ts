/** Bytes that were written down as text: hex dumps, digits, base64. */
import { decodeBase64, decodeUtf8 } from '../octets/index.ts';

/** What bytes were taken out of. */
export type Wrapping = 'hex dump' | 'hex' | 'base64';

/** A way to write bytes as text: the bytes, or why the text is none. */
interface TextForm {
  readonly wrapping: Wrapping;
  /** Whether each line may stand for itself. */
  readonly isOfLines: boolean;
  readonly unwrap: (text: string) => Uint8Array | string;
}

const OTHER = 'holds other characters';
/** `00000010: 0201 6a00`, `0010  02 01 6a`: how far the bytes of a line are from the first, and the rest of the line. */
const DUMP_LINE = /^\s*(?:0x)?([0-9a-f]{4,16})(?::\s*|\s+)(.*)$/i;

export const TEXT_FORMS: readonly TextForm[] = [
  { wrapping: 'hex dump', isOfLines: false, unwrap: fromDump },
  { wrapping: 'hex', isOfLines: true, unwrap: fromDigits },
  { wrapping: 'base64', isOfLines: true, unwrap: fromBase64 },
];

/** Lines, blank ones included, that may be pieces of one thing. */
const MOST_LINES = 1024;

/** Several lines that are digits each, or base64 each; undefined for other texts. */
export function linesOf(text: string): { wrapping: Wrapping; pieces: Uint8Array[] } | undefined {
  const all = text.split(/\r?\n/, MOST_LINES + 1);
  const lines = all.filter((line) => line.trim() !== '');
  if (lines.length < 2 || all.length > MOST_LINES) return undefined;
  for (const { wrapping, unwrap } of TEXT_FORMS.filter(({ isOfLines }) => isOfLines)) {
    const pieces = lines.map((line) => unwrap(line.trim()));
    if (pieces.every((piece) => typeof piece !== 'string')) return { wrapping, pieces };
  }
  return undefined;
}

/** The text that bytes are, without blanks around it. */
export function textOf(bytes: Uint8Array): string | undefined {
  return decodeUtf8(bytes)
    ?.replace(/^\ufeff/, '')
    .trim();
}

/** What xxd, hexdump -C, od -A x -t x1 and Wireshark print: each line with its offset, most with a column of text. */
function fromDump(text: string): Uint8Array | string {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && line.trim() !== '*');
  const rows = lines.map((line) =>
    DUMP_LINE.exec(line.includes(' ') || line.includes(':') ? line : `${line} `),
  );
  const bytes: number[] = [];
  for (const [index, row] of rows.entries()) {
    if (row === null) return `line ${index + 1} has no offset`;
    const offset = Number.parseInt(row[1] ?? '', 16);
    if (offset !== bytes.length) return `line ${index + 1} has offset ${offset}, expected ${bytes.length}`;
    const next = rows[index + 1]?.[1];
    const count = next === undefined ? undefined : Number.parseInt(next, 16) - offset;
    const read = rowBytes(row[2] ?? '', count);
    if (read === undefined) return `line ${index + 1} is none of a dump`;
    bytes.push(...read);
  }
  return bytes.length === 0 ? 'holds no bytes' : Uint8Array.from(bytes);
}

/** @param count bytes in the row; unknown in the last one, whose column of text begins behind two blanks or a bar */
function rowBytes(row: string, count: number | undefined): number[] | undefined {
  const bar = row.indexOf('|');
  const digits = bar >= 0 ? row.slice(0, bar) : count === undefined ? (row.split(/\s{2,}/)[0] ?? '') : row;
  const bytes: number[] = [];
  for (const [, pair] of digits.matchAll(/\s*([0-9a-f]{2}|\S)/gi)) {
    if (count !== undefined && bytes.length === count) break;
    if (pair === undefined || pair.length !== 2) return undefined;
    bytes.push(Number.parseInt(pair, 16));
  }
  return count === undefined || bytes.length === count ? bytes : undefined;
}

/** Digits in any grouping, also as `0x03, 0x01`, `\x03\x01` or `03:01`. */
function fromDigits(text: string): Uint8Array | string {
  const digits = text.replace(/0x|\\x|[\s:,;{}"'-]/gi, '');
  if (digits === '' || !/^[0-9a-f]+$/i.test(digits)) return OTHER;
  if (digits.length % 2 === 1) return 'an odd number of digits';
  const bytes = new Uint8Array(digits.length / 2);
  for (let at = 0; at < bytes.length; at++) bytes[at] = Number.parseInt(digits.slice(2 * at, 2 * at + 2), 16);
  return bytes;
}

function fromBase64(text: string): Uint8Array | string {
  const bytes = text === '' ? undefined : decodeBase64(text);
  return bytes ?? OTHER;
}
