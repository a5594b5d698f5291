import {
  type Api,
  Id,
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
import { type Binding, bindDevices, unbindDevices } from '../../bindings/index.ts';
import { findDevice } from '../../devices/index.ts';
import {
  bindingsOfDevice,
  bindingsOfSubscriber,
  changeSubscriber,
  checkSubscriber,
  createSubscriber,
  deleteSubscriber,
  devicesOfSubscriber,
  findSubscriber,
  importSubscribers,
  listSubscribers,
  patched,
  type Subscriber,
  type SubscriberDevice,
  SubscriberInput,
  searchSubscribers,
  showSubscriber,
  subscriberOf,
} from '../../subscribers/index.ts';
import type { ApiMeans } from './means.ts';
import { DeviceParams } from './schemas.ts';

const tags = ['subscribers'];

const { name, msisdns, imsi, sip, lang, timeZone, attributes } = SubscriberInput.properties;

/** RFC 7396, section 4. */
const MERGE_PATCH = 'application/merge-patch+json';

const KEY = Type.String({
  minLength: 1,
  maxLength: 400,
  description:
    'The subscriber: an id (up to twelve digits), IMSI (13 to 15 digits), telephone number (with +), name or SIP URI; URL-encoded in a path',
});
const SubscriberParams = Type.Object({ subscriber: KEY });

const SubscriberProperties = {
  id: Id,
  name: nullable(Type.String(), 'What other systems call the subscriber'),
  msisdns: Type.Array(Type.String(), { description: 'Telephone numbers' }),
  imsi: nullable(Type.String()),
  sip: nullable(Type.String()),
  lang: nullable(Type.String()),
  timeZone: nullable(Type.String()),
  attributes: Type.Record(Type.String(), Type.Unknown()),
  createdAt: Time,
  updatedAt: Time,
};
const SubscriberSchema = Type.Object(SubscriberProperties, { title: 'Subscriber' });

const BindingProperties = {
  origin: Type.Enum(['number', 'set'], {
    description:
      "number: the device's telephone number is one of the subscriber's; set: somebody has said so",
  }),
  fromAt: Time,
  toAt: nullable(Time, 'null: still'),
};
const SubscriberDeviceSchema = Type.Object(
  { id: Id, devId: Type.String(), ...BindingProperties },
  { title: 'SubscriberDevice' },
);
const BindingSchema = Type.Object({ subscriberId: Id, ...BindingProperties }, { title: 'DeviceBinding' });
const SubscriberDetailSchema = Type.Object(
  {
    ...SubscriberProperties,
    devices: Type.Array(SubscriberDeviceSchema, { description: 'The devices that are his now, 100 at most' }),
  },
  { title: 'SubscriberDetail' },
);

const Patch = Type.Object(
  {
    name: Type.Optional(nullable(name)),
    msisdns: Type.Optional(nullable(msisdns)),
    imsi: Type.Optional(nullable(imsi)),
    sip: Type.Optional(nullable(sip)),
    lang: Type.Optional(nullable(lang)),
    timeZone: Type.Optional(nullable(timeZone)),
    attributes: Type.Optional(nullable(attributes)),
  },
  {
    additionalProperties: false,
    title: 'SubscriberPatch',
    description: 'A merge patch (RFC 7396): null takes away, attributes are merged, all else replaces',
  },
);

function answer({ createdAt, updatedAt, msisdns, attributes, ...subscriber }: Subscriber) {
  return {
    ...subscriber,
    msisdns: [...msisdns],
    attributes: { ...attributes },
    createdAt: timeOf(createdAt),
    updatedAt: timeOf(updatedAt),
  };
}

function bindingAnswer<B extends Binding | SubscriberDevice>({ fromAt, toAt, ...binding }: B) {
  return { ...binding, fromAt: timeOf(fromAt), toAt: timeOrNull(toAt) };
}

/** Who uses devices. */
export function subscriberRoutes(api: Api, { store, now }: ApiMeans): void {
  const db = store.reader;
  const detail = async (id: number) => ({
    ...answer(await showSubscriber(db, id)),
    devices: (await devicesOfSubscriber(db, id)).map(bindingAnswer),
  });

  api.addContentTypeParser(MERGE_PATCH, { parseAs: 'string' }, api.getDefaultJsonParser('error', 'error'));

  api.get(
    '/subscribers',
    {
      schema: {
        operationId: 'listSubscribers',
        summary: 'List subscribers, or search them',
        tags,
        querystring: Type.Object(
          {
            ...PageQuery,
            text: Type.Optional(
              Type.String({
                minLength: 1,
                maxLength: 128,
                description:
                  'What the telephone number (with +), the IMSI (digits alone) or else the name begins with; case counts',
              }),
            ),
          },
          { additionalProperties: false },
        ),
        response: { 200: pageSchema(SubscriberSchema), ...problems(400, 401) },
      },
    },
    async ({ query }) => {
      const page = pageRequest(query);
      const { items, next } =
        query.text === undefined
          ? await listSubscribers(db, page)
          : await searchSubscribers(db, query.text, page);
      return { items: items.map(answer), next };
    },
  );

  api.post(
    '/subscribers',
    {
      schema: {
        operationId: 'createSubscriber',
        summary: 'Make a subscriber',
        description:
          'Known by at least a name, a telephone number, an IMSI or a SIP URI. Telephone numbers leave the subscribers who had them, and the devices that have the numbers become those of this one.',
        tags,
        body: SubscriberInput,
        response: { 201: SubscriberDetailSchema, ...problems(400, 401, 409, 413, 415) },
      },
    },
    async ({ body }, reply) => {
      const checked = checkSubscriber(body);
      const { id } = await store.transaction((unit) => createSubscriber(unit, checked, now()));
      reply.code(201).header('location', `${api.prefix}/subscribers/${id}`);
      return detail(id);
    },
  );

  api.post(
    '/subscribers/bulk',
    {
      schema: {
        operationId: 'importSubscribers',
        summary: 'Make many subscribers and bring others up to date, all or none of them',
        description:
          'Who a subscriber is says the name, else the IMSI, else the SIP URI, else the first number. Of one who is known, what is not given stays, and attributes are merged.',
        tags,
        body: Type.Object(
          { subscribers: Type.Array(SubscriberInput, { minItems: 1, maxItems: 5_000 }) },
          { additionalProperties: false, title: 'SubscriberImport' },
        ),
        response: {
          200: Type.Object({
            created: Type.Integer({ minimum: 0 }),
            updated: Type.Integer({ minimum: 0 }),
            unchanged: Type.Integer({ minimum: 0 }),
          }),
          ...problems(400, 401, 409, 413, 415),
        },
      },
    },
    async ({ body }) => store.transaction((unit) => importSubscribers(unit, body.subscribers, now())),
  );

  api.get(
    '/subscribers/:subscriber',
    {
      schema: {
        operationId: 'showSubscriber',
        summary: 'Show a subscriber',
        tags,
        params: SubscriberParams,
        response: { 200: SubscriberDetailSchema, ...problems(400, 401, 404) },
      },
    },
    async ({ params }) => detail(await findSubscriber(db, params.subscriber)),
  );

  api.patch(
    '/subscribers/:subscriber',
    {
      schema: {
        operationId: 'changeSubscriber',
        summary: 'Change a subscriber',
        tags,
        params: SubscriberParams,
        consumes: ['application/json', MERGE_PATCH],
        body: Patch,
        response: { 200: SubscriberDetailSchema, ...problems(400, 401, 404, 409, 413, 415) },
      },
    },
    async ({ params, body }) => {
      const id = await store.transaction(async (unit) => {
        const found = await findSubscriber(unit, params.subscriber);
        await changeSubscriber(unit, found, (before) => checkSubscriber(patched(before, body)), now());
        return found;
      });
      return detail(id);
    },
  );

  api.delete(
    '/subscribers/:subscriber',
    {
      schema: {
        operationId: 'deleteSubscriber',
        summary: 'Delete a subscriber; the devices stay, and are nobody’s',
        tags,
        params: SubscriberParams,
        response: { 204: Type.Null({ description: 'It is deleted' }), ...problems(400, 401, 404) },
      },
    },
    async ({ params }, reply) => {
      await store.transaction(async (unit) =>
        deleteSubscriber(unit, await findSubscriber(unit, params.subscriber), now()),
      );
      return reply.code(204).send(null);
    },
  );

  api.get(
    '/subscribers/:subscriber/devices',
    {
      schema: {
        operationId: 'listSubscriberDevices',
        summary: 'List the devices that are and were a subscriber’s, the newest bindings first',
        tags,
        params: SubscriberParams,
        querystring: Type.Object(PageQuery, { additionalProperties: false }),
        response: { 200: pageSchema(SubscriberDeviceSchema), ...problems(400, 401, 404) },
      },
    },
    async ({ params, query }) => {
      const id = await findSubscriber(db, params.subscriber);
      const { items, next } = await bindingsOfSubscriber(db, id, pageRequest(query));
      return { items: items.map(bindingAnswer), next };
    },
  );

  api.get(
    '/devices/:device/subscriber',
    {
      schema: {
        operationId: 'showDeviceSubscriber',
        summary: 'Show whose a device is',
        tags,
        params: DeviceParams,
        response: {
          200: Type.Object({ subscriber: nullable(SubscriberSchema, 'null where it is nobody’s') }),
          ...problems(400, 401, 404),
        },
      },
    },
    async ({ params }) => {
      const subscriber = await subscriberOf(db, await findDevice(db, params.device));
      return { subscriber: subscriber === undefined ? null : answer(subscriber) };
    },
  );

  api.put(
    '/devices/:device/subscriber',
    {
      schema: {
        operationId: 'bindDevice',
        summary: 'Say whose a device is',
        description:
          'It stays so until it is said otherwise, or the device gets a telephone number of another subscriber.',
        tags,
        params: DeviceParams,
        body: Type.Object({ subscriber: KEY }, { additionalProperties: false, title: 'NewBinding' }),
        response: { 200: SubscriberDetailSchema, ...problems(400, 401, 404, 413, 415) },
      },
    },
    async ({ params, body }) => {
      const id = await store.transaction(async (unit) => {
        const deviceId = await findDevice(unit, params.device);
        const subscriberId = await findSubscriber(unit, body.subscriber);
        await bindDevices(unit, [{ deviceId, subscriberId, origin: 'set' }], now());
        return subscriberId;
      });
      return detail(id);
    },
  );

  api.delete(
    '/devices/:device/subscriber',
    {
      schema: {
        operationId: 'unbindDevice',
        summary: 'Say that a device is nobody’s',
        tags,
        params: DeviceParams,
        response: { 204: Type.Null({ description: 'It is nobody’s' }), ...problems(400, 401, 404) },
      },
    },
    async ({ params }, reply) => {
      await store.transaction(async (unit) =>
        unbindDevices(unit, [await findDevice(unit, params.device)], now()),
      );
      return reply.code(204).send(null);
    },
  );

  api.get(
    '/devices/:device/subscribers',
    {
      schema: {
        operationId: 'listDeviceSubscribers',
        summary: 'List whose a device is and was, the newest first',
        tags,
        params: DeviceParams,
        querystring: Type.Object(PageQuery, { additionalProperties: false }),
        response: { 200: pageSchema(BindingSchema), ...problems(400, 401, 404) },
      },
    },
    async ({ params, query }) => {
      const id = await findDevice(db, params.device);
      const { items, next } = await bindingsOfDevice(db, id, pageRequest(query));
      return { items: items.map(bindingAnswer), next };
    },
  );
}
