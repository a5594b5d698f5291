import { printable } from '@grove/protocol';
import { style } from './style.ts';
import { cut, widthOf } from './text.ts';

/** A column of a table. */
export interface Column<T> {
  readonly title: string;
  /** The cell as plain text; what must not reach a terminal is made visible. */
  readonly value: (row: T) => string | number | null;
  readonly align?: 'left' | 'right';
  /** Colours the cell. */
  readonly style?: (text: string) => string;
}

const GAP = 2;
/** What a column that must give way keeps, if its cells are longer. */
const NARROWEST = 8;

/**
 * Rows under headings, in aligned columns.
 *
 * @param width columns of the terminal, into which the widest columns are cut; without it nothing is cut
 */
export function formatTable<T>(columns: readonly Column<T>[], rows: readonly T[], width?: number): string[] {
  const cells = rows.map((row) => columns.map((column) => printable(String(column.value(row) ?? '-'))));
  const widths = columns.map((column, index) =>
    Math.max(widthOf(column.title), ...cells.map((row) => widthOf(row[index] ?? ''))),
  );
  if (width !== undefined) narrow(widths, width);
  const line = (texts: readonly string[], styled: (text: string, column: Column<T>) => string): string =>
    columns
      .map((column, index) => {
        const text = cut(texts[index] ?? '', widths[index] ?? 0);
        const padding = ' '.repeat(Math.max(0, (widths[index] ?? 0) - widthOf(text)));
        const shown = styled(text, column);
        return column.align === 'right' ? padding + shown : shown + padding;
      })
      .join(' '.repeat(GAP))
      .trimEnd();
  const head = line(
    columns.map((column) => column.title),
    (text) => style('bold', text),
  );
  return [head, ...cells.map((row) => line(row, (text, column) => column.style?.(text) ?? text))];
}

/** Takes what is too much from the widest columns. */
function narrow(widths: number[], width: number): void {
  let over = widths.reduce((sum, each) => sum + each + GAP, -GAP) - width;
  while (over > 0) {
    const widest = Math.max(...widths);
    if (widest <= NARROWEST) return;
    widths[widths.indexOf(widest)] = widest - 1;
    over -= 1;
  }
}

/** What stands beside a name: plain text, perhaps in colour; undefined is left out. */
type Fact =
  | string
  | number
  | null
  | undefined
  | { readonly text: string; readonly style: (text: string) => string };

/** Names and values, one pair a line, the values aligned. */
export function formatFacts(facts: Readonly<Record<string, Fact>>): string[] {
  const shown = Object.entries(facts).filter(([, fact]) => fact !== undefined);
  const width = Math.max(0, ...shown.map(([name]) => widthOf(name)));
  return shown.map(([name, fact]) => `${style('dim', name.padEnd(width))}  ${factText(fact)}`);
}

function factText(fact: Fact): string {
  if (typeof fact !== 'object' || fact === null) return printable(String(fact ?? '-'));
  return fact.style(printable(fact.text));
}
