/** What a conformance case is: one thing that one rule of the standard demands. */
import type { Encoding } from '@grove/protocol';
import type { Check } from './check.ts';

export type Side = 'client' | 'server';

interface Listed {
  /** `C-05.2`: the group and a number within it. Never given to another case. */
  readonly id: string;
  /** What is so when the case passes, for somebody who knows the protocol. */
  readonly title: string;
  /** Where the standard says it: document and section, `DM_RepPro 1.2.1, Get`. */
  readonly rule: string;
}

/**
 * A case with its test.
 *
 * @typeParam Stand what a test of this side works with.
 */
export interface TestedCase<Stand> extends Listed {
  /** The encodings in which the rule is looked at; absent = in each that the subject speaks. */
  readonly encodings?: readonly Encoding[];
  /** Passes when it expected something and nothing was otherwise. */
  run(stand: Stand, check: Check): Promise<void>;
}

/** A case that cannot be tried on anybody yet. */
export interface UntestedCase extends Listed {
  /** Why. */
  readonly notApplicable: string;
}

export type Case<Stand> = TestedCase<Stand> | UntestedCase;

/** The cases of one subject matter. */
export interface Group<Stand> {
  /** `C-05` */
  readonly id: string;
  readonly title: string;
  readonly cases: readonly Case<Stand>[];
}

/** A stand that is put up for one case. */
export interface PutUp<Stand> {
  readonly stand: Stand;
  /** What was said so far, for a person. */
  readonly trace: readonly string[];
  close(): Promise<void>;
}

/** The cases of one side, and somebody to try them on. */
export interface Suite<Stand> {
  readonly side: Side;
  /** Who is tried, `Grove's virtual phone`. */
  readonly subject: string;
  readonly groups: readonly Group<Stand>[];
  /** What the subject speaks. */
  readonly encodings: readonly Encoding[];
  /** Milliseconds that a case may take. */
  readonly patience: number;
  /**
   * Puts up what a case works with.
   *
   * @throws {NotApplicable} when the subject does not have what the case needs.
   */
  putUp(encoding: Encoding): Promise<PutUp<Stand>>;
  close(): Promise<void>;
}
