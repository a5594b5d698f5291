/** What is known of devices' trees. */
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { PathSubject } from '../language/index.ts';
import type { Check, Field, Sql, SqlContext } from './field.ts';
import { valuesAtPath } from './occurring.ts';
import { pathOf, someRow } from './shapes.ts';
import { uriIds, uriIdsFrom } from './uris.ts';

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
      ids: (range) => sql`select ${DEVICE} as id from device_nodes where ${holds} and ${range(DEVICE)}`,
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
  values: valuesAtPath,
};

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
