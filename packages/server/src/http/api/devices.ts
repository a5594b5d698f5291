import {
  type Api,
  Id,
  InvalidInput,
  nullable,
  PageQuery,
  pageRequest,
  pageSchema,
  problems,
  Time,
  timeOf,
  timeOrNull,
} from '@grove/api';
import { Type } from 'typebox';
import { ADDRESS_KINDS, DeviceAddresses, removeAddress, setAddress } from '../../addresses/index.ts';
import type { DeviceTree } from '../../devices/index.ts';
import {
  AccountInput,
  ClientCredentials,
  Credentials,
  DevId,
  type Device,
  type DeviceDetail,
  deleteDevice,
  findDevice,
  listDevices,
  listNodes,
  registerDevices,
  replaceAccount,
  searchDevices,
  showDevice,
  showTree,
  unlockDevice,
} from '../../devices/index.ts';
import { checkNodeUri } from '../../steps/index.ts';
import type { ApiMeans } from './means.ts';
import { QuirkSchema, quirkAnswer } from './quirks.ts';
import { DeviceParams } from './schemas.ts';

const tags = ['devices'];

const DeviceProperties = {
  id: Id,
  devId: Type.String(),
  man: nullable(Type.String(), 'Manufacturer, as the device says in DevInfo; null until it has called'),
  mod: nullable(Type.String(), 'Model'),
  dmv: nullable(Type.String(), 'Version of its DM client'),
  lang: nullable(Type.String(), 'Language'),
  swv: nullable(Type.String(), 'Software version, as it says in DevDetail; null until it has'),
  createdAt: Time,
  seenAt: nullable(Time, 'Its last authenticated message'),
  addresses: DeviceAddresses,
};
const DeviceSchema = Type.Object(DeviceProperties, { title: 'Device' });

const Side = {
  auth: Type.Enum(['none', 'basic', 'md5', 'hmac']),
  user: nullable(Type.String()),
};
const ClientSide = {
  auth: Type.Enum([...Side.auth.enum, 'certificate']),
  user: Side.user,
  fingerprint: nullable(Type.String(), 'SHA-256 of the certificate that it has to be'),
};
const FailuresSchema = Type.Object(
  {
    source: Type.String({ description: 'IPv4 address, or network of an IPv6 address' }),
    count: Type.Integer({ description: 'Wrong credentials without right ones between' }),
    lastAt: Time,
    lockedUntil: nullable(Time, 'Until then none from there are looked at; null where they are'),
  },
  { title: 'Failures' },
);
const DeviceDetailSchema = Type.Object(
  {
    ...DeviceProperties,
    account: Type.Object(
      { serverId: Type.String(), client: Type.Object(ClientSide), server: Type.Object(Side) },
      { title: 'Account' },
    ),
    failures: Type.Array(FailuresSchema, {
      description: 'From where wrong credentials have come of late, the newest first, 20 at most',
    }),
    quirks: Type.Array(QuirkSchema, { description: 'What is known of its model' }),
  },
  { title: 'DeviceDetail' },
);

const CredentialsSchema = Type.Unsafe<Credentials>({ ...Credentials, title: 'Credentials' });
const ClientCredentialsSchema = Type.Unsafe<ClientCredentials>({
  ...ClientCredentials,
  title: 'ClientCredentials',
});
const AccountSchema = Type.Object(
  { ...AccountInput.properties, client: ClientCredentialsSchema, server: Type.Optional(CredentialsSchema) },
  { additionalProperties: false, title: 'NewAccount' },
);
const NewDeviceSchema = Type.Object(
  { devId: DevId, account: AccountSchema, addresses: Type.Optional(DeviceAddresses) },
  { additionalProperties: false, title: 'NewDevice' },
);

