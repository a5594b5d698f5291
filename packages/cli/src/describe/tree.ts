import type { Markup } from '@grove/protocol';
import { type Branch, cut, formatTree, printable, style } from '../output/index.ts';
import { childOf, childrenOf, elementsOf, textIn, textOf } from './markup.ts';

/** Characters of a value that are shown. */
const VALUE = 100;

/** Whether a MgmtTree describes what nodes may be (DDF), and not what they are (TNDS). */
export function isDescription(tree: Markup): boolean {
  return childrenOf(tree, 'Node').some(
    (node) => childOf(node, 'DFProperties') !== undefined || isDescription(node),
  );
}

/** A serialized tree or a device description, with a line for each node. */
export function describeTree(tree: Markup): string[] {
  const about = ['VerDTD', 'Man', 'Mod'].flatMap((name) => {
    const text = textIn(tree, name);
    return text === undefined ? [] : [`${name} ${printable(text)}`];
  });
  const branchOf = isDescription(tree) ? describedNode : serializedNode;
  return [
    ...(about.length === 0 ? [] : [about.join(', ')]),
    ...formatTree(childrenOf(tree, 'Node').map(branchOf)),
  ];
}

/** TNDS: `Name = value (format, type)`. */
function serializedNode(node: Markup): Branch {
  const properties = childOf(node, 'RTProperties');
  const value = textIn(node, 'Value');
  const facts = [
    choiceIn(properties, 'Format'),
    typeIn(properties, 'Type'),
    ...['ACL', 'Title', 'Size', 'TStamp', 'VerNo'].map((name) => {
      const text = properties === undefined ? undefined : textIn(properties, name);
      return text === undefined || text === '' ? undefined : `${name} ${text}`;
    }),
  ];
  return {
    label:
      nameOf(node) + (value === undefined ? '' : ` = ${cut(printable(value), VALUE)}`) + inBrackets(facts),
    children: childrenOf(node, 'Node').map(serializedNode),
  };
}

/** DDF: `Name (format, occurrence, access, type) title`. */
function describedNode(node: Markup): Branch {
  const properties = childOf(node, 'DFProperties');
  const access = properties === undefined ? undefined : childOf(properties, 'AccessType');
  const title =
    properties === undefined
      ? undefined
      : (textIn(properties, 'DFTitle') ?? textIn(properties, 'Description'));
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
  return {
    label:
      nameOf(node) +
      inBrackets(facts) +
      (title === undefined ? '' : ` ${cut(printable(title.trim()), VALUE)}`),
    children: childrenOf(node, 'Node').map(describedNode),
  };
}

function nameOf(node: Markup): string {
  const path = textIn(node, 'Path');
  const name = textIn(node, 'NodeName');
  const shown = name === undefined || name === '' ? '<X>' : printable(name);
  return (path === undefined || path === '' ? '' : `${printable(path)}/`) + shown;
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

function inBrackets(facts: readonly (string | undefined)[]): string {
  const shown = facts.filter((fact) => fact !== undefined && fact !== '');
  return shown.length === 0 ? '' : ` ${style('dim', `(${printable(shown.join(', '))})`)}`;
}
