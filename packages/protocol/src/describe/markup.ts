import { encodeBase64 } from '../octets/index.ts';
import { isMarkup, type Markup } from '../syncml/index.ts';

/** The elements among the children. */
export function elementsOf(markup: Markup): Markup[] {
  return markup.children.filter(isMarkup);
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
    parts.push(typeof child === 'string' ? child : encodeBase64(child));
  }
  return parts.join('');
}

/** The text of the first child of a name. */
export function textIn(markup: Markup | undefined, name: string): string | undefined {
  const child = markup === undefined ? undefined : childOf(markup, name);
  return child === undefined ? undefined : textOf(child);
}
