import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';

/** What an API description says besides the routes. */
export interface ApiDescription {
  readonly title: string;
  readonly version: string;
  readonly description: string;
  readonly tags: readonly { readonly name: string; readonly description: string }[];
}

/** What holds for all of Grove's APIs. */
const CONVENTIONS =
  'Lists are paged by key: give "next" of a page as "after" for the next one. Times are UTC, RFC 3339. Errors are problem details (RFC 9457).';

/** The API description, as the routes are added to it. */
export function descriptionOf(api: ApiDescription): NonNullable<FastifyDynamicSwaggerOptions['openapi']> {
  return {
    openapi: '3.1.0',
    info: {
      title: api.title,
      version: api.version,
      description: `${api.description} ${CONVENTIONS}`,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } as { name: string },
    },
    servers: [{ url: '/' }],
    tags: [...api.tags],
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: "A token of this server's API" },
      },
    },
    security: [{ token: [] }],
  };
}

/** What @fastify/swagger calls an answer that has no description. */
const UNNAMED = 'Default Response';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** A title that names a schema. */
const NAME = /^[A-Z]\w+$/;

/**
 * Moves schemas with a title into the named schemas and refers to them by name, so that whoever
 * generates code from the description gets types with names. A schema of nothing but a title stands for
 * the one of that name, which is how a schema holds itself.
 */
export function nameSchemas(description: { paths?: object; components?: object }): object {
  const named: Record<string, Json> = {};
  const hoist = (node: Json): Json => {
    if (Array.isArray(node)) return node.map(hoist);
    if (node === null || typeof node !== 'object') return node;
    const { title, description } = node;
    if (description === UNNAMED) return each({ ...node, description: 'What was asked for' }, hoist);
    if (typeof title !== 'string' || !NAME.test(title)) return each(node, hoist);
    if (Object.keys(node).length > 1) named[title] = each(node, hoist);
    return { $ref: `#/components/schemas/${title}` };
  };
  const paths = hoist(JSON.parse(JSON.stringify(description.paths ?? {})) as Json);
  return { ...description, paths, components: { ...description.components, schemas: named } };
}

function each(node: { [name: string]: Json }, change: (value: Json) => Json): Json {
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, change(value)]));
}
