import { type Parameter, readParameters } from './parameters.ts';
import { Scanner } from './scanner.ts';

/** A Content-Type (RFC 3261, 20.15). */
export interface MediaType {
  /** In lower case: `application/vnd.syncml.notification`. */
  readonly type: string;
  readonly parameters: readonly Parameter[];
}

/** @throws {SipSyntaxError} */
export function parseMediaType(text: string): MediaType {
  const scanner = new Scanner(text, 'Content-Type');
  scanner.blanks();
  const type = scanner.token('a type');
  scanner.expect('/');
  const subtype = scanner.token('a subtype');
  const parameters = readParameters(scanner);
  scanner.end();
  return { type: `${type}/${subtype}`.toLowerCase(), parameters };
}
