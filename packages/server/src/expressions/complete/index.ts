/** What may come next in an expression: for whoever helps people to write one. */
import type { Queries } from '../../store/index.ts';
import { FIELDS, type Field, LAST, type Occurring } from '../fields/index.ts';
import { ExpressionError, formatPath, formatText, type Subject } from '../language/index.ts';
import { fieldOf, operatorsOf, type SubjectMeaning } from '../resolve.ts';
import { namesBelow } from './paths.ts';
import { type Place, placeAtEnd } from './place.ts';

/** Something that may stand at the cursor. */
export interface Completion {
  readonly kind: 'field' | 'path' | 'operator' | 'value' | 'keyword';
  /** What to put there, as it is written in an expression. */
  readonly text: string;
  /** What it is, in words. */
  readonly says: string | null;
  /** How many devices have the value, counted up to a bound; null where this is not known, or it is no value. */
  readonly devices: number | null;
}

export interface Completions {
  /** What they take the place of: from here up to the cursor. */
  readonly start: number;
  readonly items: Completion[];
}

/**
 * What may stand at a place of an expression: fields, operators, values that occur in the fleet, names of nodes that
 * devices have.
 *
 * @param cursor the place, in UTF-16 code units
 * @param limit how many at most
 */
export async function complete(
  db: Queries,
  text: string,
  cursor: number,
  limit: number,
): Promise<Completions> {
  const place = placeAtEnd(text.slice(0, cursor));
  if (place === undefined) return { start: cursor, items: [] };
  return { start: place.start, items: (await itemsAt(db, place, limit)).slice(0, limit) };
}

function itemsAt(db: Queries, place: Place, limit: number): Promise<Completion[]> | Completion[] {
  switch (place.kind) {
    case 'subject':
      return subjectsAt(db, place.begun, limit);
    case 'path':
      return pathsAt(db, place, limit);
    case 'operator':
      return operatorsAt(place.subject, place.begun);
    case 'value':
      return valuesAt(db, place, limit);
    case 'junction':
      return keywords(['and', 'or', ...(place.isEnclosed ? [')'] : [])], place.begun);
  }
}

const item = (kind: Completion['kind'], text: string, says: string | null = null): Completion => {
  return { kind, text, says, devices: null };
};

const begins = (text: string, begun: string) => text.toLowerCase().startsWith(begun.toLowerCase());

function keywords(words: readonly string[], begun: string): Completion[] {
  return words.filter((word) => begins(word, begun)).map((word) => item('keyword', word));
}

async function subjectsAt(db: Queries, begun: string, limit: number): Promise<Completion[]> {
  const fields = FIELDS.filter(({ name, aliases = [] }) =>
    [name, ...aliases].some((each) => begins(each, begun)),
  );
  const attributes = begins(begun, 'subscriber.')
    ? await attributePaths(db, begun.slice('subscriber.'.length), limit)
    : [];
  return [
    ...fields.map((field) => item('field', writtenName(field), field.says)),
    ...attributes.map((path) => item('field', `subscriber.${path}`, 'An attribute of subscribers')),
    ...(begun === '' ? [item('path', './', "A node of the device's tree")] : []),
    ...keywords(['not'], begun),
  ];
}

/** A field with what has to follow its name. */
function writtenName({ name, argument, isArgumentOptional, open }: Field): string {
  if (open === true) return `${name}.`;
  if (argument === undefined || isArgumentOptional === true) return name;
  return argument === 'path' ? `${name}(./` : `${name}(`;
}

async function attributePaths(db: Queries, begun: string, limit: number): Promise<string[]> {
  const paths: string[] = [];
  while (paths.length < limit) {
    const row = await db
      .selectFrom('subscriber_attributes')
      .select('path')
      .where('path', '>=', begun)
      .where('path', '<', begun + LAST)
      .$if(paths.length > 0, (query) => query.where('path', '>', paths.at(-1) ?? ''))
      .orderBy('path')
      .limit(1)
      .executeTakeFirst();
    if (row === undefined) break;
    paths.push(row.path);
  }
  return paths;
}

async function pathsAt(
  db: Queries,
  { above, begun }: Place & { kind: 'path' },
  limit: number,
): Promise<Completion[]> {
  const names = begun === '*' ? [] : await namesBelow(db, above, begun, limit);
  const paths = names.map((name) => item('path', formatPath({ segments: [...above, name] })));
  if (begun !== '' && begun !== '*') return paths;
  return [...paths, item('path', formatPath({ segments: [...above, null] }), 'Any one name')];
}

/** What a subject means, where it means anything. */
function meaningOf(subject: Subject): SubjectMeaning | undefined {
  try {
    return fieldOf(subject);
  } catch (error) {
    if (error instanceof ExpressionError) return undefined;
    throw error;
  }
}

const OPERATOR_WORDS: Readonly<Record<string, string>> = {
  '=': 'is',
  '!=': 'is known, and is not',
  '<': 'is below, or before',
  '<=': 'is not above',
  '>': 'is above, or after',
  '>=': 'is not below',
  '~': 'looks like, with * and ?',
  in: 'is one of',
  exists: 'is known',
};

function operatorsAt(subject: Subject, begun: string): Completion[] {
  const meaning = meaningOf(subject);
  if (meaning === undefined) return [];
  return operatorsOf(meaning.field)
    .filter((operator) => begins(operator, begun))
    .map((operator) => item('operator', operator, OPERATOR_WORDS[operator] ?? null));
}

/** Times that are asked for often. */
const TIMES = ['-1h', '-1d', '-7d', '-30d', '-90d'];

async function valuesAt(
  db: Queries,
  { subject, begun, isPattern }: Place & { kind: 'value' },
  limit: number,
): Promise<Completion[]> {
  const meaning = meaningOf(subject);
  if (meaning === undefined || isPattern) return [];
  const { field, rest, argument } = meaning;
  const known = field.kind === 'state' ? field.states : field.kind === 'time' ? TIMES : undefined;
  if (known !== undefined)
    return known.filter((each) => begins(each, begun)).map((each) => item('value', each));
  const found: Occurring[] = (await field.values?.(db, { prefix: begun, limit, rest, argument })) ?? [];
  return found
    .filter(({ value }) => value.isWellFormed() && !value.includes('\0'))
    .map(({ value, devices }) => ({ kind: 'value', text: formatText(value), says: null, devices }));
}
