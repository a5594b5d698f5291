import {
  type Api,
  Id,
  InvalidInput,
  Name,
  nullable,
  PageQuery,
  pageRequest,
  pageSchema,
  problems,
  Time,
  timeOf,
} from '@grove/api';
import { Type } from 'typebox';
import { devicesById, findDevice } from '../../devices/index.ts';
import {
  changeMembers,
  countMembers,
  createGroup,
  deleteGroup,
  devicesNamed,
  type Group,
  groupMembers,
  groupsOfDevice,
  listGroups,
  requireDevices,
  showGroup,
  updateGroup,
  type Variables,
} from '../../groups/index.ts';
import type { Queries } from '../../store/index.ts';
import { abortedWith } from './aborted.ts';
import { DeviceSchema, deviceAnswer } from './devices/index.ts';
import { Where } from './expressions.ts';
import type { ApiMeans } from './means.ts';
import { DeviceParams } from './schemas.ts';

const tags = ['groups'];

/** Devices that one request adds or takes out. */
const LISTED = 50_000;
const LISTED_BYTES = 16 * 1024 * 1024;

const VariablesSchema = Type.Unsafe<Variables>(
  Type.Record(Type.String(), Type.Unknown(), {
    title: 'GroupVariables',
    description:
      'What profiles can say of its devices as ${group.NAME}: texts, numbers and truth values, in objects up to 4 deep, such as {"apn": "sales.example"}',
  }),
);
const Description = nullable(Type.String({ maxLength: 1000 }), 'What it is for');

const GroupSchema = Type.Object(
  {
    id: Id,
    name: Type.String(),
    description: Description,
    query: nullable(
      Type.String(),
      'The devices are those for which this expression holds; null where they are listed',
    ),
    devices: nullable(
      Type.Integer({ minimum: 0 }),
      'How many devices are listed; null where they are those of a query',
    ),
    variables: VariablesSchema,
    createdAt: Time,
    updatedAt: Time,
  },
  { title: 'Group' },
);

const Keys = Type.Array(Type.String({ minLength: 1, maxLength: 400 }), {
  maxItems: LISTED,
  description: 'DevIds or ids of devices',
});
const GivenVariables = Type.Record(Type.String(), Type.Unknown(), {
  description: 'Texts, numbers and truth values, in objects up to 4 deep, 100 in all',
});

const GroupParams = Type.Object({
  group: Type.String({ minLength: 1, maxLength: 128, description: 'Name of the group; URL-encoded' }),
});

function groupAnswer({ createdAt, updatedAt, ...group }: Group) {
  return { ...group, createdAt: timeOf(createdAt), updatedAt: timeOf(updatedAt) };
}

/** Groups of devices. */
export function groupRoutes(api: Api, { store, now }: ApiMeans): void {
  api.get(
    '/groups',
    {
      schema: {
        operationId: 'listGroups',
        summary: 'List groups by their names',
        tags,
        querystring: Type.Object(PageQuery, { additionalProperties: false }),
        response: { 200: pageSchema(GroupSchema), ...problems(400, 401) },
      },
    },
    async ({ query }) => {
      const { items, next } = await listGroups(store.reader, pageRequest(query));
      return { items: items.map(groupAnswer), next };
    },
  );

  api.post(
    '/groups',
    {
      bodyLimit: LISTED_BYTES,
      schema: {
        operationId: 'createGroup',
        summary: 'Make a group',
        description:
          'Of a query, whose devices are those for which it holds at any time; or of a list, which is empty where no devices are given.',
        tags,
        body: Type.Object(
          {
            name: Name,
            description: Type.Optional(Description),
            query: Type.Optional(Where),
            devices: Type.Optional(Keys),
            variables: Type.Optional(GivenVariables),
          },
          { additionalProperties: false, title: 'NewGroup' },
        ),
        response: { 201: GroupSchema, ...problems(400, 401, 409, 413, 415) },
      },
    },
    async ({ body: { devices, ...given } }, reply) => {
      const group = await store.transaction(async (db) => {
        const ids = devices === undefined ? undefined : await requireDevices(db, devices, 'devices');
        return createGroup(db, { ...given, devices: ids }, now());
      });
      reply.code(201).header('location', `${api.prefix}/groups/${encodeURIComponent(group.name)}`);
      return groupAnswer(group);
    },
  );

  api.get(
    '/groups/:group',
    {
      schema: {
        operationId: 'showGroup',
        summary: 'Show a group',
        tags,
        params: GroupParams,
        response: { 200: GroupSchema, ...problems(400, 401, 404) },
      },
    },
    async ({ params }) => groupAnswer(await showGroup(store.reader, params.group)),
  );

  api.patch(
    '/groups/:group',
    {
      schema: {
        operationId: 'updateGroup',
        summary: 'Change what a group says',
        description:
          'What is absent stays. Variables take the place of all that there were. Campaigns that are running go on with the devices of before, unless they take in new ones.',
        tags,
        params: GroupParams,
        body: Type.Object(
          {
            description: Type.Optional(Description),
            query: Type.Optional(Where),
            variables: Type.Optional(GivenVariables),
          },
          { additionalProperties: false, title: 'GroupChanges' },
        ),
        response: { 200: GroupSchema, ...problems(400, 401, 404, 409, 413, 415) },
      },
    },
    async ({ params, body }) =>
      groupAnswer(await store.transaction((db) => updateGroup(db, params.group, body, now()))),
  );

  api.delete(
    '/groups/:group',
    {
      schema: {
        operationId: 'deleteGroup',
        summary: 'Delete a group',
        description: 'Not while a query, campaign or policy names it. Its devices stay.',
        tags,
        params: GroupParams,
        response: { 204: Type.Null({ description: 'It is deleted' }), ...problems(400, 401, 404, 409) },
      },
    },
    async ({ params }, reply) => {
      await store.transaction((db) => deleteGroup(db, params.group, now()));
      return reply.code(204).send(null);
    },
  );

  memberRoutes(api, { store, now });
}

