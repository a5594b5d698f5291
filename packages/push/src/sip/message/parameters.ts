import { type Scanner, unquoted } from './scanner.ts';

/** A parameter: its name in lower case, and its value as it stands, with its quotes if it has them. */
export type Parameter = readonly [name: string, value: string | undefined];

const VALUE = /[A-Za-z0-9\-.!%*_+`'~:/?@&=[\]]+/y;

/** Reads `;name=value;name` up to the first character that is none of it (RFC 3261, 25.1, generic-param). */
export function readParameters(scanner: Scanner): Parameter[] {
  const parameters: Parameter[] = [];
  while (scanner.sign(';')) {
    const name = scanner.token("a parameter's name").toLowerCase();
    const value = scanner.sign('=')
      ? (scanner.quoted() ?? scanner.match(VALUE) ?? scanner.fail("a parameter's value is expected"))
      : undefined;
    parameters.push([name, value]);
  }
  return parameters;
}

export function writeParameters(parameters: readonly Parameter[]): string {
  return parameters.map(([name, value]) => (value === undefined ? `;${name}` : `;${name}=${value}`)).join('');
}

/** The value of a parameter without its quotes; '' if it has none, undefined if there is no such parameter. */
export function parameterOf(parameters: readonly Parameter[], name: string): string | undefined {
  const found = parameters.find(([has]) => has === name);
  return found && unquoted(found[1] ?? '');
}
