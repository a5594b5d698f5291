import { type Api, Id, InvalidInput, nullable, problems } from '@grove/api';
import { Type } from 'typebox';
import { devIdsOf } from '../../devices/index.ts';
import { recordEvent } from '../../events/index.ts';
import { devicesMeant, Subject } from '../../rules/index.ts';
import type { ApiMeans } from './means.ts';

/** Characters of an event's data, as JSON. */
const MAX_DATA = 8_192;

const NewEvent = Type.Object(
  {
    type: Type.String({
      minLength: 1,
      maxLength: 100,
      pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$',
      description: 'What kind of event it is, as rules name it: gateway.wrong-address',
    }),
    ...Subject,
    data: Type.Optional(
      Type.Record(Type.String({ maxLength: 100 }), Type.Unknown(), {
        maxProperties: 100,
        description: 'More about it, which rules may look at; 8192 characters of JSON at most',
      }),
    ),
  },
  { additionalProperties: false, title: 'NewEvent' },
);

const TakenSchema = Type.Object(
  {
    devices: Type.Integer({ minimum: 1, description: 'Devices that it is about' }),
    rules: Type.Array(
      Type.Object({
        rule: Type.String(),
        deviceId: Id,
        devId: Type.String(),
        outcome: Type.Enum(
          [
            'acted',
            'dry run',
            'still matching',
            'failed',
            'nothing to do',
            'cooling down',
            'held back',
            'under way',
          ],
          {
            description:
              'cooling down: it has acted lately; held back: it acts later; under way: its task is not done; nothing to do: its condition does not hold, or it has acted and is not to act again',
          },
        ),
        taskId: nullable(Id, 'The task that it has made'),
      }),
      { description: 'What came of it: one for each rule for such events, and each device' },
    ),
  },
  { title: 'EventTaken' },
);

/** What other network elements report. */
export function networkRoutes(api: Api, means: ApiMeans): void {
  const { store, now, rules } = means;

  api.post(
    '/events',
    {
      schema: {
        operationId: 'reportEvent',
        summary: 'Report what another network element has seen of a device',
        description:
          'Rules that are for such events act at once. One of device, msisdn, imsi, sip and ip says whose it is. With an Idempotency-Key an event that is sent again is taken once.',
        tags: ['rules'],
        body: NewEvent,
        response: { 202: TakenSchema, ...problems(400, 401, 404, 409, 413, 415) },
      },
    },
    async ({ body }, reply) => {
      const { type, data = {}, ...subject } = body;
      if (JSON.stringify(data).length > MAX_DATA)
        throw new InvalidInput([{ field: 'data', expected: `${MAX_DATA} characters of JSON at most` }]);
      const { devices, judged, devIds } = await store.transaction(async (db) => {
        const ids = await devicesMeant(db, subject);
        const at = now();
        for (const deviceId of ids) {
          const text = `Another network element has reported ${type}.`;
          await recordEvent(db, { type: 'network.reported', at, text, deviceId, data: { type, data } });
        }
        const judged = await rules.take(db, ids, { type, data }, at);
        return { devices: ids.length, judged, devIds: await devIdsOf(db, ids) };
      });
      if (judged.some(({ notifies }) => notifies)) means.notifying?.wake();
      reply.code(202);
      const told = judged.map(({ rule, deviceId, outcome, taskId }) => ({
        rule,
        deviceId,
        devId: devIds.get(deviceId) ?? '',
        outcome,
        taskId,
      }));
      return { devices, rules: told };
    },
  );
}
