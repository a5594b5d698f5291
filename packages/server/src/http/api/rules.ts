import {
  type Api,
  Id,
  Name,
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
import { findDevice } from '../../devices/index.ts';
import {
  changeRule,
  checkRule,
  createRule,
  deleteRule,
  devicesOf,
  type Firing,
  findRule,
  listFirings,
  listRules,
  type Rule,
  type RuleDefinition,
  RuleDefinition as RuleDefinitionSchema,
  type RuleDevice,
  showRule,
  testRule,
} from '../../rules/index.ts';
import { withoutSecrets } from '../../secrets/index.ts';
import type { ApiMeans } from './means.ts';
import { mayNotify } from './notifications.ts';
import { DeviceQuery } from './schemas.ts';

const tags = ['rules'];

const Definition = Type.Unsafe<RuleDefinition>({ ...RuleDefinitionSchema, title: 'RuleDefinition' });
const RuleProperties = {
  id: Id,
  name: Type.String(),
  enabled: Type.Boolean(),
  definition: Definition,
  createdAt: Time,
  updatedAt: Time,
};
const RuleSchema = Type.Object(RuleProperties, { title: 'Rule' });
const devices = (description: string) => Type.Integer({ minimum: 0, description });
const RuleDetailSchema = Type.Object(
  {
    ...RuleProperties,
    counts: Type.Object({
      fired: devices('Devices on which it has acted, of which nothing is known since'),
      still: devices('Devices for which it holds although what it did has succeeded'),
      held: devices('Devices for which it holds and that have to wait'),
      clear: devices('Devices for which it has held and does not any more'),
    }),
    sweptAt: nullable(Time, 'When all devices were last looked at; null: not since it was changed'),
  },
  { title: 'RuleDetail' },
);
const Evidence = Type.Union([
  Type.Object({ node: Type.String(), value: nullable(Type.String()) }),
  Type.Object({ field: Type.String(), value: nullable(Type.String()) }),
  Type.Object({ event: Type.String(), data: Type.Unknown() }),
]);
const Outcome = Type.Enum(['acted', 'dry run', 'still matching', 'failed']);
const FiringSchema = Type.Object(
  {
    id: Id,
    rule: Type.String(),
    deviceId: Id,
    devId: Type.String(),
    at: Time,
    outcome: Outcome,
    cause: Type.Enum(['tree', 'sweep', 'event', 'alert', 'first seen', 'software', 'outcome'], {
      description: 'What it was looked at for',
    }),
    why: Type.Array(Evidence, { description: 'What it went by' }),
    taskId: nullable(Id, 'The task that was made'),
    text: Type.String({ description: 'What was done, in a sentence' }),
  },
  { title: 'RuleFiring' },
);
const State = Type.Enum(['fired', 'still', 'held', 'clear'], {
  description:
    'fired: it has acted; still: it holds although that succeeded; held: it has to wait; clear: it does not hold any more',
});
const RuleDeviceSchema = Type.Object(
  {
    deviceId: Id,
    devId: Type.String(),
    state: State,
    taskId: nullable(Id),
    firedAt: nullable(Time),
    dueAt: nullable(Time, 'When it acts, where it has to wait'),
  },
  { title: 'RuleDevice' },
);
const TestSchema = Type.Object(
  {
    devices: nullable(devices('Devices for which its condition holds'), 'Null where it has no condition'),
    found: Type.Array(
      Type.Object({
        deviceId: Id,
        devId: Type.String(),
        holds: Type.Boolean(),
        why: Type.Array(Evidence),
      }),
      { description: 'Some of them, or the device that was asked for' },
    ),
  },
  { title: 'RuleTest' },
);
const NameParams = Type.Object({ name: Name });

function ruleAnswer<R extends Rule>({ createdAt, updatedAt, ...rule }: R) {
  return { ...withoutSecrets(rule), createdAt: timeOf(createdAt), updatedAt: timeOf(updatedAt) };
}

function firingAnswer({ at, ...firing }: Firing) {
  return { ...firing, at: timeOf(at) };
}

function deviceAnswer({ firedAt, dueAt, ...device }: RuleDevice) {
  return { ...device, firedAt: timeOrNull(firedAt), dueAt: timeOrNull(dueAt) };
}

/** Rules, and what they have found. */
export function ruleRoutes(api: Api, means: ApiMeans): void {
  const { store, now, rules } = means;

  /** What is told is that rules are others now; the rounds look at devices for them. */
  const changed = () => {
    rules.book.renew();
    means.sweep();
  };
  const checkNotify = ({ notify }: RuleDefinition) => {
    if (notify !== undefined) mayNotify(means);
  };
  const show = async (name: string) => {
    const { sweptAt, ...rule } = await showRule(store.reader, name);
    return { ...ruleAnswer(rule), sweptAt: timeOrNull(sweptAt) };
  };

  api.get(
    '/rules',
    {
      schema: {
        operationId: 'listRules',
        summary: 'List rules by name',
        tags,
        querystring: Type.Object(PageQuery, { additionalProperties: false }),
        response: { 200: pageSchema(RuleSchema), ...problems(400, 401) },
      },
    },
    async ({ query }) => {
      const { items, next } = await listRules(store.reader, pageRequest(query));
      return { items: items.map(ruleAnswer), next };
    },
  );

  api.post(
    '/rules',
    {
      schema: {
        operationId: 'createRule',
        summary: 'Make a rule',
        description:
          'It is looked at whenever a device or the network has news for it, and all devices are looked at soon.',
        tags,
        body: Type.Object(
          { name: Name, enabled: Type.Optional(Type.Boolean()), definition: Definition },
          { additionalProperties: false, title: 'NewRule' },
        ),
        response: { 201: RuleSchema, ...problems(400, 401, 404, 409, 413, 415) },
      },
    },
    async ({ body: { name, enabled = true, definition: given } }, reply) => {
      checkNotify(given);
      const rule = await store.transaction(async (db) => {
        const definition = await checkRule(db, given);
        return createRule(db, { name, enabled, definition }, now());
      });
      changed();
      reply.code(201).header('location', `${api.prefix}/rules/${encodeURIComponent(name)}`);
      return ruleAnswer(rule);
    },
  );

  api.post(
    '/rules/test',
    {
      schema: {
        operationId: 'testRule',
        summary: 'See what a rule would find, without keeping it',
        tags,
        body: Type.Object(
          {
            definition: Definition,
            device: Type.Optional(
              Type.String({
                minLength: 1,
                maxLength: 400,
                description: 'Only this device: id, DevId or number',
              }),
            ),
          },
          { additionalProperties: false, title: 'RuleTestRequest' },
        ),
        response: { 200: TestSchema, ...problems(400, 401, 404, 413, 415) },
      },
    },
    async ({ body: { definition: given, device } }) => {
      const definition = await checkRule(store.reader, given);
      const deviceId = device === undefined ? undefined : await findDevice(store.reader, device);
      return testRule(store, definition, deviceId, now());
    },
  );

  api.get(
    '/rules/:name',
    {
      schema: {
        operationId: 'showRule',
        summary: 'Show a rule, with what has become of it',
        tags,
        params: NameParams,
        response: { 200: RuleDetailSchema, ...problems(400, 401, 404) },
      },
    },
    ({ params }) => show(params.name),
  );

  api.put(
    '/rules/:name',
    {
      schema: {
        operationId: 'changeRule',
        summary: 'Change a rule, or switch it on or off',
        description:
          'What is left out stays as it is. All devices are looked at anew; what it has done stays done.',
        tags,
        params: NameParams,
        body: Type.Object(
          { enabled: Type.Optional(Type.Boolean()), definition: Type.Optional(Definition) },
          { additionalProperties: false, minProperties: 1, title: 'RuleChange' },
        ),
        response: { 200: RuleSchema, ...problems(400, 401, 404, 409, 413, 415) },
      },
    },
    async ({ params, body }) => {
      const { definition: given, ...rest } = body;
      if (given !== undefined) checkNotify(given);
      const rule = await store.transaction(async (db) => {
        const definition = given === undefined ? {} : { definition: await checkRule(db, given) };
        return changeRule(db, params.name, { ...rest, ...definition }, now());
      });
      changed();
      return ruleAnswer(rule);
    },
  );

  api.delete(
    '/rules/:name',
    {
      schema: {
        operationId: 'deleteRule',
        summary: 'Delete a rule, with the log of what it has found; tasks that it has made stay',
        tags,
        params: NameParams,
        response: { 204: Type.Null({ description: 'It is deleted' }), ...problems(400, 401, 404) },
      },
    },
    async ({ params }, reply) => {
      await store.transaction((db) => deleteRule(db, params.name));
      changed();
      return reply.code(204).send(null);
    },
  );

  api.get(
    '/rules/:name/firings',
    {
      schema: {
        operationId: 'listRuleFirings',
        summary: 'List what a rule has found and why, the newest first',
        tags,
        params: NameParams,
        querystring: Type.Object(
          { ...PageQuery, ...DeviceQuery, outcome: Type.Optional(Outcome) },
          { additionalProperties: false },
        ),
        response: { 200: pageSchema(FiringSchema), ...problems(400, 401, 404) },
      },
    },
    async ({ params, query }) => {
      const { device, outcome } = query;
      const { id: ruleId } = await findRule(store.reader, params.name);
      const deviceId = device === undefined ? undefined : await findDevice(store.reader, device);
      const page = await listFirings(store.reader, { ruleId, deviceId, outcome }, pageRequest(query));
      return { items: page.items.map(firingAnswer), next: page.next };
    },
  );

  api.get(
    '/rules/:name/devices',
    {
      schema: {
        operationId: 'listRuleDevices',
        summary: 'List the devices for which a rule has held, and what it is to each',
        tags,
        params: NameParams,
        querystring: Type.Object(
          { ...PageQuery, state: Type.Optional(State) },
          { additionalProperties: false },
        ),
        response: { 200: pageSchema(RuleDeviceSchema), ...problems(400, 401, 404) },
      },
    },
    async ({ params, query }) => {
      const { id } = await findRule(store.reader, params.name);
      const { items, next } = await devicesOf(store.reader, id, query.state, pageRequest(query));
      return { items: items.map(deviceAnswer), next };
    },
  );
}
