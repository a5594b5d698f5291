import { decodeUtf8Leniently, isLocalName, type Utf8Text } from '../octets/index.ts';
import {
  type Deviations,
  excerpt,
  type Limits,
  MalformedError,
  type ReadingRule,
} from '../vocabulary/index.ts';
import {
  FORBIDDEN,
  GREATER_THAN,
  isSpace,
  NAME_BYTE,
  NON_ASCII,
  SEMICOLON,
  SPACE,
  TEXT_CLASS,
} from './characters.ts';
import { expandReference, usualReference } from './references.ts';
import type { XmlSource } from './source.ts';

/** A place in an XML document, and what can be read or skipped there without knowing about elements. */
export class XmlCursor {
  protected readonly document: Utf8Text;
  protected readonly bytes: Uint8Array;
  protected at: number;
  protected readonly limits: Limits;
  readonly #deviations: Deviations;

  /** Names of the open elements as they are written, and how many there are. */
  protected readonly names: Uint8Array[] = [];
  protected depth = 0;

  constructor(source: XmlSource, limits: Limits, deviations: Deviations) {
    this.limits = limits;
    this.#deviations = deviations;
    this.document = source.document;
    this.bytes = source.document.bytes;
    this.at = source.start;
  }

  protected readReference(): string {
    const start = this.at;
    const bytes = this.bytes;
    const usual = usualReference(bytes, start + 1);
    if (usual !== undefined) {
      this.at = start + usual.length;
      return usual.text;
    }
    let at = start + 1;
    while (at < bytes.length && bytes[at] !== SEMICOLON && at - start < 64) at++;
    const text =
      bytes[at] === SEMICOLON ? expandReference(this.document.view.slice(start + 1, at)) : undefined;
    if (text === undefined) {
      const shown = excerpt(this.document.text(start, Math.min(at + 1, bytes.length)), 16);
      throw this.malformed(`${shown}; expected one of the five predefined entities or a character`);
    }
    this.at = at + 1;
    return text;
  }

  /** Reads a CDATA section. */
  protected readCharacterData(): string {
    const start = this.at + '<![CDATA['.length;
    const end = this.document.view.indexOf(']]>', start);
    if (end < 0) throw this.malformed('CDATA section without an end');
    this.checkRun(start, end);
    this.at = end + 3;
    return this.document.text(start, end).replace(/\r\n?/g, '\n');
  }

  protected skipComment(): void {
    if (!this.startsWith('<!--')) throw this.malformed(`${this.found()}; expected a comment`);
    const start = this.at + 4;
    const end = this.document.view.indexOf('--', start);
    if (end < 0) throw this.malformed('comment without an end');
    if (this.bytes[end + 2] !== GREATER_THAN) throw this.malformed('-- within a comment', end);
    this.checkRun(start, end);
    this.at = end + 3;
  }

  protected skipInstruction(): void {
    const start = this.at + 2;
    const bytes = this.bytes;
    let at = start;
    while (NAME_BYTE[bytes[at] as number] === 1) at++;
    const target = this.document.text(start, at);
    if (!isLocalName(target) || target.toLowerCase() === 'xml') {
      throw this.malformed(`processing instruction ${excerpt(target)}; expected another name`);
    }
    const end = this.document.view.indexOf('?>', at);
    if (end < 0) throw this.malformed('processing instruction without an end');
    if (end > at && !isSpace(bytes[at]))
      throw this.malformed('processing instruction without white space', at);
    this.checkRun(at, end);
    this.at = end + 2;
  }

  protected skipSpace(): void {
    const bytes = this.bytes;
    while (this.at < bytes.length && isSpace(bytes[this.at])) this.at++;
  }

  protected startsWith(text: string): boolean {
    return this.document.view.startsWith(text, this.at);
  }

  /** Checks every character of a run that is skipped or taken as it is. */
  protected checkRun(start: number, end: number): void {
    for (let at = start; at < end; at++) {
      const kind = TEXT_CLASS[this.bytes[at] as number] as number;
      if (kind === FORBIDDEN) throw this.malformed(`${this.found(at)}, which XML does not allow`, at);
      if ((kind & NON_ASCII) !== 0) this.checkCharacter(at);
    }
  }

  /** U+FFFE and U+FFFF are the only characters that are good UTF-8 and beyond ASCII but not good XML. */
  protected checkCharacter(at: number): void {
    const bytes = this.bytes;
    if (bytes[at] === 0xef && bytes[at + 1] === 0xbf && (bytes[at + 2] as number) >= 0xbe) {
      throw this.malformed(`${this.found(at)}, which XML does not allow`, at);
    }
  }

  /** What stands at a place, for an error. */
  protected found(at = this.at): string {
    const byte = this.bytes[at];
    if (byte === undefined) return 'end of document';
    if (byte < SPACE || byte >= 0x7f)
      return `character U+${this.codePoint(at).toString(16).toUpperCase().padStart(4, '0')}`;
    return `character ${String.fromCharCode(byte)}`;
  }

  private codePoint(at: number): number {
    return decodeUtf8Leniently(this.bytes.subarray(at, at + 4)).codePointAt(0) ?? 0;
  }

  /** Names of the open elements joined by `/`. */
  private path(): string {
    return this.names
      .slice(0, this.depth)
      .map((name) => decodeUtf8Leniently(name))
      .join('/');
  }

  /** The innermost open element, for an error. */
  protected innermost(): string {
    return `<${decodeUtf8Leniently(this.names[this.depth - 1] as Uint8Array)}>`;
  }

  protected note(rule: ReadingRule, found: string, expected: string): void {
    this.#deviations.note(rule, this.path(), found, expected);
  }

  protected malformed(reason: string, at = this.at): MalformedError {
    const path = this.path();
    return new MalformedError(path === '' ? reason : `${reason}, in ${path}`, at);
  }
}
