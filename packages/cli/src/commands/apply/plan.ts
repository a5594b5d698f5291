/** What applying would change, for people. */
import { counted, printable, style } from '../../output/index.ts';

/** One thing and what becomes of it, as the API says. */
export interface Change {
  readonly kind: string;
  readonly name: string;
  readonly change: 'create' | 'update' | 'delete' | 'none';
  readonly differences: readonly {
    readonly path: string;
    readonly before?: unknown;
    readonly after?: unknown;
  }[];
}

const SIGNS = {
  create: { sign: '+', colour: 'green', did: 'created' },
  update: { sign: '~', colour: 'yellow', did: 'changed' },
  delete: { sign: '-', colour: 'red', did: 'deleted' },
} as const;

/** Whether anything is not as it was declared. */
export function isDifferent(changes: readonly Change[]): boolean {
  return changes.some(({ change }) => change !== 'none');
}

export function planLines(changes: readonly Change[]): string[] {
  return changes.flatMap(({ kind, name, change, differences }) => {
    if (change === 'none') return [];
    const { sign, colour } = SIGNS[change];
    const title = style(colour, `${sign} ${kind} ${printable(name)}`);
    return [title, ...differences.map(differenceLine)];
  });
}

function differenceLine({ path, before, after }: Change['differences'][number]): string {
  const place = `    ${printable(path === '' ? 'all of it' : path)}: `;
  if (before === undefined) return `${place}${style('green', shown(after))}`;
  if (after === undefined) return `${place}${style('red', shown(before))} → nothing`;
  return `${place}${style('red', shown(before))} → ${style('green', shown(after))}`;
}

function shown(value: unknown): string {
  return printable(JSON.stringify(value));
}

/** `1 created, 2 changed, 4 as they are`. */
export function summaryLine(changes: readonly Change[]): string {
  const parts = Object.entries(SIGNS).flatMap(([change, { did }]) => {
    const count = changes.filter((each) => each.change === change).length;
    return count === 0 ? [] : [`${count.toLocaleString('en')} ${did}`];
  });
  const same = changes.filter(({ change }) => change === 'none').length;
  if (parts.length === 0) return `Everything is as declared: ${counted(same, 'thing')}.`;
  return `${parts.join(', ')}, ${same.toLocaleString('en')} as declared.`;
}
