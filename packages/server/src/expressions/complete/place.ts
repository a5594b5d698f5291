import {
  ExpressionError,
  type FieldSubject,
  keywordOf,
  type PathSubject,
  type Subject,
  type Token,
  tokensOf,
} from '../language/index.ts';

/** What may stand at a place of an expression, with what was begun there. */
export type Place = {
  /** Where what was begun starts; where nothing was, the place itself. */
  readonly start: number;
  /** What was begun; without the quotes of a text. */
  readonly begun: string;
} & (
  | { readonly kind: 'subject' }
  /** A path is begun: the names before the last slash, and the beginning of another. */
  | { readonly kind: 'path'; readonly above: PathSubject['segments'] }
  | { readonly kind: 'operator'; readonly subject: Subject }
  | {
      readonly kind: 'value';
      readonly subject: Subject;
      readonly isQuoted: boolean;
      readonly isPattern: boolean;
    }
  | { readonly kind: 'junction'; readonly isEnclosed: boolean }
);

/** What ends a path. */
const AFTER_PATH = /[\s\p{Cc}(),=<>!~"]/u;
/** What a name of a field may have, dots between its parts among it. */
const IN_NAME = /[\p{L}\p{M}\p{N}_.-]/u;

/** Where the characters begin at the end of a text that are all of one kind. */
function tailOf(text: string, isPart: (character: string) => boolean): number {
  let at = text.length;
  while (at > 0 && isPart(text[at - 1] ?? '')) at--;
  return at;
}

/** Where a path begins that is open at the end of a text. */
function openPath(text: string): number | undefined {
  const at = tailOf(text, (character) => !AFTER_PATH.test(character));
  return text.startsWith('./', at) ? at : undefined;
}

/** Where a name begins that is open at the end of a text; its end where there is none. */
function openName(text: string): number {
  const at = tailOf(text, (character) => IN_NAME.test(character));
  return /^[\p{L}_]/u.test(text.slice(at)) ? at : text.length;
}

/**
 * What may stand at the end of a text.
 *
 * @returns undefined where nothing may, or what comes before cannot be read
 */
export function placeAtEnd(text: string): Place | undefined {
  const quoted = openQuote(text);
  const path = quoted === undefined ? openPath(text) : undefined;
  const start = quoted ?? path ?? openName(text);
  const begun = text.slice(quoted === undefined ? start : start + 1);
  const state = stateAfter(text.slice(0, start));
  if (state === undefined) return undefined;
  if (path !== undefined) {
    const names = begun.split('/').slice(1);
    const above = names.slice(0, -1).map((name) => (name === '*' ? null : name));
    return isSubject(state) ? { kind: 'path', start, begun: names.at(-1) ?? '', above } : undefined;
  }
  if (state.kind === 'value') return { ...state, start, begun, isQuoted: quoted !== undefined };
  if (quoted !== undefined) return undefined;
  return { ...state, start, begun };
}

/** Where the text begins whose quotes are not closed. */
function openQuote(text: string): number | undefined {
  let open: number | undefined;
  for (let at = 0; at < text.length; at++) {
    if (open !== undefined && text[at] === '\\') at++;
    else if (text[at] === '"') open = open === undefined ? at : undefined;
  }
  return open;
}

type State =
  | { readonly kind: 'subject' }
  | { readonly kind: 'operator'; readonly subject: Subject }
  | { readonly kind: 'value'; readonly subject: Subject; readonly isPattern: boolean }
  | { readonly kind: 'junction'; readonly isEnclosed: boolean };

function isSubject({ kind }: State): boolean {
  return kind === 'subject';
}

/** What may come after a text that ends between two tokens. */
function stateAfter(text: string): State | undefined {
  try {
    return new Follower(tokensOf(text)).state();
  } catch (error) {
    if (error instanceof ExpressionError) return undefined;
    throw error;
  }
}

/** Reads tokens as a parser does, but minds neither brackets nor what is missing at the end. */
class Follower {
  readonly #tokens: readonly Token[];
  #at = 0;
  #open = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get #next(): Token {
    return this.#tokens[this.#at] as Token;
  }

  #took(what: string): boolean {
    const token = this.#next;
    const is = token.kind === 'symbol' ? token.symbol === what : keywordOf(token) === what;
    if (is) this.#at++;
    return is;
  }

  get #atEnd(): boolean {
    return this.#next.kind === 'end';
  }

  state(): State | undefined {
    for (;;) {
      while (this.#took('not') || this.#opened());
      if (this.#atEnd) return { kind: 'subject' };
      const subject = this.#subject();
      if (subject === undefined) return undefined;
      if (subject.kind === 'subject') return subject;
      if (this.#atEnd) return { kind: 'operator', subject };
      const open = this.#test(subject);
      if (open !== 'read') return open;
      while (this.#took(')')) this.#open--;
      if (this.#atEnd) return { kind: 'junction', isEnclosed: this.#open > 0 };
      if (!this.#took('and') && !this.#took('or')) return undefined;
    }
  }

  #opened(): boolean {
    if (!this.#took('(')) return false;
    this.#open++;
    return true;
  }

  /** A subject; or that one may stand here, within the brackets of a field. */
  #subject(): Subject | { kind: 'subject' } | undefined {
    const token = this.#next;
    this.#at++;
    if (token.kind === 'path') return token;
    if (token.kind !== 'name') return undefined;
    const names = [token.name];
    while (this.#took('.')) {
      const next = this.#next;
      if (next.kind !== 'name') return undefined;
      names.push(next.name);
      this.#at++;
    }
    const field: FieldSubject = { kind: 'field', names, start: token.start, end: token.end };
    if (!this.#took('(')) return field;
    if (this.#atEnd) return { kind: 'subject' };
    const argument = this.#next;
    this.#at++;
    if (argument.kind !== 'path' && argument.kind !== 'text') return undefined;
    return this.#took(')') ? { ...field, argument } : undefined;
  }

  /** What may follow an operator at the end; 'read' where its values are all there. */
  #test(subject: Subject): State | 'read' | undefined {
    if (this.#took('exists')) return 'read';
    if (this.#took('in')) return this.#values(subject);
    const token = this.#next;
    if (token.kind !== 'symbol') return undefined;
    this.#at++;
    if (this.#atEnd) return { kind: 'value', subject, isPattern: token.symbol === '~' };
    return this.#literal() ? 'read' : undefined;
  }

  #literal(): boolean {
    const { kind } = this.#next;
    const is =
      ['text', 'time', 'ago'].includes(kind) || (kind === 'name' && keywordOf(this.#next) === undefined);
    if (is) this.#at++;
    return is;
  }

  #values(subject: Subject): State | 'read' | undefined {
    const value: State = { kind: 'value', subject, isPattern: false };
    if (!this.#took('(')) return undefined;
    do {
      if (this.#atEnd) return value;
      if (!this.#literal()) return undefined;
    } while (this.#took(','));
    return this.#took(')') ? 'read' : undefined;
  }
}
