/** How a description document says which values a leaf may have: by an element of Grove's own namespace. */
import { isMarkup, type Markup } from '../syncml/index.ts';
import { excerpt, foreignPage, unknownElement } from '../vocabulary/index.ts';
import type { Allowed } from './allowed.ts';
import type { MgmtElement } from './mgmt-tree.ts';

/**
 * Namespace of `AllowedValues` with `MaxLen`, `Least`, `Most` and any number of `Value`, which stands at the end of
 * DFProperties. Readers of others skip it, as Grove skips what other makers add: what theirs mean is often said by
 * attributes, and one misread would refuse good values.
 */
const NAMESPACE = 'com.example.grove:ddf:1.0';
const PAGE = foreignPage(NAMESPACE);

/** Values that one leaf may have: more are none that a person has listed. */
const MOST_VALUES = 10_000;

function make(name: string, ...children: readonly (Markup | string | undefined)[]): Markup {
  const element = unknownElement(name, PAGE);
  return { element, children: children.filter((child) => child !== undefined) };
}

function makeNumber(name: string, value: number | undefined): Markup | undefined {
  return value === undefined ? undefined : make(name, String(value));
}

export function allowedMarkup({ maxLen, least, most, values = [] }: Allowed): Markup {
  return make(
    'AllowedValues',
    makeNumber('MaxLen', maxLen),
    makeNumber('Least', least),
    makeNumber('Most', most),
    ...values.map((value) => (value === '' ? make('Value') : make('Value', value))),
  );
}

/** Which values the DFProperties of a leaf allow; undefined where they say nothing of it. */
export function allowedOf(properties: MgmtElement): Allowed | undefined {
  const own = properties.markup.children.filter(isMarkup).find(isOwn('AllowedValues'));
  if (own === undefined) return undefined;
  const parts = own.children.filter(isMarkup);
  const textsOf = (name: string): string[] => parts.filter(isOwn(name)).map(textOf);
  const number = (name: string): number | undefined => {
    const [text] = textsOf(name);
    if (text === undefined) return undefined;
    const value = /^\s*[+-]?\d{1,15}(?:\.\d{1,15})?\s*$/.test(text) ? Number(text) : Number.NaN;
    if (!Number.isNaN(value)) return value;
    properties.note(`${name} ${excerpt(text)}`, 'a number');
    return undefined;
  };
  const values = textsOf('Value').slice(0, MOST_VALUES);
  const [maxLen, least, most] = [number('MaxLen'), number('Least'), number('Most')];
  return {
    ...(maxLen === undefined ? {} : { maxLen }),
    ...(least === undefined ? {} : { least }),
    ...(most === undefined ? {} : { most }),
    ...(values.length === 0 ? {} : { values }),
  };
}

function isOwn(name: string): (markup: Markup) => boolean {
  return ({ element }) => element.name === name && element.page.namespace === NAMESPACE;
}

function textOf({ children }: Markup): string {
  return children.map((child) => (typeof child === 'string' ? child : '')).join('');
}
