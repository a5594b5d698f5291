import { SipSyntaxError } from './error.ts';

const TOKEN = /[A-Za-z0-9\-.!%*_+`'~]+/y;
const QUOTED = /"(?:[^"\\]|\\.)*"/y;
const BLANKS = /[ \t]*/y;

/** Whether a text is a token (RFC 3261, 25.1). */
export function isToken(text: string): boolean {
  TOKEN.lastIndex = 0;
  return TOKEN.exec(text)?.[0].length === text.length && text !== '';
}

const CONTROLS = /[^\P{Cc}\t]/u;

/** Whether a text holds what may not stand in a line: control characters other than tabs. */
export function holdsControls(text: string): boolean {
  return CONTROLS.test(text);
}

/** Reads the value of a header from left to right, in time that grows with its length. */
export class Scanner {
  readonly #text: string;
  readonly #where: string;
  #at = 0;

  /** @param where what errors name: the header */
  constructor(text: string, where: string) {
    this.#text = text;
    this.#where = where;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  /** Takes what a sticky expression matches here; undefined if it does not. */
  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  blanks(): void {
    this.match(BLANKS);
  }

  /** Takes a character with the blanks around it; false if it is not next, and then only blanks are taken. */
  sign(character: string): boolean {
    this.blanks();
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    this.blanks();
    return true;
  }

  expect(character: string): void {
    if (!this.sign(character)) this.fail(`"${character}" is expected`);
  }

  token(what: string): string {
    return this.match(TOKEN) ?? this.fail(`${what} is expected`);
  }

  /** A quoted string, with its quotes. */
  quoted(): string | undefined {
    return this.match(QUOTED);
  }

  /** All up to a character, which is not taken; to the end where there is none. */
  until(character: string): string {
    const found = this.#text.indexOf(character, this.#at);
    const end = found === -1 ? this.#text.length : found;
    const taken = this.#text.slice(this.#at, end);
    this.#at = end;
    return taken;
  }

  rest(): string {
    const taken = this.#text.slice(this.#at);
    this.#at = this.#text.length;
    return taken;
  }

  end(): void {
    this.blanks();
    if (!this.isAtEnd) this.fail('the end of the value is expected');
  }

  fail(text: string): never {
    const near = this.#text.slice(this.#at, this.#at + 20);
    throw new SipSyntaxError(this.#where, `${text} at character ${this.#at + 1}${near && `, not "${near}"`}`);
  }
}

/** The text within a quoted string; another text as it is. */
export function unquoted(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1).replace(/\\(.)/g, '$1') : text;
}

/** A text as a quoted string. */
export function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

const LIST_PART = /(?:[^",<]|"(?:[^"\\]|\\.)*"|<[^>]*>)+/y;

/**
 * The values of headers that may hold several, separated by commas (RFC 3261, 7.3.1), as one list.
 *
 * @throws {SipSyntaxError} where a quotation or an angle bracket does not end
 */
export function listOf(values: readonly string[], where: string): string[] {
  return values.flatMap((value) => {
    const scanner = new Scanner(value, where);
    const parts: string[] = [];
    do {
      const part = scanner.match(LIST_PART)?.trim();
      if (part) parts.push(part);
    } while (scanner.sign(','));
    scanner.end();
    return parts;
  });
}
