import type { Format } from '../tree/index.ts';
import { childUri, type NodeValue, type TreeReader } from './object.ts';

/** How one property of a plain object is kept in a leaf. */
export interface Field<V> {
  /** Path of the leaf relative to the object's root. */
  readonly path: string;
  readonly format: Format;
  write(value: V): string;
  /** Undefined = the text is none of the values the leaf may have. */
  read(text: string): V | undefined;
}

/** The leaf of each property, in the order in which they are written. */
export type Fields<T> = { readonly [K in keyof T]-?: Field<NonNullable<T[K]>> };

const utf8 = new TextDecoder();

/** A leaf of text. */
export function text(path: string): Field<string> {
  return { path, format: 'chr', write: (value) => value, read: (value) => value };
}

/** A leaf with one of some words; read in any case. */
export function word<W extends string>(path: string, words: readonly W[]): Field<W> {
  const read = (value: string): W | undefined => {
    const wanted = value.trim().toUpperCase();
    return words.find((each) => each.toUpperCase() === wanted);
  };
  return { path, format: 'chr', write: (value) => value, read };
}

/** A leaf with a whole number from 0 up, in decimal. */
export function count(path: string, format: 'chr' | 'int' = 'chr'): Field<number> {
  const read = (value: string): number | undefined =>
    /^\s*\d{1,15}\s*$/.test(value) ? Number(value) : undefined;
  return { path, format, write: String, read };
}

/** A leaf that is true or false. */
export function flag(path: string): Field<boolean> {
  const read = (value: string): boolean | undefined => {
    const wanted = value.trim().toLowerCase();
    if (wanted === 'true' || wanted === '1') return true;
    return wanted === 'false' || wanted === '0' ? false : undefined;
  };
  return { path, format: 'bool', write: String, read };
}

/** The text of a leaf; bytes are taken as UTF-8. */
export function textOf(tree: TreeReader, uri: string): string | undefined {
  const data = tree.read(uri);
  return data instanceof Uint8Array ? utf8.decode(data) : data;
}

/** The properties of an object whose leaves are known and have one of the values they may have. */
export function readFields<T>(fields: Fields<T>, root: string, tree: TreeReader): Partial<T> {
  const found: Partial<T> = {};
  for (const key in fields) {
    const field = fields[key];
    const given = textOf(tree, childUri(root, field.path));
    const value = given === undefined ? undefined : field.read(given);
    if (value !== undefined) found[key] = value;
  }
  return found;
}

/** The leaves of the properties that an object has. */
export function fieldNodes<T>(fields: Fields<T>, root: string, object: Partial<T>): NodeValue[] {
  const nodes: NodeValue[] = [];
  for (const key in fields) {
    const value = object[key];
    if (value === undefined || value === null) continue;
    const { path, format, write } = fields[key];
    nodes.push({ path: childUri(root, path), value: { format, type: 'text/plain', data: write(value) } });
  }
  return nodes;
}
