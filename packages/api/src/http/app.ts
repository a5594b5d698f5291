import { STATUS_CODES } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifySchemaCompiler,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { explain, InvalidInput } from '../errors/index.ts';
import { PROBLEM_TYPE, Problem } from './problem.ts';

/** The API's application: Fastify whose types follow from TypeBox schemas. */
export type Api = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** Errors that an operation may answer with, for its description. */
export function problems(...statuses: readonly number[]): Record<number, object> {
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      { description: STATUS_CODES[status], content: { [PROBLEM_TYPE]: { schema: Problem } } },
    ]),
  );
}

/** Names that errors give to a part of a request as a whole. */
const PARTS: Readonly<Record<string, string>> = {
  body: 'body',
  querystring: 'query',
  params: 'path',
  headers: 'headers',
};

/** Digits that become a number where a path or a query should hold one. */
const WHOLE = /^-?\d{1,15}$/;

/**
 * Checks a part of a request against its schema. In paths and queries, where all is text, whole numbers
 * are read; nothing else is taken for what it is not.
 *
 * @throws {InvalidInput} from the check, naming each field
 */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  // Compiled when it is first used: a start does not wait for what nobody asks for.
  let check: ReturnType<typeof Compile<TSchema>> | undefined;
  const part = PARTS[httpPart ?? ''] ?? 'request';
  const numbers = httpPart === 'body' ? [] : integersOf(schema);
  return (value: unknown) => {
    const read = numbers.length === 0 ? value : withNumbers(value as Record<string, unknown>, numbers);
    check ??= Compile(schema);
    return check.Check(read) ? { value: read } : { error: new InvalidInput(explain(schema, read, part)) };
  };
};

function integersOf(schema: TSchema): string[] {
  const { properties = {} } = schema as { properties?: Record<string, { type?: string }> };
  return Object.keys(properties).filter((name) => properties[name]?.type === 'integer');
}

function withNumbers(value: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  const read = { ...value };
  for (const name of names) {
    const text = read[name];
    if (typeof text === 'string' && WHOLE.test(text)) read[name] = Number(text);
  }
  return read;
}