const AddressParams = Type.Object({
  ...DeviceParams.properties,
  kind: Type.Enum([...ADDRESS_KINDS], { description: 'What kind of address' }),
});
const AddressSchema = Type.Object(
  {
    kind: Type.Enum([...ADDRESS_KINDS]),
    value: Type.String({ description: 'The address as it is kept' }),
    takenFrom: nullable(
      Type.Object({ id: Id, devId: Type.String() }),
      'The device that had it before, which has no address of this kind any more',
    ),
  },
  { title: 'DeviceAddress' },
);

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

/** Devices that one request may register. */
const BULK = 10_000;
/** Bytes of a request that registers many. */
const BULK_BYTES = 16 * 1024 * 1024;

function deviceAnswer<D extends Device>({ createdAt, seenAt, ...device }: D) {
  return { ...device, createdAt: timeOf(createdAt), seenAt: timeOrNull(seenAt) };
}

function detailAnswer({ failures, quirks, ...device }: DeviceDetail) {
  return {
    ...deviceAnswer(device),
    quirks: quirks.map(quirkAnswer),
    failures: failures.map(({ lastAt, lockedUntil, ...each }) => ({
      ...each,
      lastAt: timeOf(lastAt),
      lockedUntil: timeOrNull(lockedUntil),
    })),
  };
}

function treeAnswer({ name, uri, node, children }: DeviceTree): TreeAnswer {
  return {
    name,
    uri,
    node: node === null ? null : { ...node, reportedAt: timeOf(node.reportedAt) },
    children: children.map(treeAnswer),
  };
}

