import {
  type Api,
  Id,
  InvalidInput,
  nullable,
  PageQuery,
  pageRequest,
  pageSchema,
  problems,
} from '@grove/api';
import { Type } from 'typebox';
import { leaveCampaigns } from '../../../campaigns/index.ts';
import {
  deleteDevice,
  devicesById,
  findDevice,
  listDevices,
  registerDevices,
  searchDevices,
  setTimeZone,
  showDevice,
} from '../../../devices/index.ts';
import { findDevices } from '../../../expressions/index.ts';
import { checkQuery } from '../../../groups/index.ts';
import { TimeZone } from '../../../windows/index.ts';
import { abortedWith } from '../aborted.ts';
import { Where } from '../expressions.ts';
import type { ApiMeans } from '../means.ts';
import { DeviceParams } from '../schemas.ts';
import { DeviceDetailSchema, DeviceSchema, detailAnswer, deviceAnswer, NewDeviceSchema } from './schemas.ts';

const tags = ['devices'];

/** Devices that one request may register. */
const BULK = 10_000;
/** Bytes of a request that registers many. */
const BULK_BYTES = 16 * 1024 * 1024;

/** Which devices there are. */
export function registryRoutes(api: Api, means: ApiMeans): void {
  const { store, now, lockout } = means;

  api.get(
    '/devices',
    {
      schema: {
        operationId: 'listDevices',
        summary: 'List devices',
        description:
          'In the order in which they were registered; with "where", those for which an expression holds, of which a page may have fewer than it could, or none, while "next" says that there is more to look at; with "address", those that are reached there; with "text", those whose DevId begins with it, then those whose manufacturer does, then those whose model does. Case counts.',
        tags,
        querystring: Type.Object(
          {
            ...PageQuery,
            where: Type.Optional(Where),
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
                  'A telephone number (its + is written %2B in a URL), SIP URI, IP address or name in a gateway; only one of "where", "text" and "address"',
              }),
            ),
          },
          { additionalProperties: false },
        ),
        response: { 200: pageSchema(DeviceSchema), ...problems(400, 401) },
      },
    },
    async ({ query }, reply) => {
      const page = pageRequest(query);
      const { where, text, address } = query;
      if (text !== undefined && address !== undefined) {
        throw new InvalidInput([
          { field: 'address', value: address, expected: 'no address where there is a text' },
        ]);
      }
      if (where !== undefined) {
        if (text !== undefined || address !== undefined) {
          throw new InvalidInput([
            { field: 'where', expected: 'no expression where there is a text or address' },
          ]);
        }
        const predicate = await checkQuery(store.reader, where, 'where');
        const options = { now: now(), signal: abortedWith(reply) };
        const { items, next } = await findDevices(store, predicate, page, options);
        return { items: (await devicesById(store.reader, items)).map(deviceAnswer), next };
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

  api.patch(
    '/devices/:device',
    {
      schema: {
        operationId: 'changeDevice',
        summary: 'Say in which time zone a device is',
        description:
          "Campaigns with windows begin in those of its zone; where it is not known, its subscriber's counts.",
        tags,
        params: DeviceParams,
        body: Type.Object(
          { timeZone: nullable(TimeZone, 'null = it is not known') },
          { additionalProperties: false, title: 'DeviceChange' },
        ),
        response: { 200: DeviceDetailSchema, ...problems(400, 401, 404, 413, 415) },
      },
    },
    async ({ params, body }) => {
      const device = await store.transaction(async (db) => {
        const id = await findDevice(db, params.device);
        await setTimeZone(db, id, body.timeZone);
        return showDevice(db, id, lockout, now());
      });
      return detailAnswer(device);
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
      await store.transaction(async (db) => {
        const id = await findDevice(db, params.device);
        await leaveCampaigns(db, id);
        await deleteDevice(db, id, now());
      });
      return reply.code(204).send(null);
    },
  );
}
