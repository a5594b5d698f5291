/** Text for people, from which a terminal, a page or a plain string can be made. */

/** What a piece of text is; whoever shows it chooses a colour. */
export type Tone = 'strong' | 'good' | 'doubtful' | 'bad' | 'faint';

export interface Span {
  readonly text: string;
  readonly tone?: Tone | undefined;
}

/** One line, and the lines that belong to it. */
export interface Line {
  readonly spans: readonly Span[];
  /** Shown indented, or as branches below it where the line stands for a tree. */
  readonly below: readonly Line[];
  readonly branches?: boolean | undefined;
  /** Columns that stand before the line itself, such as a number: what is below stands behind them. */
  readonly margin?: number | undefined;
}

// Control characters, and those that change the direction of text: they could make a terminal show, or
// do, what its user does not expect.
const UNSAFE = /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Text from outside on one line, safe for a terminal. */
export function printable(text: string): string {
  return text.replace(
    UNSAFE,
    (character) => SHORT[character] ?? `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

/** The beginning of a text where it is longer. */
export function shortened(text: string, length: number): string {
  if (text.length <= length) return text;
  const characters = Array.from(text.slice(0, 2 * length));
  return characters.length <= length && text.length <= 2 * length
    ? text
    : `${characters.slice(0, length - 1).join('')}…`;
}

/** A piece of text, made safe to show. */
export function span(text: string, tone?: Tone): Span {
  return { text: printable(text), ...(tone === undefined ? {} : { tone }) };
}

/** A line of pieces with a blank between them; empty ones are left out. */
export function line(parts: readonly (string | Span | undefined)[], below: readonly Line[] = []): Line {
  const spans: Span[] = [];
  for (const part of parts) {
    if (part === undefined) continue;
    const shown = typeof part === 'string' ? span(part) : part;
    if (shown.text === '') continue;
    if (spans.length > 0) spans.push({ text: ' ' });
    spans.push(shown);
  }
  return { spans, below };
}

/** Facts in brackets, faint; nothing where there are none. */
export function brackets(facts: readonly (string | undefined)[]): Span | undefined {
  const shown = facts.filter((fact) => fact !== undefined && fact !== '');
  return shown.length === 0 ? undefined : span(`(${shown.join(', ')})`, 'faint');
}

/** `1 byte`, `2 bytes`. */
export function counted(count: number, singular: string): string {
  return `${count.toLocaleString('en')} ${singular}${count === 1 ? '' : 's'}`;
}

/**
 * Lines laid out under one another, what belongs to a line indented below it.
 *
 * @param paint what is shown of a piece
 */
export function layOut(
  lines: readonly Line[],
  paint: (span: Span) => string = ({ text }) => text,
  indent = '',
): string[] {
  return lines.flatMap(({ spans, below, branches, margin = 0 }) => [
    (indent + spans.map(paint).join('')).trimEnd(),
    ...(branches
      ? drawBranches(below, paint, indent)
      : layOut(below, paint, `${indent}${' '.repeat(margin)}  `)),
  ]);
}

/** Lines drawn as the branches of a tree. */
export function drawBranches(
  lines: readonly Line[],
  paint: (span: Span) => string = ({ text }) => text,
  indent = '',
): string[] {
  return lines.flatMap(({ spans, below }, index) => {
    const last = index === lines.length - 1;
    return [
      `${indent}${last ? '└─ ' : '├─ '}${spans.map(paint).join('')}`.trimEnd(),
      ...drawBranches(below, paint, `${indent}${last ? '   ' : '│  '}`),
    ];
  });
}