/** The devices of groups. */
function memberRoutes(api: Api, { store, now }: Pick<ApiMeans, 'store' | 'now'>): void {
  api.get(
    '/groups/:group/devices',
    {
      schema: {
        operationId: 'listMembers',
        summary: 'List the devices of a group',
        description:
          'In the order in which they were registered. A page may have fewer devices than it could, or none, while "next" says that there is more to look at.',
        tags,
        params: GroupParams,
        querystring: Type.Object(PageQuery, { additionalProperties: false }),
        response: { 200: pageSchema(DeviceSchema), ...problems(400, 401, 404) },
      },
    },
    async ({ params, query }, reply) => {
      const options = { now: now(), signal: abortedWith(reply) };
      const { items, next } = await groupMembers(store, params.group, pageRequest(query), options);
      return { items: (await devicesById(store.reader, items)).map(deviceAnswer), next };
    },
  );

  api.get(
    '/groups/:group/count',
    {
      schema: {
        operationId: 'countMembers',
        summary: 'Count the devices of a group',
        tags,
        params: GroupParams,
        response: { 200: Type.Object({ devices: Type.Integer({ minimum: 0 }) }), ...problems(400, 401, 404) },
      },
    },
    async ({ params }, reply) => {
      const options = { now: now(), signal: abortedWith(reply) };
      return { devices: await countMembers(store, params.group, options) };
    },
  );

  api.post(
    '/groups/:group/devices',
    {
      bodyLimit: LISTED_BYTES,
      schema: {
        operationId: 'changeMembers',
        summary: 'Add devices to a group whose devices are listed, and take others out',
        description: 'All of them or, where one is not registered, none, unless told to pass over such.',
        tags,
        params: GroupParams,
        body: Type.Object(
          {
            add: Type.Optional(Keys),
            remove: Type.Optional(Keys),
            skipUnknown: Type.Optional(
              Type.Boolean({ default: false, description: 'Pass over devices that are not registered' }),
            ),
          },
          { additionalProperties: false, title: 'MemberChanges' },
        ),
        response: {
          200: Type.Object(
            {
              added: Type.Integer({ description: 'Devices that are in it now and were not' }),
              removed: Type.Integer({ description: 'Devices that were in it and are not any more' }),
              devices: Type.Integer({ description: 'Devices in it' }),
              unknown: Type.Array(Type.String(), {
                description: 'Those that were passed over, 1000 at most',
              }),
            },
            { title: 'MembersChanged' },
          ),
          ...problems(400, 401, 404, 409, 413, 415),
        },
      },
    },
    async ({ params, body: { add = [], remove = [], skipUnknown = false } }) => {
      if (add.length + remove.length === 0)
        throw new InvalidInput([{ field: 'add', expected: 'devices to add, or in "remove" to take out' }]);
      return store.transaction(async (db) => {
        const added = await named(db, add, 'add', skipUnknown);
        const removed = await named(db, remove, 'remove', skipUnknown);
        const changed = await changeMembers(db, params.group, { add: added.ids, remove: removed.ids }, now());
        return { ...changed, unknown: [...added.unknown, ...removed.unknown].slice(0, 1000) };
      });
    },
  );

  api.get(
    '/devices/:device/groups',
    {
      schema: {
        operationId: 'listGroupsOfDevice',
        summary: 'List the groups that a device belongs to now',
        tags,
        params: DeviceParams,
        response: {
          200: Type.Object({
            items: Type.Array(
              Type.Object(
                { id: Id, name: Type.String(), variables: VariablesSchema },
                { title: 'Membership' },
              ),
            ),
          }),
          ...problems(400, 401, 404),
        },
      },
    },
    async ({ params }) => {
      const id = await findDevice(store.reader, params.device);
      return { items: await groupsOfDevice(store.reader, id, now()) };
    },
  );
}

async function named(
  db: Queries,
  keys: readonly string[],
  field: string,
  skipUnknown: boolean,
): Promise<{ ids: number[]; unknown: string[] }> {
  if (skipUnknown) return devicesNamed(db, keys);
  return { ids: await requireDevices(db, keys, field), unknown: [] };
}
