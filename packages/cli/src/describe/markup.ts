import type { Markup } from '@grove/protocol';

/** The elements among the children. */
export function elementsOf(markup: Markup): Markup[] {
  return markup.children.filter(isMarkup);
}

function isMarkup(child: Markup['children'][number]): child is Markup {
  return typeof child === 'object' && !(child instanceof Uint8Array);
}

/** The children of one name. */
export function childrenOf(markup: Markup, name: string): Markup[] {
  return elementsOf(markup).filter(({ element }) => element.name === name);
}

/** The first child of a name. */
export function childOf(markup: Markup, name: string): Markup | undefined {
  return childrenOf(markup, name)[0];
}

/** The text in an element that holds nothing else; bytes as base64. Undefined where it holds elements. */
export function textOf(markup: Markup): string | undefined {
  const parts: string[] = [];
  for (const child of markup.children) {
    if (isMarkup(child)) return undefined;
    parts.push(typeof child === 'string' ? child : Buffer.from(child).toString('base64'));
  }
  return parts.join('');
}

/** The text of the first child of a name. */
export function textIn(markup: Markup, name: string): string | undefined {
  const child = childOf(markup, name);
  return child === undefined ? undefined : textOf(child);
}
