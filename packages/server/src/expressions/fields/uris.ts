/** Which of the URIs that are known a path means. */
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { BOUNDS, type PathSubject } from '../language/index.ts';
import type { Engine } from './field.ts';

type Path = Pick<PathSubject, 'segments'>;

/** `0` follows `/`: between the two lies all that begins with a URI and a slash. */
const AFTER_SLASH = '0';

/** A name as it stands in the pattern of each engine; null for any name. */
const NAMED: Readonly<Record<Engine, (name: string | null) => string>> = {
  sqlite: (name) => name?.replace(/[*?[]/g, '[$&]') ?? '*',
  postgres: (name) => name?.replace(/[\\%_]/g, '\\$&') ?? '%',
};
const MATCHES = { sqlite: sql`glob`, postgres: sql`like` };

function patternOf(segments: Path['segments'], engine: Engine): string {
  return ['.', ...segments.map(NAMED[engine])].join('/');
}

/**
 * The condition on `uri` that it is below what a path means, with a name there that begins with a text. A `*` of the path
 * may stand for several names.
 */
export function isBelow(segments: Path['segments'], prefix: string, engine: Engine): RawBuilder<SqlBool> {
  const any = NAMED[engine](null);
  const pattern = `${patternOf(segments, engine)}/${NAMED[engine](prefix)}${any}`;
  return sql<SqlBool>`${beginning(segments)} and uri ${MATCHES[engine]} ${pattern}`;
}

/** The condition on `uri` that a path means it. */
export function isAt({ segments }: Path, engine: Engine): RawBuilder<SqlBool> {
  if (!segments.includes(null)) return sql<SqlBool>`uri = ${`./${segments.join('/')}`}`;
  const pattern = patternOf(segments, engine);
  return sql<SqlBool>`${beginning(segments)} and uri ${MATCHES[engine]} ${pattern}
    and ${SLASHES} = ${sql.lit(segments.length)}`;
}

/** Ids of the URIs that a path means. A path without `*` means one. */
export function uriIds(path: Path, engine: Engine): RawBuilder<unknown> {
  return sql`select id from node_uris where ${isAt(path, engine)}`;
}

/** As {@link uriIds}, with the URIs of all nodes below. */
export function uriIdsFrom({ segments }: Path, engine: Engine): RawBuilder<unknown> {
  if (!segments.includes(null)) {
    const uri = `./${segments.join('/')}`;
    return sql`select id from node_uris where uri = ${uri} or (uri > ${`${uri}/`} and uri < ${uri + AFTER_SLASH})`;
  }
  const pattern = patternOf(segments, engine);
  const anyName = `/${NAMED[engine](null)}`;
  // As many names of any kind as are left: then no `*` can stand for more than one.
  const rest = sql`substr(${sql.lit(anyName.repeat(BOUNDS.segments))}, 1,
    cast(${sql.lit(anyName.length)} * (${SLASHES} - ${sql.lit(segments.length)}) as integer))`;
  return sql`select id from node_uris where ${beginning(segments)}
    and ${SLASHES} >= ${sql.lit(segments.length)} and uri ${MATCHES[engine]} (cast(${pattern} as text) || ${rest})`;
}

const SLASHES = sql`(length(uri) - length(replace(uri, '/', '')))`;

/** What the index on URIs can tell of a path: what comes before the first `*`. */
function beginning(segments: readonly (string | null)[]): RawBuilder<SqlBool> {
  const uri = ['.', ...segments.slice(0, segments.indexOf(null))].join('/');
  return sql<SqlBool>`uri > ${`${uri}/`} and uri < ${uri + AFTER_SLASH}`;
}
