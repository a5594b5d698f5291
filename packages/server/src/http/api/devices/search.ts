import { Readable } from 'node:stream';
import { type Api, problems, timeOf, timeOrNull } from '@grove/api';
import { Type } from 'typebox';
import { type Device, devicesById } from '../../../devices/index.ts';
import { countDevices, eachDevice, type Predicate } from '../../../expressions/index.ts';
import { checkQuery } from '../../../groups/index.ts';
import { countTarget, prepareTarget } from '../../../targets/index.ts';
import { abortedWith } from '../aborted.ts';
import { type Cell, csvLine } from '../csv.ts';
import { Where } from '../expressions.ts';
import type { ApiMeans } from '../means.ts';

const tags = ['devices'];

/** Columns of an export. */
const COLUMNS: Readonly<Record<string, (device: Device) => Cell>> = {
  id: ({ id }) => id,
  devId: ({ devId }) => devId,
  manufacturer: ({ man }) => man,
  model: ({ mod }) => mod,
  fw: ({ swv }) => swv,
  language: ({ lang }) => lang,
  dmVersion: ({ dmv }) => dmv,
  registered: ({ createdAt }) => timeOf(createdAt),
  lastSeen: ({ seenAt }) => timeOrNull(seenAt),
  msisdn: ({ addresses }) => addresses.msisdn ?? null,
  sip: ({ addresses }) => addresses.sip ?? null,
  ip: ({ addresses }) => addresses.ip ?? null,
  pushUser: ({ addresses }) => addresses.user ?? null,
};

/** Devices that are read at a time. */
const BATCH = 300;

/** Which devices an expression holds for. */
export function searchRoutes(api: Api, { store, now }: ApiMeans): void {
  const WhereQuery = Type.Object({ where: Type.Optional(Where) }, { additionalProperties: false });
  const predicateOf = async (where: string | undefined) =>
    where === undefined ? null : await checkQuery(store.reader, where, 'where');

  api.get(
    '/devices/count',
    {
      schema: {
        operationId: 'countDevices',
        summary: 'Count devices',
        tags,
        querystring: WhereQuery,
        response: { 200: Type.Object({ devices: Type.Integer({ minimum: 0 }) }), ...problems(400, 401) },
      },
    },
    async ({ query }, reply) => {
      const options = { now: now(), signal: abortedWith(reply) };
      const predicate = await predicateOf(query.where);
      if (predicate !== null) return { devices: await countDevices(store, predicate, options) };
      const all = await prepareTarget(store.reader, { all: true });
      return { devices: await countTarget(store, all, options) };
    },
  );

  api.get(
    '/devices/export',
    {
      schema: {
        operationId: 'exportDevices',
        summary: 'Export devices as a table',
        description: `CSV with a line of titles: ${Object.keys(COLUMNS).join(', ')}. A text that a spreadsheet would take for a formula has a ' before it.`,
        tags,
        querystring: WhereQuery,
        response: {
          200: {
            description: 'The devices, in the order in which they were registered',
            content: { 'text/csv': { schema: Type.Unsafe<Readable>({ type: 'string' }) } },
          },
          ...problems(400, 401),
        },
      },
    },
    async ({ query }, reply) => {
      const predicate = await predicateOf(query.where);
      const lines = Readable.from(linesFor(predicate), { objectMode: false });
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="devices.csv"')
        .send(lines);
    },
  );

  async function* linesFor(predicate: Predicate | null): AsyncGenerator<string> {
    yield csvLine(Object.keys(COLUMNS));
    for await (const ids of eachDevice(store, predicate, { now: now() })) {
      for (let from = 0; from < ids.length; from += BATCH) {
        const devices = await devicesById(store.reader, ids.slice(from, from + BATCH));
        yield devices
          .map((device) => csvLine(Object.values(COLUMNS).map((column) => column(device))))
          .join('');
      }
    }
  }
}
