/** What an expression consists of. Each part knows where in the text it stands. */
import type { Span } from './error.ts';

export const OPERATORS = ['=', '!=', '<', '<=', '>', '>=', '~'] as const;
/** How two values are compared; `~` holds a value against a pattern with `*` and `?`. */
export type Operator = (typeof OPERATORS)[number];

/** Milliseconds of each unit of a relative time. */
export const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
export type Unit = keyof typeof UNITS;

export type Expression = Junction | Negation | Condition;

/** Two or more parts, none of which is a junction of the same kind. */
export interface Junction extends Span {
  readonly kind: 'and' | 'or';
  readonly parts: readonly Expression[];
}

export interface Negation extends Span {
  readonly kind: 'not';
  readonly part: Expression;
}

/** What is said of one subject. */
export interface Condition extends Span {
  readonly kind: 'condition';
  readonly subject: Subject;
  readonly test: Test;
}

/** What is asked of a subject; `sign` is where the operator stands. */
export type Test =
  | { readonly kind: 'exists'; readonly sign: Span }
  | { readonly kind: 'compare'; readonly sign: Span; readonly operator: Operator; readonly value: Literal }
  /** One of these; one at least. */
  | { readonly kind: 'in'; readonly sign: Span; readonly values: readonly Literal[] };

export type Subject = FieldSubject | PathSubject;

/** A field of the catalogue: `fw`, `subscriber.qos.maxBandwidth`, `campaign(12)`. */
export interface FieldSubject extends Span {
  readonly kind: 'field';
  /** Names between dots, as they were written. */
  readonly names: readonly string[];
  /** What stands in brackets, if anything does. */
  readonly argument?: Literal | PathSubject | undefined;
}

/** Nodes of a device's tree: `./MMS/*` and the like. */
export interface PathSubject extends Span {
  readonly kind: 'path';
  /** Names below the root; null for `*`, which stands for any one name. */
  readonly segments: readonly (string | null)[];
}

export type Literal = TextLiteral | TimeLiteral;

/** A text. Numbers and bare words are texts that need no quotes. */
export interface TextLiteral extends Span {
  readonly kind: 'text';
  readonly value: string;
  /** How it was written; says nothing of what it means. */
  readonly form: 'string' | 'number' | 'word';
}

/** A point in time. */
export type TimeLiteral = Span &
  (
    | {
        readonly kind: 'time';
        /** As it was written, in ISO 8601. */
        readonly text: string;
        /** Milliseconds since the epoch. */
        readonly at: number;
      }
    | {
        readonly kind: 'ago';
        /** How many units before the present. */
        readonly count: number;
        readonly unit: Unit;
      }
  );

/** What one expression holds at most. */
export const BOUNDS = {
  /** UTF-16 code units of the text. */
  length: 8_192,
  /** Brackets and `not` within each other. */
  depth: 32,
  /** Conditions. */
  conditions: 200,
  /** Values of one `in`. */
  values: 500,
  /** Names of a path. */
  segments: 64,
  /** `*` of one pattern. */
  wildcards: 8,
} as const;
