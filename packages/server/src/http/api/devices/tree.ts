import { type Api, nullable, PageQuery, pageRequest, pageSchema, problems, Time, timeOf } from '@grove/api';
import { Type } from 'typebox';
import { type DeviceTree, findDevice, listNodes, showTree } from '../../../devices/index.ts';
import { checkNodeUri } from '../../../steps/index.ts';
import type { ApiMeans } from '../means.ts';
import { DeviceParams } from '../schemas.ts';

const tags = ['devices'];

const NodeProperties = {
  format: Type.String({ description: 'node for an interior node, whose value is its children, joined by /' }),
  type: nullable(Type.String()),
  value: nullable(Type.String(), 'Text, or base64 where the format is bin; null when it is not known'),
  reportedAt: Time,
};
const NodeSchema = Type.Object({ uri: Type.String(), ...NodeProperties }, { title: 'DeviceNode' });

interface TreeAnswer {
  name: string;
  uri: string;
  node: { format: string; type: string | null; value: string | null; reportedAt: string } | null;
  children: TreeAnswer[];
}
const TreeSchema = Type.Unsafe<TreeAnswer>(
  Type.Object(
    {
      name: Type.String({ description: 'Last segment of the URI' }),
      uri: Type.String(),
      node: nullable(Type.Object(NodeProperties), 'Null when only nodes below it are known'),
      children: Type.Array(Type.Unsafe<TreeAnswer>({ title: 'DeviceTree' })),
    },
    { title: 'DeviceTree' },
  ),
);

const UnderQuery = {
  under: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 1024,
      default: '.',
      description: 'The node to begin with, for example ./DevInfo; the root when absent',
    }),
  ),
};

function treeAnswer({ name, uri, node, children }: DeviceTree): TreeAnswer {
  return {
    name,
    uri,
    node: node === null ? null : { ...node, reportedAt: timeOf(node.reportedAt) },
    children: children.map(treeAnswer),
  };
}

/** What is known of a device's tree. */
export function treeRoutes(api: Api, { store }: ApiMeans): void {
  api.get(
    '/devices/:device/nodes',
    {
      schema: {
        operationId: 'listNodes',
        summary: "List what is known of a device's tree",
        description: 'By URI, as last reported or confirmed.',
        tags,
        params: DeviceParams,
        querystring: Type.Object({ ...PageQuery, ...UnderQuery }, { additionalProperties: false }),
        response: { 200: pageSchema(NodeSchema), ...problems(400, 401, 404) },
      },
    },
    async ({ params, query }) => {
      const under = checkNodeUri(query.under ?? '.', 'under');
      const id = await findDevice(store.reader, params.device);
      const { items, next } = await listNodes(store.reader, id, under, pageRequest(query));
      return { items: items.map((node) => ({ ...node, reportedAt: timeOf(node.reportedAt) })), next };
    },
  );

  api.get(
    '/devices/:device/tree',
    {
      schema: {
        operationId: 'showTree',
        summary: "Show what is known of a device's tree, as a tree",
        tags,
        params: DeviceParams,
        querystring: Type.Object(UnderQuery, { additionalProperties: false }),
        response: {
          200: Type.Object({
            tree: TreeSchema,
            complete: Type.Boolean({ description: 'False when there are more nodes than one answer holds' }),
          }),
          ...problems(400, 401, 404),
        },
      },
    },
    async ({ params, query }) => {
      const under = checkNodeUri(query.under ?? '.', 'under');
      const id = await findDevice(store.reader, params.device);
      const { tree, complete } = await showTree(store.reader, id, under);
      return { tree: treeAnswer(tree), complete };
    },
  );
}
