import { InvalidArgumentError } from 'commander';

/** Makes a parser of whole numbers for an option. */
export function integer(min: number, max = Number.MAX_SAFE_INTEGER): (text: string) => number {
  const expected =
    max === Number.MAX_SAFE_INTEGER ? `a whole number from ${min}` : `a whole number from ${min} to ${max}`;
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max)
      throw new InvalidArgumentError(`Expected ${expected}.`);
    return value;
  };
}

/** Parses an amount that may be a fraction: seconds, sessions per second. */
export function amount(text: string): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || !Number.isFinite(value)) {
    throw new InvalidArgumentError('Expected a number such as 5 or 0.5.');
  }
  return value;
}

/** Parses an http or https URL. */
export function httpUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new InvalidArgumentError('Expected a URL such as http://127.0.0.1:8080.');
  }
  return text.replace(/\/+$/, '');
}

/** 0 is any free port. */
export const port = integer(0, 65535);

/** The option that a property of the options is given by: `--push-id` for `pushId`. */
export function optionOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Reads an option that may be given several times. */
export function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}
