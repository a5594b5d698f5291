/** Shapes that several answers share. Schemas with a title become the named schemas of the API description. */
import { type TSchema, Type } from 'typebox';
import { InvalidInput } from '../errors/index.ts';
import type { PageRequest } from '../paging/index.ts';

/** A time as answers give it. */
export const Time = Type.String({ format: 'date-time', description: 'UTC, RFC 3339' });

/** Something or null. */
export const nullable = <T extends TSchema>(schema: T, description?: string) =>
  Type.Union([schema, Type.Null()], description === undefined ? {} : { description });

/** Milliseconds since the epoch as a {@link Time}. */
export function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** As {@link timeOf}, where there may be none. */
export function timeOrNull(milliseconds: number | null): string | null {
  return milliseconds === null ? null : timeOf(milliseconds);
}

/**
 * A {@link Time} that somebody has sent, as milliseconds since the epoch.
 *
 * @param field where it was sent, for errors
 * @throws {InvalidInput} for a leap second, which RFC 3339 has and clocks have not
 */
export function readTime(time: string, field: string): number {
  const at = Date.parse(time);
  if (Number.isNaN(at))
    throw new InvalidInput([{ field, value: time, expected: 'a time such as 2026-11-21T12:00:00Z' }]);
  return at;
}

/** An id in answers. */
export const Id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });

/** A path with an id. */
export const IdParams = Type.Object({ id: Id });

/** Items in a page where the caller does not say. */
const PAGE = 50;

/** What every list takes. */
export const PageQuery = {
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 500, default: PAGE, description: 'How many items at most' }),
  ),
  after: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 4096,
      description: '"next" of the page before; absent for the first page',
    }),
  ),
};

/** A query as a page request. */
export function pageRequest(query: { limit?: number | undefined; after?: string | undefined }): PageRequest {
  return { limit: query.limit ?? PAGE, after: query.after };
}

/** A page of items. */
export const pageSchema = <T extends TSchema>(item: T) =>
  Type.Object({
    items: Type.Array(item),
    next: nullable(
      Type.String(),
      'What to give as "after" for the next page; null when this is the last one',
    ),
  });

/** A name that a person gives to a thing. */
export const Name = Type.String({
  minLength: 1,
  maxLength: 128,
  pattern: '^[^\\p{C}\\s/](?:[^\\p{C}/]*[^\\p{C}\\s/])?$',
  description: 'Printable text without slashes, or blanks at its ends',
});
