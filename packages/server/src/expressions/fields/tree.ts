/** What is known of devices' trees. */
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { BOUNDS, type PathSubject } from '../language/index.ts';
import type { Check, Engine, Field, FieldUse, Sql, SqlContext } from './field.ts';
import { someRow } from './shapes.ts';

/** `0` follows `/`: between the two lies all that begins with a URI and a slash. */
const AFTER_SLASH = '0';

/** A name as it stands in the pattern of each engine; null for any name. */
const NAMED: Readonly<Record<Engine, (name: string | null) => string>> = {
  sqlite: (name) => name?.replace(/[*?[]/g, '[$&]') ?? '*',
  postgres: (name) => name?.replace(/[\\%_]/g, '\\$&') ?? '%',
};
const MATCHES = { sqlite: sql`glob`, postgres: sql`like` };

/** Ids of the URIs that a path means. A path without `*` means one. */
export function uriIds({ segments }: Pick<PathSubject, 'segments'>, engine: Engine): RawBuilder<unknown> {
  if (!segments.includes(null)) return sql`select id from node_uris where uri = ${`./${segments.join('/')}`}`;
  const pattern = `./${segments.map(NAMED[engine]).join('/')}`;
  return sql`select id from node_uris where ${beginning(segments)} and uri ${MATCHES[engine]} ${pattern}
    and ${SLASHES} = ${sql.lit(segments.length)}`;
}

/** As {@link uriIds}, with the URIs of all nodes below. */
function uriIdsFrom({ segments }: PathSubject, engine: Engine): RawBuilder<unknown> {
  if (!segments.includes(null)) {
    const uri = `./${segments.join('/')}`;
    return sql`select id from node_uris where uri = ${uri} or (uri > ${`${uri}/`} and uri < ${uri + AFTER_SLASH})`;
  }
  const pattern = `./${segments.map(NAMED[engine]).join('/')}`;
  const anyName = `/${NAMED[engine](null)}`;
  // As many names of any kind as are left: then no `*` can stand for more than one.
  const rest = sql`substr(${sql.lit(anyName.repeat(BOUNDS.segments))}, 1,
    cast(${sql.lit(anyName.length)} * (${SLASHES} - ${sql.lit(segments.length)}) as integer))`;
  return sql`select id from node_uris where ${beginning(segments)}
    and ${SLASHES} >= ${sql.lit(segments.length)} and uri ${MATCHES[engine]} (${sql.lit(pattern)} || ${rest})`;
}

const SLASHES = sql`(length(uri) - length(replace(uri, '/', '')))`;

/** What the index on URIs can tell of a path: what comes before the first `*`. */
function beginning(segments: readonly (string | null)[]): RawBuilder<SqlBool> {
  const uri = ['.', ...segments.slice(0, segments.indexOf(null))].join('/');
  return sql<SqlBool>`uri > ${`${uri}/`} and uri < ${uri + AFTER_SLASH}`;
}

/** What is known is a value, and not the children of a node or that it is there. */
const IS_VALUE = sql`node_values.format <> 'node' and node_values.value is not null`;
const NODES = sql`device_nodes`;
const DEVICE = sql`device_nodes.device_id`;
const NODES_WITH_VALUES = sql`device_nodes inner join node_values on node_values.id = device_nodes.value_id`;

/** A condition on the values of nodes at a path. */
function pathSql(path: PathSubject, check: Check, { engine }: SqlContext): Sql {
  if (check.test.kind === 'exists') {
    return someRow(
      {
        from: NODES,
        device: DEVICE,
        value: DEVICE,
        where: sql<SqlBool>`device_nodes.uri_id in (${uriIdsFrom(path, engine)})`,
      },
      check,
    );
  }
  const ofPath = sql<SqlBool>`node_values.uri_id in (${uriIds(path, engine)}) and ${IS_VALUE}`;
  const columns = { value: sql`node_values.value`, key: sql`node_values.order_key` };
  if (check.equal !== undefined) {
    const values = sql`select node_values.id from node_values where ${ofPath} and ${check.holds(columns)}`;
    const holds = sql<SqlBool>`device_nodes.value_id in (${values})`;
    return {
      where: sql<SqlBool>`exists (select 1 from device_nodes where device_nodes.device_id = devices.id
        and device_nodes.uri_id in (${uriIds(path, engine)}) and ${holds})`,
      ids: (range) => sql`select ${DEVICE} from device_nodes where ${holds} and ${range(DEVICE)}`,
      isRanged: true,
    };
  }
  const at = sql<SqlBool>`device_nodes.uri_id in (${uriIds(path, engine)}) and ${IS_VALUE}`;
  const rows = { from: NODES_WITH_VALUES, device: DEVICE, ...columns };
  const { where } = someRow({ ...rows, where: at }, check);
  if (check.test.kind !== 'compare' || !/^[<>]/.test(check.test.operator)) return { where };
  return { where, ids: someRow({ ...rows, where: ofPath }, check, 'whole').ids };
}

/** Paths such as `./MMS/*` stand for themselves and have no name. */
export const PATH: Omit<Field, 'name'> = {
  says: "Value of a node of the device's tree, as last reported or confirmed; * stands for any one name",
  example: './MMS/*/Addr = "old.example"',
  kind: 'ordered',
  sql: ({ check, argument }, context) => pathSql(pathOf(argument), check, context),
};

function pathOf(argument: FieldUse['argument']): PathSubject {
  if (argument === undefined || !('path' in argument)) throw new Error('a condition on nodes needs a path');
  return argument.path;
}

/** Something that is known of the nodes at a path besides their values. */
function nodeField(
  field: Pick<Field, 'name' | 'says' | 'example' | 'kind'>,
  from: RawBuilder<unknown>,
  value: RawBuilder<unknown>,
): Field {
  return {
    ...field,
    argument: 'path',
    sql: ({ check, argument }, { engine }) =>
      someRow(
        {
          from,
          device: DEVICE,
          value,
          where: sql<SqlBool>`device_nodes.uri_id in (${uriIds(pathOf(argument), engine)})`,
        },
        check,
      ),
  };
}

export const TREE_FIELDS: readonly Field[] = [
  nodeField(
    {
      name: 'format',
      says: 'Format of a node: chr, int, bool, bin, xml, b64, null, date, time, float or node',
      example: 'format(./DevDetail/SwV) = chr',
      kind: 'text',
    },
    NODES_WITH_VALUES,
    sql`node_values.format`,
  ),
  nodeField(
    {
      name: 'type',
      says: 'Type of a node: a media type, or the identifier of a management object',
      example: 'type(./*) ~ "urn:oma:mo:oma-fumo:*"',
      kind: 'text',
    },
    NODES_WITH_VALUES,
    sql`node_values.type`,
  ),
  nodeField(
    {
      name: 'reported',
      says: 'When a node was last reported or confirmed',
      example: 'reported(./DevDetail/SwV) < -30d',
      kind: 'time',
    },
    NODES,
    sql`device_nodes.reported_at`,
  ),
  {
    name: 'count',
    says: 'How many nodes there are at a path',
    example: 'count(./SyncML/DMAcc/*) > 1',
    kind: 'count',
    argument: 'path',
    sql: ({ check, argument }, { engine }) => ({
      where: check.holds({
        value: sql`(select count(*) from device_nodes where device_nodes.device_id = devices.id
          and device_nodes.uri_id in (${uriIds(pathOf(argument), engine)}))`,
      }),
    }),
  },
];
