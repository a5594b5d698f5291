import { engineOf } from '@grove/store';
import { sql } from 'kysely';
import type { Queries } from '../../store/index.ts';
import { isBelow, LAST } from '../fields/index.ts';
import type { PathSubject } from '../language/index.ts';

/** URIs that are looked at below a path with `*`. */
const LOOKED_AT = 2_000;

/**
 * Names that nodes have below some path, on whichever device.
 *
 * @param prefix what they begin with
 * @param limit how many at most
 */
export async function namesBelow(
  db: Queries,
  above: PathSubject['segments'],
  prefix: string,
  limit: number,
): Promise<string[]> {
  return above.includes(null)
    ? namesBelowAny(db, above, prefix, limit)
    : namesBelowOne(db, above, prefix, limit);
}

/** One look into the index for each name, however many nodes are below it. */
async function namesBelowOne(
  db: Queries,
  above: PathSubject['segments'],
  prefix: string,
  limit: number,
): Promise<string[]> {
  const parent = `${['.', ...above].join('/')}/`;
  const names = new Set<string>();
  for (let from = parent + prefix; names.size < limit; ) {
    const row = await db
      .selectFrom('node_uris')
      .select('uri')
      .where('uri', '>=', from)
      .where('uri', '<', parent + prefix + LAST)
      .orderBy('uri')
      .limit(1)
      .executeTakeFirst();
    if (row === undefined) break;
    const [name = ''] = row.uri.slice(parent.length).split('/', 1);
    names.add(name);
    const uri = parent + name;
    // Between a node and those below it there may be others, such as `A-1` between `A` and `A/B`.
    from = row.uri === uri ? `${uri}\u{1}` : `${uri}0`;
  }
  return [...names].sort();
}

async function namesBelowAny(
  db: Queries,
  above: PathSubject['segments'],
  prefix: string,
  limit: number,
): Promise<string[]> {
  const { rows } = await sql<{ uri: string }>`
    select uri from node_uris where ${isBelow(above, prefix, engineOf(db))} limit ${LOOKED_AT}`.execute(db);
  const names = rows.flatMap(({ uri }) => {
    const segments = uri.split('/').slice(1);
    const fits = above.every((name, depth) => name === null || name === segments[depth]);
    const name = segments[above.length];
    return fits && name?.startsWith(prefix) ? [name] : [];
  });
  return [...new Set(names)].sort().slice(0, limit);
}
