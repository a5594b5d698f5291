import { elementOf } from './element.ts';
import { METINF, SYNCML } from './syncml.ts';

/** The elements that say what a Data holds. */
export const META = elementOf(SYNCML, 'Meta');
export const DATA = elementOf(SYNCML, 'Data');
export const FORMAT = elementOf(METINF, 'Format');
export const TYPE = elementOf(METINF, 'Type');

const NOWHERE = -1;

/** Where a writer has put one Meta. Places are counted from the start of the output. */
export class MetaMark {
  /** Number of elements open around the Meta: it is in force until the last of them ends. */
  depth = 0;
  /** Whether the Format is `bin`. */
  bin = false;
  formatFrom = NOWHERE;
  formatTo = NOWHERE;
  /** Whether the Format stands in this Meta, and not in the one around it. */
  ownFormat = false;
  typeFrom = NOWHERE;
  typeTo = NOWHERE;
  /** The end of the Meta's content. */
  end = NOWHERE;

  /** Starts a Meta, in which what the one around it says holds until it says otherwise. */
  reset(depth: number, outer: MetaMark | undefined): void {
    this.depth = depth;
    this.bin = outer?.bin ?? false;
    this.formatFrom = outer?.formatFrom ?? NOWHERE;
    this.formatTo = outer?.formatTo ?? NOWHERE;
    this.ownFormat = false;
    this.typeFrom = outer?.typeFrom ?? NOWHERE;
    this.typeTo = outer?.typeTo ?? NOWHERE;
    this.end = NOWHERE;
  }

  setFormat(bin: boolean, from: number, to: number): void {
    this.bin = bin;
    this.formatFrom = from;
    this.formatTo = to;
    this.ownFormat = true;
  }

  setType(from: number, to: number): void {
    this.typeFrom = from;
    this.typeTo = to;
  }

  /** Follows an insertion of `growth` bytes before `at`. */
  shift(at: number, growth: number): void {
    if (this.formatFrom >= at) this.formatFrom += growth;
    if (this.formatTo >= at) this.formatTo += growth;
    if (this.typeFrom >= at) this.typeFrom += growth;
    if (this.typeTo >= at) this.typeTo += growth;
    if (this.end >= at) this.end += growth;
  }
}

/**
 * The Metas in force while a document is written: an Item's own, and its command's in what that leaves open.
 *
 * How a Data is written depends on the Format and the Type that came before it, and an embedded document
 * changes them: they are `xml` in one encoding and `bin` in the other (OMA-TS-DM-TND 1.2.1 §8).
 */
export class MetaScope {
  readonly #marks: MetaMark[] = [];
  #count = 0;

  /** The Meta in force here. */
  current: MetaMark | undefined;

  open(depth: number): void {
    let mark = this.#marks[this.#count];
    if (mark === undefined) {
      mark = new MetaMark();
      this.#marks.push(mark);
    }
    this.#count++;
    mark.reset(depth, this.current);
    this.current = mark;
  }

  /** Drops the Metas that are no longer in force once only `depth` elements are open. */
  close(depth: number): void {
    if (this.current === undefined || this.current.depth <= depth) return;
    while (this.current !== undefined && this.current.depth > depth) {
      this.#count--;
      this.current = this.#marks[this.#count - 1];
    }
  }

  /** Whether the Format in force is `bin`. */
  get bin(): boolean {
    return this.current?.bin ?? false;
  }

  /** Remembers where the content of the last Meta ends. */
  endMeta(at: number): void {
    if (this.current !== undefined) this.current.end = at;
  }

  shift(at: number, growth: number): void {
    for (let i = 0; i < this.#count; i++) this.#marks[i]?.shift(at, growth);
  }

  clear(): void {
    this.#count = 0;
    this.current = undefined;
  }
}

/** Whether a Meta Format says that a value is raw bytes; spellings differ in case and blanks. */
export function isBinFormat(format: string): boolean {
  return format === 'bin' || format.trim().toLowerCase() === 'bin';
}

/** The same for the text that stands at `bytes[start, end)`. */
export function isBinRun(bytes: Uint8Array, start: number, end: number): boolean {
  let from = start;
  let to = end;
  while (from < to && (bytes[from] as number) <= 0x20) from++;
  while (from < to && (bytes[to - 1] as number) <= 0x20) to--;
  if (to - from !== 3) return false;
  const lower = (at: number): number => (bytes[at] as number) | 0x20;
  return lower(from) === 0x62 && lower(from + 1) === 0x69 && lower(from + 2) === 0x6e;
}

/** Whether a value of this Meta Type may be a document of ours embedded in another: also when none is given. */
export function mayBeDocument(type: string): boolean {
  return type === '' || /\+(?:wb)?xml\s*(?:;|$)/i.test(type);
}

/** The Meta Type of an embedded document in the other encoding: `+xml` for markup, `+wbxml` for an OPAQUE. */
export function documentType(type: string, encoding: 'xml' | 'wbxml'): string {
  return type.replace(/\+(?:wb)?xml(?=\s*(?:;|$))/i, `+${encoding}`);
}
