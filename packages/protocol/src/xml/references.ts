import { isXmlCharacter } from '../octets/index.ts';

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['apos', "'"],
  ['quot', '"'],
]);
/** Longer than any reference to a character, leading zeros apart. */
const LONGEST = 32;

/** The text that a reference stands for, given what is between `&` and `;`; undefined when it is none. */
export function expandReference(body: string): string | undefined {
  const entity = ENTITIES.get(body);
  if (entity !== undefined) return entity;
  if (body.length > LONGEST) return undefined;
  let codePoint = Number.NaN;
  if (/^#x[0-9a-fA-F]+$/.test(body)) codePoint = Number.parseInt(body.slice(2), 16);
  else if (/^#[0-9]+$/.test(body)) codePoint = Number.parseInt(body.slice(1), 10);
  return isXmlCharacter(codePoint) ? String.fromCodePoint(codePoint) : undefined;
}
