import type { Markup } from '@grove/protocol';
import { type Branch, cut, formatTree, printable } from '../output/index.ts';
import { elementsOf, textOf } from './markup.ts';
import { describeTree, isDescription } from './tree.ts';

/** A document for a person: what it is, and what it holds. */
export interface DocumentText {
  readonly title: string;
  readonly lines: readonly string[];
}

/** Names of the documents by their root, where the root alone says it. */
const TITLES: Readonly<Record<string, string>> = {
  DevInf: 'device information (DevInf)',
  MetInf: 'meta information (MetInf)',
  SyncML: 'SyncML message',
};

/** Describes a document of a known type; undefined for any other. */
export function describeDocument(markup: Markup): DocumentText | undefined {
  const { name } = markup.element;
  if (name === 'MgmtTree') {
    return {
      title: isDescription(markup) ? 'device description (DDF)' : 'serialized tree (TNDS)',
      lines: describeTree(markup),
    };
  }
  const title = TITLES[name];
  return title === undefined ? undefined : { title, lines: formatTree(elementsOf(markup).map(branchOf)) };
}

/** Characters of a text that are shown. */
const TEXT = 100;

function branchOf(markup: Markup): Branch {
  const text = textOf(markup);
  const shown = text === undefined || text === '' ? '' : ` = ${cut(printable(text), TEXT)}`;
  return { label: markup.element.name + shown, children: elementsOf(markup).map(branchOf) };
}
