/** Serialized trees and device descriptions, a line for each node. */
import { isDescription } from '../lint/index.ts';
import { isMarkup, type Markup } from '../syncml/index.ts';
import type { DescribeValue, Manner } from './manner.ts';
import { childOf, childrenOf, elementsOf, textIn, textOf } from './markup.ts';
import { brackets, counted, type Line, line, shortened, span } from './text.ts';

/** Characters of a title that are shown. */
const TITLE = 100;

/** Nodes that may still be shown. */
interface Budget {
  left: number;
}

/** @param value describes the value of a node */
export function describeTree(tree: Markup, manner: Manner, value: DescribeValue): Line[] {
  const about = ['VerDTD', 'Man', 'Mod'].flatMap((name) => {
    const text = textIn(tree, name);
    return text === undefined ? [] : [`${name} ${text}`];
  });
  const budget = { left: manner.nodes ?? Number.POSITIVE_INFINITY };
  const branchOf: Describe = isDescription(tree)
    ? describedNode
    : (node, nodes) => serializedNode(node, nodes, value);
  const below = branches(childrenOf(tree, 'Node'), budget, branchOf);
  return [{ spans: [span(about.join(', ') || 'MgmtTree', 'faint')], below, branches: true }];
}

type Describe = (node: Markup, budget: Budget) => Line;

/** Nodes beside one another, as many as may be shown, and how many are not. */
function branches(nodes: readonly Markup[], budget: Budget, describe: Describe): Line[] {
  const lines: Line[] = [];
  for (const [index, node] of nodes.entries()) {
    if (budget.left-- <= 0) {
      lines.push(line([span(`… and ${counted(nodes.length - index, 'node')} more`, 'faint')]));
      break;
    }
    lines.push(describe(node, budget));
  }
  return lines;
}

/** TNDS: `Name = value (format, type)`. */
function serializedNode(node: Markup, budget: Budget, describe: DescribeValue): Line {
  const properties = childOf(node, 'RTProperties');
  const value = childOf(node, 'Value');
  const format = choiceIn(properties, 'Format');
  const facts = [
    format,
    typeIn(properties, 'Type'),
    ...['ACL', 'Title', 'Size', 'TStamp', 'VerNo'].map((name) => {
      const text = textIn(properties, name);
      return text === undefined || text === '' ? undefined : `${name} ${text}`;
    }),
  ];
  const payload = value === undefined ? undefined : describe(contentOf(value), `/${nameOf(node)}`, format);
  const label = line([
    nameOf(node),
    payload === undefined ? undefined : '=',
    ...(payload === undefined ? [] : [{ text: payload.spans.map(({ text }) => text).join('') }]),
    brackets(facts),
  ]);
  const children = branches(childrenOf(node, 'Node'), budget, (child, nodes) =>
    serializedNode(child, nodes, describe),
  );
  return { ...label, below: [...(payload?.below ?? []), ...children] };
}

/** What a Value holds: its text, the bytes of an OPAQUE, or a document as markup. */
function contentOf(value: Markup): string | Uint8Array | Markup {
  const [only, ...others] = value.children;
  if (only === undefined) return '';
  if (others.length === 0) return only;
  return elementsOf(value)[0] ?? value.children.filter((child) => !isMarkup(child)).join('');
}

/** DDF: `Name (format, occurrence, access, type) title`. */
function describedNode(node: Markup, budget: Budget): Line {
  const properties = childOf(node, 'DFProperties');
  const access = properties === undefined ? undefined : childOf(properties, 'AccessType');
  const title = textIn(properties, 'DFTitle') ?? textIn(properties, 'Description');
  const facts = [
    choiceIn(properties, 'DFFormat'),
    choiceIn(properties, 'Occurrence'),
    choiceIn(properties, 'Scope'),
    access === undefined
      ? undefined
      : elementsOf(access)
          .map(({ element }) => element.name)
          .join(' '),
    typeIn(properties, 'DFType'),
  ];
  return line(
    [nameOf(node), brackets(facts), title === undefined ? undefined : shortened(title.trim(), TITLE)],
    branches(childrenOf(node, 'Node'), budget, describedNode),
  );
}

function nameOf(node: Markup): string {
  const path = textIn(node, 'Path');
  const name = textIn(node, 'NodeName');
  const shown = name === undefined || name === '' ? '<X>' : name;
  return (path === undefined || path === '' ? '' : `${path}/`) + shown;
}

/** An empty element that stands in another to say which: `<Format><chr/></Format>`. */
function choiceIn(properties: Markup | undefined, name: string): string | undefined {
  const choice = properties === undefined ? undefined : childOf(properties, name);
  if (choice === undefined) return undefined;
  return elementsOf(choice)[0]?.element.name ?? textOf(choice);
}

/** A type: MIME types, or the name of a management object. */
function typeIn(properties: Markup | undefined, name: string): string | undefined {
  const type = properties === undefined ? undefined : childOf(properties, name);
  if (type === undefined) return undefined;
  return elementsOf(type).map(textOf).join(' ') || textOf(type);
}
