import type { Content } from '../syncml/index.ts';
import type { Line, Span } from './text.ts';

/** A value for a person: what fits on the line of its command, and what stands below it. */
export interface ValueText {
  readonly spans: readonly Span[];
  readonly below: readonly Line[];
}

/**
 * Describes the value of a node in a document. Handed in, since values hold documents, and documents values.
 *
 * @param node its URI or name
 * @param format Meta Format
 */
export type DescribeValue = (content: Content, node: string, format: string | undefined) => ValueText;

/** How things are described. */
export interface Manner {
  /** Whether passwords, digests and nonces are shown; they are not unless asked for. */
  readonly secrets?: boolean | undefined;
  /** Nodes of a document within a message that are shown; all unless given. */
  readonly nodes?: number | undefined;
}
