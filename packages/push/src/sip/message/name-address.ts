import { type Parameter, readParameters, writeParameters } from './parameters.ts';
import { quoted, Scanner, unquoted } from './scanner.ts';

/** What From, To, Contact, Route and P-Asserted-Identity hold (RFC 3261, 20.10). */
export interface NameAddress {
  /** Without quotes. */
  readonly name?: string;
  /** As it stands: of any scheme. */
  readonly uri: string;
  /** Of the header, not of the URI. */
  readonly parameters: readonly Parameter[];
}

const WORDS = /[^"<>;,:]*(?=<)/y;
const BARE_URI = /[^\s"<>;,?]+/y;

/** @throws {SipSyntaxError} */
export function parseNameAddress(text: string, where: string): NameAddress {
  const scanner = new Scanner(text, where);
  scanner.blanks();
  const name = scanner.quoted() ?? scanner.match(WORDS)?.trim();
  const bracketed = scanner.sign('<');
  if (!bracketed && name) scanner.fail('"<" is expected');
  const uri = bracketed ? scanner.until('>').trim() : scanner.match(BARE_URI);
  if (!uri) return scanner.fail('a URI is expected');
  if (bracketed) scanner.expect('>');
  const parameters = readParameters(scanner);
  scanner.end();
  return { ...(name && { name: unquoted(name) }), uri, parameters };
}

export function writeNameAddress({ name, uri, parameters }: NameAddress): string {
  return `${name === undefined ? '' : `${quoted(name)} `}<${uri}>${writeParameters(parameters)}`;
}
