import { STATUS_CODES } from 'node:http';
import { isForeignKeyViolation, StoreUnavailable } from '@grove/store';
import type { FastifyError } from 'fastify';
import { type Static, Type } from 'typebox';
import { Conflict, type Problem as FieldProblem, InvalidInput, NotFound } from '../errors/index.ts';

/** Media type of every error (RFC 9457). */
export const PROBLEM_TYPE = 'application/problem+json';

/** Path of the page that says what each problem means; `type` of a problem points into it. */
export const PROBLEMS_PATH = '/problems';

/** Every kind of problem: its HTTP status, its title, and what it means for the caller. */
export const PROBLEMS = {
  'invalid-input': {
    status: 400,
    title: 'The request is not valid',
    meaning: '"errors" names each field that is wrong, its value and what was expected.',
  },
  unauthorized: {
    status: 401,
    title: 'A token is needed',
    meaning: 'Send "Authorization: Bearer TOKEN" with a token of this server.',
  },
  forbidden: {
    status: 403,
    title: 'Not from here, or not with this token',
    meaning:
      'The API answers at other addresses of this machine only if the server was told to. Some tokens may do only what they were made for; "detail" says which of the two it is.',
  },
  'not-found': {
    status: 404,
    title: 'There is no such thing',
    meaning: '"detail" says what was looked for. /api/v1/openapi.json lists all paths.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'The method does not go with this path',
    meaning: 'The header "Allow" lists the methods that do.',
  },
  conflict: {
    status: 409,
    title: 'Not in the present state of things',
    meaning: '"detail" says what stands against it.',
  },
  'too-large': {
    status: 413,
    title: 'The body is too large',
    meaning: 'Send less at once, for example fewer devices. A content has a limit of its own.',
  },
  'uri-too-long': {
    status: 414,
    title: 'The address is too long',
    meaning: 'No device, profile or other thing has so long a name.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The body is not of the right type',
    meaning: 'Send a body as "Content-Type: application/json", and a content without "Content-Encoding".',
  },
  'key-reused': {
    status: 422,
    title: 'The Idempotency-Key was used for another request',
    meaning:
      'A key belongs to one request, with its body. Give each request a key of its own, such as a random UUID.',
  },
  'range-not-satisfiable': {
    status: 416,
    title: 'There are no such bytes',
    meaning: 'The header "Content-Range" says how many there are.',
  },
  internal: {
    status: 500,
    title: 'The server failed',
    meaning: 'The log has the cause, under the id that "detail" gives.',
  },
  unavailable: {
    status: 503,
    title: 'The server cannot answer at present',
    meaning: 'The same request may go well later; "Retry-After" says when to try.',
  },
} as const;

export type ProblemName = keyof typeof PROBLEMS;

/** An error as the API answers it. */
export const Problem = Type.Object(
  {
    type: Type.String({ description: 'Which problem; the reference leads to what it means' }),
    title: Type.String(),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    detail: Type.String({ description: 'What was wrong this time' }),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          field: Type.String({ description: 'Where, for example steps/0/uri' }),
          value: Type.Optional(Type.Unknown({ description: 'What was given' })),
          expected: Type.String(),
          start: Type.Optional(
            Type.Integer({ description: 'Where in the value it is wrong: the first UTF-16 code unit …' }),
          ),
          end: Type.Optional(Type.Integer({ description: '… and the one after the last' })),
        }),
      ),
    ),
  },
  { title: 'Problem', description: 'RFC 9457 problem details' },
);
export type Problem = Static<typeof Problem>;

/** An error that the HTTP side itself finds. */
export class HttpProblem extends Error {
  readonly problem: ProblemName;
  /** Header fields that go with it. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(problem: ProblemName, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.name = 'HttpProblem';
    this.problem = problem;
    this.headers = headers;
  }
}

/** An answer that tells of an error. */
export interface ProblemAnswer {
  body: Problem;
  headers: Readonly<Record<string, string>>;
}

/** Characters of a value that an error repeats. */
const SHOWN = 200;
/** Names of fields whose values no error repeats. */
const SECRET = /(?:^|\/)(?:password|nonce|client|server|account)(?:\/|$)/;

/** A problem as it is answered: values only where they are short enough, no secret and not composed. */
function shown({ field, value, ...rest }: FieldProblem): FieldProblem {
  const isPlain = value !== undefined && (value === null || typeof value !== 'object');
  if (!isPlain || SECRET.test(field)) return { field, ...rest };
  if (typeof value !== 'string' || value.length <= SHOWN) return { field, value, ...rest };
  return { field, value: `${value.slice(0, SHOWN)}…`, ...rest };
}

/** Makes the answer to an error of a known kind. */
export function problemAnswer(
  name: ProblemName,
  detail: string,
  errors: readonly FieldProblem[] = [],
  headers: Readonly<Record<string, string>> = {},
): ProblemAnswer {
  const { status, title } = PROBLEMS[name];
  const body: Problem = { type: `${PROBLEMS_PATH}#${name}`, title, status, detail };
  if (errors.length > 0) body.errors = errors.map(shown);
  return { body, headers };
}

/** Fastify's own errors by code, where the code says more than the status. */
const BY_STATUS: Readonly<Record<number, ProblemName>> = {
  400: 'invalid-input',
  404: 'not-found',
  413: 'too-large',
  414: 'uri-too-long',
  415: 'unsupported-media-type',
  503: 'unavailable',
};

/**
 * The answer to an error.
 *
 * @param id names the request in the log
 * @returns `fault` is true when the server is to blame and the error belongs in the log
 */
export function answerTo(error: unknown, id: string): ProblemAnswer & { fault: boolean } {
  const of = (...args: Parameters<typeof problemAnswer>) => ({ ...problemAnswer(...args), fault: false });
  if (error instanceof HttpProblem) return of(error.problem, error.message, [], error.headers);
  if (error instanceof InvalidInput) return of('invalid-input', summaryOf(error.problems), error.problems);
  if (error instanceof NotFound) return of('not-found', error.message);
  if (error instanceof Conflict) return of('conflict', error.message, error.problems);
  if (isForeignKeyViolation(error)) {
    return of('conflict', 'what this refers to was deleted in the meantime');
  }
  if (error instanceof StoreUnavailable) {
    return {
      ...problemAnswer('unavailable', 'the database does not answer', [], { 'retry-after': '5' }),
      fault: true,
    };
  }
  const status = error instanceof Error ? (error as FastifyError).statusCode : undefined;
  const name = status === undefined ? undefined : BY_STATUS[status];
  if (name !== undefined) return of(name, (error as Error).message);
  return {
    ...problemAnswer('internal', `the server failed; its log has the cause under ${id}`),
    fault: true,
  };
}

function summaryOf(problems: readonly FieldProblem[]): string {
  const [first] = problems;
  if (first === undefined) return PROBLEMS['invalid-input'].title;
  const others = problems.length - 1;
  return `${first.field}: expected ${first.expected}${others > 0 ? `, and ${others} more` : ''}`;
}

/** The page that says what each problem means, as text. */
export function problemsPage(): string {
  return Object.entries(PROBLEMS)
    .map(
      ([name, { status, title, meaning }]) =>
        `${name} (${status} ${STATUS_CODES[status]})\n  ${title}. ${meaning}\n`,
    )
    .join('\n');
}
