/** What a field of the catalogue is. */
import type { RawBuilder, SqlBool } from 'kysely';
import type { Queries } from '../../store/index.ts';
import type { Operator, PathSubject, Test } from '../language/index.ts';

/** The engines that conditions are written for. */
export type Engine = 'sqlite' | 'postgres';

/**
 * What values of a field are, which decides how they can be compared:
 *
 * - `text`: equal or not, like a pattern
 * - `ordered`: text that also has an order, in which runs of digits count as numbers
 * - `time`: before or after a time
 * - `state`: one of some words
 * - `count`: a whole number
 */
export type FieldKind = 'text' | 'ordered' | 'time' | 'state' | 'count';

/** What stands in brackets after a field: nothing, or what {@link Field.argument} says. */
export type ArgumentKind = 'id' | 'name' | 'path';

/** What is the same for all conditions of one query. */
export interface SqlContext {
  readonly engine: Engine;
  /** The present, milliseconds since the epoch. */
  readonly now: RawBuilder<number>;
  /** The condition that a device belongs to a group. */
  group(name: string): Sql;
}

/** The columns that hold a value. */
export interface ValueColumns {
  readonly value: RawBuilder<unknown>;
  /** The value's `orderKey`, where it is kept. */
  readonly key?: RawBuilder<unknown> | undefined;
}

/** What a condition asks of a value, ready for SQL. */
export interface Check {
  /** The condition on a value in these columns; not true where it is null. */
  holds(columns: ValueColumns): RawBuilder<SqlBool>;
  readonly test: Test;
  /** The texts of which the value has to be one; undefined where the condition is another. */
  readonly equal?: readonly string[] | undefined;
  /** Whether an index on the value leads to those for which it holds, be it to one value or to a range. */
  readonly isIndexable: boolean;
}

/** A condition on a field, as it was written. */
export interface FieldUse {
  readonly check: Check;
  /** Names after those of the field; empty unless it is {@link Field.open}. */
  readonly rest: readonly string[];
  readonly argument: { readonly text: string } | { readonly path: PathSubject } | undefined;
}

/** Which devices: a condition on a column with their ids. */
export type IdRange = (id: RawBuilder<unknown>) => RawBuilder<SqlBool>;

/** A condition in SQL. */
export interface Sql {
  /** On a row of `devices`; null counts as false. */
  readonly where: RawBuilder<SqlBool>;
  /** A query of the devices for which it holds, as `id`, by an index; absent where there is none. */
  readonly ids?: ((range: IdRange) => RawBuilder<unknown>) | undefined;
  /** Whether the index finds those in a range of ids without looking at the others. */
  readonly isRanged?: boolean | undefined;
}

/** A value that occurs in the fleet. */
export interface Occurring {
  readonly value: string;
  /** How many devices have it, counted up to {@link COUNTED}; null where this is not known. */
  readonly devices: number | null;
}

/** Devices with a value are counted no further. */
export const COUNTED = 1_000;

/** Which values of a field are looked for. */
export interface ValuesWanted {
  /** What they begin with. */
  readonly prefix: string;
  /** How many at most. */
  readonly limit: number;
  readonly rest: FieldUse['rest'];
  readonly argument: FieldUse['argument'];
}

/** Finds values of a field that occur in the fleet, by an index. */
export type FindValues = (db: Queries, wanted: ValuesWanted) => Promise<Occurring[]>;

/** One thing that expressions can ask of a device. */
export interface Field {
  /** Its name; what comes between dots are names of their own. */
  readonly name: string;
  /** Further names, which mean the same. */
  readonly aliases?: readonly string[] | undefined;
  /** What it is, in a sentence without a full stop. */
  readonly says: string;
  /** A condition on it that makes sense. */
  readonly example: string;
  readonly kind: FieldKind;
  /** The words that a `state` may be. */
  readonly states?: readonly string[] | undefined;
  readonly argument?: ArgumentKind | undefined;
  /** Whether the argument may be left out. */
  readonly isArgumentOptional?: boolean | undefined;
  /** Whether further names follow, as in `subscriber.qos.maxBandwidth`. */
  readonly open?: boolean | undefined;
  /** Operators, where they are not those of its kind. */
  readonly operators?: readonly (Operator | 'in' | 'exists')[] | undefined;
  /**
   * A text in the form in which it is kept.
   *
   * @returns undefined where there is no such value; then `expected` says what would be one
   */
  readonly canonical?: ((text: string) => string | undefined) | undefined;
  readonly expected?: string | undefined;
  sql(use: FieldUse, context: SqlContext): Sql;
  readonly values?: FindValues | undefined;
}
