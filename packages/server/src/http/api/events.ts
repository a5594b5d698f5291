import { Readable } from 'node:stream';
import {
  type Api,
  Id,
  InvalidInput,
  idAfter,
  nullable,
  PageQuery,
  pageRequest,
  pageSchema,
  problems,
  Time,
  timeOf,
} from '@grove/api';
import { Type } from 'typebox';
import { findDevice } from '../../devices/index.ts';
import {
  type Batch,
  EVENT_TYPES,
  type Event,
  type EventFilter,
  listEvents,
  typesOf,
} from '../../events/index.ts';
import type { ApiMeans } from './means.ts';
import { DeviceQuery } from './schemas.ts';

const EventSchema = Type.Object(
  {
    id: Id,
    at: Time,
    type: Type.String({
      description: Object.entries(EVENT_TYPES)
        .map(([type, says]) => `${type}: ${says}`)
        .join('; '),
    }),
    text: Type.String({ description: 'What has happened, in a sentence' }),
    deviceId: nullable(Id, 'The device that it is about, which may be gone'),
    devId: nullable(Type.String()),
    notificationId: nullable(Id),
    taskId: nullable(Id),
    campaignId: nullable(Id),
    sessionId: nullable(Id),
    data: Type.Record(Type.String(), Type.Unknown(), { description: 'More about it, by its type' }),
  },
  { title: 'Event' },
);

const STREAM = 'text/event-stream';

/** Milliseconds after which a stream ends and its reader has to come again, with a token that is good then. */
const STREAM_AGE = 60 * 60_000;
/** Milliseconds after which a reader whose stream has ended is asked to come again. */
const RETRY = 2_000;

function eventAnswer({ at, ...event }: Event) {
  return { ...event, at: timeOf(at) };
}

/** Events as the HTML standard's "server-sent events" has them; an id without data says how far the reader has seen. */
async function* asText(batches: AsyncIterable<Batch>): AsyncGenerator<string> {
  yield `retry: ${RETRY}\n\n`;
  for await (const { events, seen } of batches) {
    if (events.length === 0) yield seen === undefined ? ':\n\n' : `id: ${seen}\n\n`;
    else
      yield events
        .map((event) => `id: ${event.id}\ndata: ${JSON.stringify(eventAnswer(event))}\n\n`)
        .join('');
  }
}

/** Whether a reader would rather have a stream than a page. */
function wantsStream(accept: string | undefined): boolean {
  return (accept ?? '')
    .toLowerCase()
    .split(',')
    .some((range) => range.split(';', 1)[0]?.trim() === STREAM);
}

/** The log of what has happened. */
export function eventRoutes(api: Api, { store, feed, closing }: ApiMeans): void {
  const About = (what: string) => Type.Optional(Type.Integer({ ...Id, description: `Id of a ${what}` }));

  api.get(
    '/events',
    {
      schema: {
        operationId: 'listEvents',
        summary: 'List what has happened, the newest first, or follow it',
        description: `With "Accept: ${STREAM}" a stream of server-sent events: those to come, or with "Last-Event-ID" or "since" those after that one; each is an Event as "data". With "since" and no stream a page of those after it, the oldest first, to be asked again with its "next", which then is never null.`,
        tags: ['events'],
        headers: Type.Object({
          'last-event-id': Type.Optional(
            Type.String({ maxLength: 20, description: 'The event that a stream goes on after' }),
          ),
        }),
        querystring: Type.Object(
          {
            ...PageQuery,
            ...DeviceQuery,
            type: Type.Optional(
              Type.String({
                minLength: 1,
                maxLength: 400,
                description:
                  'Types, or what they begin with up to a dot, divided by commas: campaign,task.failed',
              }),
            ),
            notification: About('notification'),
            task: About('task'),
            campaign: About('campaign'),
            since: Type.Optional(
              Type.Integer({
                minimum: 0,
                maximum: Number.MAX_SAFE_INTEGER,
                description: 'Id of an event: those that came after it, the oldest first',
              }),
            ),
          },
          { additionalProperties: false },
        ),
        response: {
          200: {
            description: 'A page of events, or a stream of them',
            content: {
              'application/json': { schema: pageSchema(EventSchema) },
              [STREAM]: { schema: Type.Unsafe<Readable>({ type: 'string' }) },
            },
          },
          ...problems(400, 401, 404, 503),
        },
      },
    },
    async (request, reply) => {
      const { query, headers } = request;
      const filter: EventFilter = {
        types: query.type === undefined ? undefined : typesOf(query.type),
        deviceId: query.device === undefined ? undefined : await findDevice(store.reader, query.device),
        notificationId: query.notification,
        taskId: query.task,
        campaignId: query.campaign,
      };
      const page = pageRequest(query);
      if (wantsStream(headers.accept)) {
        const after = seenBefore(headers['last-event-id']) ?? query.since;
        const gone = new AbortController();
        reply.raw.once('close', () => gone.abort());
        if (reply.raw.closed) gone.abort();
        const signal = AbortSignal.any([gone.signal, closing, AbortSignal.timeout(STREAM_AGE)]);
        reply.type(STREAM).header('x-accel-buffering', 'no');
        return reply.send(Readable.from(asText(feed.follow(filter, after, signal)), { objectMode: false }));
      }
      if (query.since === undefined) {
        const { items, next } = await listEvents(store.reader, filter, page);
        return { items: items.map(eventAnswer), next };
      }
      if (page.after !== undefined && idAfter(page) !== undefined) {
        throw new InvalidInput([
          { field: 'after', value: page.after, expected: 'no "after" where there is a "since"' },
        ]);
      }
      const { events, seen } = await feed.next(filter, query.since, page.limit);
      return { items: events.map(eventAnswer), next: String(seen) };
    },
  );
}

function seenBefore(header: string | undefined): number | undefined {
  if (header === undefined || header === '') return undefined;
  if (!/^\d{1,15}$/.test(header)) {
    throw new InvalidInput([{ field: 'Last-Event-ID', value: header, expected: 'the id of an event' }]);
  }
  return Number(header);
}
