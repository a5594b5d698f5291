/** One place at which two documents differ. */
export interface Difference {
  /** Path of the place, `nodes/0/value`; empty for the whole document. */
  path: string;
  /** What is there now; absent where there is nothing. */
  before?: unknown;
  /** What is to be there; absent where there is to be nothing. */
  after?: unknown;
}

/** Differences that one answer lists at most. */
const MOST = 200;

/** Where two documents of JSON differ: the smallest parts that do, in order; at most 200 of them. */
export function differencesOf(before: unknown, after: unknown): Difference[] {
  const found: Difference[] = [];
  walk(before, after, '', found);
  return found;
}

type Composite = Record<string, unknown> | unknown[];

function isComposite(value: unknown): value is Composite {
  return typeof value === 'object' && value !== null;
}

function walk(before: unknown, after: unknown, path: string, found: Difference[]): void {
  if (found.length >= MOST || Object.is(before, after)) return;
  if (!isComposite(before) || !isComposite(after) || Array.isArray(before) !== Array.isArray(after)) {
    const difference: Difference = { path };
    if (before !== undefined) difference.before = before;
    if (after !== undefined) difference.after = after;
    found.push(difference);
    return;
  }
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  for (const name of names) {
    walk(memberOf(before, name), memberOf(after, name), path === '' ? name : `${path}/${name}`, found);
  }
}

function memberOf(value: Composite, name: string): unknown {
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}
