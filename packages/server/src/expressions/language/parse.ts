import { ExpressionError, type Span } from './error.ts';
import { type Token, tokensOf } from './lexer.ts';
import {
  BOUNDS,
  type Condition,
  type Expression,
  type FieldSubject,
  type Junction,
  type Literal,
  OPERATORS,
  type Operator,
  type PathSubject,
  type Subject,
  type Test,
} from './syntax.ts';

/** Words that are no names of fields. */
const KEYWORDS: ReadonlySet<string> = new Set(['and', 'or', 'not', 'in', 'exists']);

const A_CONDITION = 'a condition, such as manufacturer = "Acme"';
const A_VALUE = 'a value';
const AN_OPERATOR = 'an operator (=, !=, <, <=, >, >=, ~, in) or "exists"';

/**
 * Reads an expression. Says nothing of whether its fields are known: see `readExpression`.
 *
 * @throws {ExpressionError} where it is not one, or is larger than {@link BOUNDS}
 */
export function parseExpression(text: string): Expression {
  return new Parser(tokensOf(text)).expression();
}

/** The keyword that a token is, in whatever case. */
export function keywordOf(token: Token): string | undefined {
  if (token.kind !== 'name') return undefined;
  const word = token.name.toLowerCase();
  return KEYWORDS.has(word) ? word : undefined;
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;
  #conditions = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  expression(): Expression {
    const whole = this.#junction('or');
    if (this.#next.kind !== 'end') throw new ExpressionError(this.#next, '"and", "or" or the end');
    return whole;
  }

  get #next(): Token {
    // The last token is the end, behind which nobody reads.
    return this.#tokens[this.#at] as Token;
  }

  /** End of what was read last. */
  get #end(): number {
    return this.#tokens[this.#at - 1]?.end ?? 0;
  }

  #isKeyword(word: string): boolean {
    return keywordOf(this.#next) === word;
  }

  #isSymbol(symbol: string): boolean {
    return this.#next.kind === 'symbol' && this.#next.symbol === symbol;
  }

  /** Takes a symbol if it comes next. */
  #took(symbol: string): boolean {
    if (!this.#isSymbol(symbol)) return false;
    this.#at++;
    return true;
  }

  #expect(symbol: string, expected: string): void {
    if (!this.#took(symbol)) throw new ExpressionError(this.#next, expected);
  }

  #junction(kind: Junction['kind']): Expression {
    const operand = () => (kind === 'or' ? this.#junction('and') : this.#negation());
    const first = operand();
    const parts = [first];
    while (this.#isKeyword(kind)) {
      this.#at++;
      parts.push(operand());
    }
    if (parts.length === 1) return first;
    const flat = parts.flatMap((part) => (part.kind === kind ? part.parts : [part]));
    return { kind, parts: flat, start: first.start, end: this.#end };
  }

  #negation(): Expression {
    const { start } = this.#next;
    if (!this.#isKeyword('not')) return this.#primary();
    return this.#deeper(() => {
      this.#at++;
      const part = this.#negation();
      return { kind: 'not', part, start, end: this.#end };
    });
  }

  #primary(): Expression {
    if (!this.#isSymbol('(')) return this.#condition();
    return this.#deeper(() => {
      this.#at++;
      const whole = this.#junction('or');
      this.#expect(')', '"and", "or" or )');
      return whole;
    });
  }

  #deeper<T>(read: () => T): T {
    if (++this.#depth > BOUNDS.depth) {
      throw new ExpressionError(this.#next, `no more than ${BOUNDS.depth} levels of brackets and "not"`);
    }
    const result = read();
    this.#depth--;
    return result;
  }

  #condition(): Condition {
    const { start } = this.#next;
    const subject = this.#subject();
    if (++this.#conditions > BOUNDS.conditions) {
      throw new ExpressionError(subject, `no more than ${BOUNDS.conditions} conditions`);
    }
    const test = this.#test();
    return { kind: 'condition', subject, test, start, end: this.#end };
  }

  #subject(): Subject {
    const token = this.#next;
    if (token.kind === 'path') {
      this.#at++;
      return token;
    }
    if (token.kind !== 'name' || keywordOf(token) !== undefined) {
      throw new ExpressionError(token, A_CONDITION);
    }
    return this.#field();
  }

  #field(): FieldSubject {
    const { start } = this.#next;
    const names = [this.#name()];
    while (this.#took('.')) names.push(this.#name());
    if (!this.#took('(')) return { kind: 'field', names, start, end: this.#end };
    const argument = this.#next.kind === 'path' ? this.#path() : this.#literal('a value or a path');
    this.#expect(')', ')');
    return { kind: 'field', names, argument, start, end: this.#end };
  }

  #name(): string {
    const token = this.#next;
    if (token.kind !== 'name') throw new ExpressionError(token, 'a name');
    this.#at++;
    return token.name;
  }

  #path(): PathSubject {
    const token = this.#next;
    if (token.kind !== 'path') throw new ExpressionError(token, 'a path');
    this.#at++;
    return token;
  }

  #test(): Test {
    const token = this.#next;
    const sign = { start: token.start, end: token.end };
    if (this.#isKeyword('exists')) {
      this.#at++;
      return { kind: 'exists', sign };
    }
    if (this.#isKeyword('in')) {
      this.#at++;
      return { kind: 'in', sign, values: this.#values() };
    }
    if (token.kind !== 'symbol' || !isOperator(token.symbol)) throw new ExpressionError(token, AN_OPERATOR);
    this.#at++;
    return {
      kind: 'compare',
      sign,
      operator: token.symbol,
      value: this.#literal(`${A_VALUE} after ${token.symbol}`),
    };
  }

  #values(): Literal[] {
    this.#expect('(', '( and values, such as in ("A", "B")');
    const values: Literal[] = [];
    do {
      values.push(this.#literal(A_VALUE));
      if (values.length > BOUNDS.values) {
        throw new ExpressionError(this.#next, `no more than ${BOUNDS.values} values`);
      }
    } while (this.#took(','));
    this.#expect(')', ', or )');
    return values;
  }

  #literal(expected: string): Literal {
    const token = this.#next;
    if (token.kind === 'text' || token.kind === 'time' || token.kind === 'ago') {
      this.#at++;
      return token;
    }
    if (token.kind === 'name' && keywordOf(token) === undefined) {
      this.#at++;
      return wordOf(token, token.name);
    }
    throw new ExpressionError(token, expected);
  }
}

function wordOf({ start, end }: Span, value: string): Literal {
  return { kind: 'text', form: 'word', value, start, end };
}

function isOperator(symbol: string): symbol is Operator {
  return (OPERATORS as readonly string[]).includes(symbol);
}