/** Devices, their accounts and trees. */
export function deviceRoutes(api: Api, means: ApiMeans): void {
  const { store, now, lockout } = means;

  api.get(
    '/devices',
    {
      schema: {
        operationId: 'listDevices',
        summary: 'List devices',
        description:
          'In the order in which they were registered; with "address", those that are reached there; with "text", those whose DevId begins with it, then those whose manufacturer does, then those whose model does. Case counts.',
        tags,
        querystring: Type.Object(
          {
            ...PageQuery,
            text: Type.Optional(
              Type.String({
                minLength: 1,
                maxLength: 256,
                description: 'What DevId, manufacturer or model begins with',
              }),
            ),
            address: Type.Optional(
              Type.String({
                minLength: 1,
                maxLength: 400,
                description:
                  'A telephone number (its + is written %2B in a URL), SIP URI, IP address or name in a gateway; not together with "text"',
              }),
            ),
          },
          { additionalProperties: false },
        ),
        response: { 200: pageSchema(DeviceSchema), ...problems(400, 401) },
      },
    },
    async ({ query }) => {
      const page = pageRequest(query);
      const { text, address } = query;
      if (text !== undefined && address !== undefined) {
        throw new InvalidInput([
          { field: 'address', value: address, expected: 'no address where there is a text' },
        ]);
      }
      const { items, next } =
        text === undefined
          ? await listDevices(store.reader, address, page)
          : await searchDevices(store.reader, text, page);
      return { items: items.map(deviceAnswer), next };
    },
  );

  api.post(
    '/devices',
    {
      schema: {
        operationId: 'registerDevice',
        summary: 'Register a device',
        tags,
        body: NewDeviceSchema,
        response: { 201: DeviceDetailSchema, ...problems(400, 401, 409, 413, 415) },
      },
    },
    async ({ body }, reply) => {
      const device = await store.transaction(async (db) => {
        const [id] = await registerDevices(db, means, [body], now());
        return showDevice(db, id as number, lockout, now());
      });
      reply.code(201).header('location', `${api.prefix}/devices/${device.id}`);
      return detailAnswer(device);
    },
  );

  api.post(
    '/devices/bulk',
    {
      bodyLimit: BULK_BYTES,
      schema: {
        operationId: 'registerDevices',
        summary: 'Register many devices',
        description: `Up to ${BULK} at once, all or none of them.`,
        tags,
        body: Type.Object(
          { devices: Type.Array(NewDeviceSchema, { minItems: 1, maxItems: BULK }) },
          { additionalProperties: false },
        ),
        response: {
          201: Type.Object({
            registered: Type.Integer({ description: 'How many devices were registered' }),
            ids: Type.Array(Id, { description: 'Their ids, in the order of the request' }),
          }),
          ...problems(400, 401, 409, 413, 415),
        },
      },
    },
    async ({ body }, reply) => {
      const ids = await store.transaction((db) => registerDevices(db, means, body.devices, now()));
      reply.code(201);
      return { registered: ids.length, ids };
    },
  );

  api.get(
    '/devices/:device',
    {
      schema: {
        operationId: 'showDevice',
        summary: 'Show a device with its account',
        description: 'Passwords and nonces are never shown.',
        tags,
        params: DeviceParams,
        response: { 200: DeviceDetailSchema, ...problems(400, 401, 404) },
      },
    },
    async ({ params }) => {
      const id = await findDevice(store.reader, params.device);
      return detailAnswer(await showDevice(store.reader, id, lockout, now()));
    },
  );

  api.delete(
    '/devices/:device',
    {
      schema: {
        operationId: 'deleteDevice',
        summary: 'Delete a device with everything that is known of it',
        description: 'Its tasks, sessions, alerts, events and outcomes of campaigns go with it.',
        tags,
        params: DeviceParams,
        response: { 204: Type.Null({ description: 'It is deleted' }), ...problems(400, 401, 404) },
      },
    },
    async ({ params }, reply) => {
      await store.transaction(async (db) => deleteDevice(db, await findDevice(db, params.device), now()));
      return reply.code(204).send(null);
    },
  );

  api.put(
    '/devices/:device/account',
    {
      schema: {
        operationId: 'replaceAccount',
        summary: 'Give a device another DM account in place of its own',
        tags,
        params: DeviceParams,
        body: AccountSchema,
        response: { 200: DeviceDetailSchema, ...problems(400, 401, 404, 413, 415) },
      },
    },
    async ({ params, body }) => {
      const device = await store.transaction(async (db) => {
        const id = await findDevice(db, params.device);
        await replaceAccount(db, means, id, body);
        return showDevice(db, id, lockout, now());
      });
      return detailAnswer(device);
    },
  );

  api.post(
    '/devices/:device/unlock',
    {
      schema: {
        operationId: 'unlockDevice',
        summary: 'Forget wrong credentials, so that nobody is locked out for a device',
        tags,
        params: DeviceParams,
        response: { 200: DeviceDetailSchema, ...problems(400, 401, 404) },
      },
    },
    async ({ params }) => {
      const device = await store.transaction(async (db) => {
        const id = await findDevice(db, params.device);
        await unlockDevice(db, id);
        return showDevice(db, id, lockout, now());
      });
      return detailAnswer(device);
    },
  );

  api.put(
    '/devices/:device/addresses/:kind',
    {
      schema: {
        operationId: 'setAddress',
        summary: 'Say where a device is reached',
        description:
          'In place of the address of that kind that it had. A telephone number, a SIP URI or a name in a gateway belongs to one device: where another one had it, that one has none any more.',
        tags,
        params: AddressParams,
        body: Type.Object(
          { value: Type.String({ minLength: 1, maxLength: 400, description: 'The address' }) },
          { additionalProperties: false, title: 'NewAddress' },
        ),
        response: { 200: AddressSchema, ...problems(400, 401, 404, 413, 415) },
      },
    },
    async ({ params: { device, kind }, body }) =>
      store.transaction(async (db) => {
        const id = await findDevice(db, device);
        return { kind, ...(await setAddress(db, id, kind, body.value, now())) };
      }),
  );

  api.delete(
    '/devices/:device/addresses/:kind',
    {
      schema: {
        operationId: 'removeAddress',
        summary: 'Forget where a device was reached',
        tags,
        params: AddressParams,
        response: { 204: Type.Null({ description: 'It is forgotten' }), ...problems(400, 401, 404) },
      },
    },
    async ({ params: { device, kind } }, reply) => {
      await store.transaction(async (db) => removeAddress(db, await findDevice(db, device), kind, now()));
      return reply.code(204).send(null);
    },
  );

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
