/**
 * Makes things be as files say: all of them in one unit of work, or none.
 *
 * What would change is found out by doing it in a unit that is taken back, and comparing what was there with what is there
 * then, both as a file would say them. So a plan knows of references between files, of what the server makes of a spelling,
 * and of everything that would be refused.
 */
import { Conflict, explain, InvalidInput, Name, NotFound, type Problem } from '@grove/api';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Queries, Store } from '../store/index.ts';
import { type Difference, differencesOf } from './difference.ts';
import type { DeclaredKind, DeclaredMeans } from './kind.ts';
import { DECLARED_KINDS, declaredKindOf } from './kinds/index.ts';
import { forget, kept, remember } from './sets.ts';

/** What one file says. */
export interface Declaration {
  readonly kind: string;
  readonly name: string;
  /** All that it says besides. */
  readonly document: unknown;
}

/** What becomes of one thing. */
export interface Change {
  kind: string;
  name: string;
  change: 'create' | 'update' | 'delete' | 'none';
  /** For an update, where it differs from what is there. */
  differences: Difference[];
}

/** What is to be applied, and how. */
export interface ApplyRequest {
  readonly declarations: readonly Declaration[];
  /** The name under which it is remembered what was applied; without one nothing is. */
  readonly set?: string | undefined;
  /** Whether what the set had before and is not declared any more is deleted. */
  readonly prune: boolean;
  /** Only to find out what would change. */
  readonly dryRun: boolean;
}

/** Takes a unit of work back. */
class TakenBack extends Error {
  readonly changes: Change[];

  constructor(changes: Change[]) {
    super('the unit was only to find out');
    this.changes = changes;
  }
}

/**
 * Makes things be as declared, or finds out what that would change.
 *
 * @returns what changed, in the order in which it is done; what is as declared already is among it as `none`
 * @throws {InvalidInput} with fields such as `resources/2/nodes/0/path`
 * @throws {NotFound} when one refers to something that is neither there nor declared
 * @throws {Conflict} when something cannot be changed or deleted so, or has changed meanwhile
 */
export async function applyDeclarations(
  store: Store,
  request: ApplyRequest,
  means: DeclaredMeans,
): Promise<Change[]> {
  const ordered = inOrder(request.declarations);
  const plan = await planOf(store, ordered, request, means);
  if (request.dryRun) return plan;
  if (plan.some(({ change }) => change !== 'none') || request.set !== undefined) {
    await store.transaction(async (db) => {
      const done = await converge(db, ordered, request, means, (index) => plan[index]?.change !== 'none');
      // What somebody has changed since the plan was made is his to see before it is overwritten.
      const other = plan.find(
        ({ kind, name, change }, index) =>
          done[index]?.change !== change || done[index]?.name !== name || done[index]?.kind !== kind,
      );
      if (other !== undefined)
        throw new Conflict(`${other.kind} ${JSON.stringify(other.name)} has changed meanwhile; apply again`);
    });
  }
  for (const { of, name, document } of ordered) await of.settle?.(store.reader, name, document, means);
  return plan;
}

async function planOf(
  store: Store,
  placed: readonly Placed[],
  request: ApplyRequest,
  means: DeclaredMeans,
): Promise<Change[]> {
  try {
    await store.transaction(async (db) => {
      throw new TakenBack(await converge(db, placed, request, means, () => true));
    });
  } catch (error) {
    if (error instanceof TakenBack) return error.changes;
    throw error;
  }
  throw new Error('a unit of work that failed did not say so');
}

/** A declaration with its kind and its place among those that came. */
interface Placed extends Declaration {
  readonly of: DeclaredKind;
  readonly index: number;
}

function inOrder(declarations: readonly Declaration[]): Placed[] {
  const problems: Problem[] = [];
  const seen = new Set<string>();
  const placed = declarations.flatMap((declaration, index): Placed[] => {
    const { kind, name, document } = declaration;
    const of = declaredKindOf(kind);
    if (of === undefined) {
      const known = DECLARED_KINDS.map((each) => each.kind).join(', ');
      problems.push({ field: `resources/${index}/kind`, value: kind, expected: `one of ${known}` });
      return [];
    }
    const key = `${kind} ${name}`;
    if (seen.has(key)) {
      problems.push({
        field: `resources/${index}/name`,
        value: name,
        expected: `one ${kind} of that name, not two`,
      });
    }
    seen.add(key);
    const nameSchema = of.name ?? Name;
    if (!checkerOf(nameSchema).Check(name))
      problems.push(...explain(nameSchema, name, 'name').map(within(index)));
    if (!checkerOf(of.schema).Check(document))
      problems.push(...explain(of.schema, document, '').map(within(index)));
    return [{ ...declaration, of, index }];
  });
  if (problems.length > 0) throw new InvalidInput(problems);
  const rank = ({ of }: Placed) => DECLARED_KINDS.indexOf(of);
  return placed.sort((a, b) => rank(a) - rank(b) || a.index - b.index);
}

const checkers = new Map<TSchema, { Check(value: unknown): boolean }>();

function checkerOf(schema: TSchema) {
  let checker = checkers.get(schema);
  if (checker === undefined) {
    checker = Compile(schema);
    checkers.set(schema, checker);
  }
  return checker;
}

function within(index: number): (problem: Problem) => Problem {
  return ({ field, ...problem }) => ({
    ...problem,
    field: field === '' ? `resources/${index}` : `resources/${index}/${field}`,
  });
}

async function converge(
  db: Queries,
  placed: readonly Placed[],
  { set, prune }: ApplyRequest,
  means: DeclaredMeans,
  isWanted: (index: number) => boolean,
): Promise<Change[]> {
  const changes: Change[] = [];
  for (const [at, { of, name, document, index }] of placed.entries()) {
    const before = await of.read(db, name, document);
    if (isWanted(at))
      await inPlace(index, `${of.kind} ${JSON.stringify(name)}`, () =>
        of.write(db, name, document, before !== undefined, means),
      );
    const differences =
      before === undefined
        ? []
        : differencesOf(before, isWanted(at) ? await of.read(db, name, document) : before);
    const changed = differences.length > 0 ? ('update' as const) : ('none' as const);
    changes.push({ kind: of.kind, name, change: before === undefined ? 'create' : changed, differences });
    if (set !== undefined) await remember(db, set, of.kind, name);
  }
  if (set === undefined || !prune) return changes;
  const declared = new Set(placed.map(({ kind, name }) => `${kind} ${name}`));
  const gone = (await kept(db, set)).filter(({ kind, name }) => !declared.has(`${kind} ${name}`));
  for (const of of DECLARED_KINDS.toReversed()) {
    for (const { name } of gone.filter(({ kind }) => kind === of.kind)) {
      await forget(db, set, of.kind, name);
      if ((await of.read(db, name, undefined)) === undefined) continue;
      await of.remove(db, name, means);
      changes.push({ kind: of.kind, name, change: 'delete', differences: [] });
    }
  }
  return changes;
}

async function inPlace<T>(index: number, what: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw placed(error, index, what);
  }
}

/** A failure that says which declaration it is about. */
function placed(error: unknown, index: number, what: string): unknown {
  if (error instanceof InvalidInput) {
    return new InvalidInput(error.problems.map(within(index)), { cause: error });
  }
  if (error instanceof NotFound || error instanceof Conflict) {
    return new Conflict(`${what}: ${error.message}`, [], { cause: error });
  }
  return error;
}
