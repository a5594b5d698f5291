import Schema from 'typebox/schema';

/** An operation of an API description, as far as answers are held against it. */
export interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  parameters?: { name: string; in: string; required?: boolean; schema: object }[];
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>;
}

/** An API description, as far as answers are held against it. */
export interface Description {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}

/** What was answered to what. */
export interface Answered {
  readonly method: string;
  /** With the API's prefix; a query does not matter. */
  readonly path: string;
  readonly status: number;
  /** Parsed; undefined where there was none. */
  readonly body: unknown;
}

/**
 * Holds answers against the description of their API.
 *
 * @returns what does not fit, in words; empty where all does, or nothing is said of the path
 */
export function answerChecker(description: Description): (answered: Answered) => string[] {
  const paths = Object.entries(description.paths).map(([path, operations]) => ({
    pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`),
    operations,
  }));
  const validators = new Map<object, { Errors(value: unknown): [boolean, object[]] }>();
  return ({ method, path, status, body }) => {
    const [pathname = ''] = path.split('?', 1);
    // A path in words goes before one with a parameter.
    const operation = paths
      .filter(({ pattern }) => pattern.test(pathname))
      .map(({ operations }) => operations[method.toLowerCase()])
      .findLast((found) => found !== undefined);
    if (operation === undefined) return [];
    const { operationId, responses } = operation;
    const response = responses[status];
    if (response === undefined) return [`${operationId} answers ${status}, which it does not describe`];
    const [content] = Object.values(response.content ?? {});
    if (content === undefined) {
      return body === undefined
        ? []
        : [`${operationId} answers ${status} with a body, which it does not describe`];
    }
    let validator = validators.get(content.schema);
    if (validator === undefined) {
      validator = Schema.Compile({ components: description.components, ...content.schema });
      validators.set(content.schema, validator);
    }
    return validator
      .Errors(body)[1]
      .map((error) => `answer of ${operationId} with ${status}: ${JSON.stringify(error)}`);
  };
}
