import { isDescription } from '../lint/index.ts';
import type { Markup } from '../syncml/index.ts';
import type { DescribeValue, Manner } from './manner.ts';
import { elementsOf, textOf } from './markup.ts';
import { type Line, line, shortened, span } from './text.ts';
import { describeTree } from './tree.ts';

/** A document for a person: what it is, and what it holds. */
export interface DocumentText {
  readonly title: string;
  readonly lines: readonly Line[];
}

/** Names of the documents by their root, where the root alone says it. */
const TITLES: Readonly<Record<string, string>> = {
  DevInf: 'device information (DevInf)',
  MetInf: 'meta information (MetInf)',
  SyncML: 'SyncML message',
};

/**
 * Describes a document of a known type; undefined for any other.
 *
 * @param value describes the value of a node
 */
export function documentText(markup: Markup, manner: Manner, value: DescribeValue): DocumentText | undefined {
  const { name } = markup.element;
  if (name === 'MgmtTree') {
    return {
      title: isDescription(markup) ? 'device description (DDF)' : 'serialized tree (TNDS)',
      lines: describeTree(markup, manner, value),
    };
  }
  const title = TITLES[name];
  if (title === undefined) return undefined;
  return { title, lines: [{ spans: [span(name)], below: elementsOf(markup).map(branchOf), branches: true }] };
}

/** Characters of a text that are shown. */
const TEXT = 100;

function branchOf(markup: Markup): Line {
  const text = textOf(markup);
  return line(
    [markup.element.name, text === undefined || text === '' ? undefined : `= ${shortened(text, TEXT)}`],
    elementsOf(markup).map(branchOf),
  );
}
