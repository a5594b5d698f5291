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
  COMPLIANCE_STATES,
  countCompliance,
  createPolicy,
  type DeviceCompliance,
  deletePolicy,
  deviceCompliance,
  documentOf,
  listCompliance,
  listPolicies,
  type Policy,
  PolicyDocument,
  showPolicy,
  updatePolicy,
} from '../../policies/index.ts';
import { NodeDifference } from '../../steps/index.ts';
import { Csv } from './csv.ts';
import type { ApiMeans } from './means.ts';
import { complianceCsv } from './policies-csv.ts';
import { DeviceParams } from './schemas.ts';

const tags = ['policies'];

/** A stream of lines. */
const NameParams = Type.Object({ name: Name });
const Document = Type.Unsafe<PolicyDocument>({ ...PolicyDocument, title: 'PolicyDocument' });
const PolicySchema = Type.Object(
  {
    name: Type.String(),
    state: Type.Enum(['active', 'retiring'], {
      description: 'retiring once it is deleted, until it is gone from every device',
    }),
    document: Document,
    createdAt: Time,
    updatedAt: Time,
  },
  { title: 'Policy' },
);
const count = (description: string) => Type.Integer({ minimum: 0, description });
const CountsSchema = Type.Object(
  {
    pending: count('Devices that have not called since it is for them, or on which it is under way'),
    compliant: count('Devices that are as it wants'),
    drifted: count('Devices on which something was changed since'),
    failed: count('Devices on which it could not be brought about or taken back; it is tried again'),
    refused: count('Devices that its profile cannot be brought to'),
    conflicting: count('Devices on which another policy of the same priority wants something else'),
    removed: count('Devices that it was for before, and of which it has been taken back'),
  },
  { title: 'ComplianceCounts' },
);
const State = Type.Enum([...COMPLIANCE_STATES]);
const ComplianceSchema = Type.Object(
  {
    policy: Type.String(),
    profile: Type.String(),
    deviceId: Id,
    devId: Type.String(),
    state: State,
    reason: nullable(Type.String(), 'Why, in a sentence'),
    drift: Type.Array(NodeDifference, { description: 'Nodes that are not as wanted, where it has drifted' }),
    checkedAt: nullable(Time, 'When the device was last known to be so'),
    changedAt: Time,
    retryAt: nullable(Time, 'From when on it is tried again where it has failed'),
    sessionId: nullable(Id, 'The session in which something was last done for it'),
  },
  { title: 'DeviceCompliance' },
);
const StateQuery = Type.Optional(
  Type.Enum([...COMPLIANCE_STATES], { description: 'Only the devices that are so' }),
);

function policyAnswer(policy: Policy) {
  const { name, state, createdAt, updatedAt } = policy;
  return {
    name,
    state,
    document: documentOf(policy),
    createdAt: timeOf(createdAt),
    updatedAt: timeOf(updatedAt),
  };
}

function complianceAnswer({ checkedAt, changedAt, retryAt, drift, ...row }: DeviceCompliance) {
  return {
    ...row,
    drift: [...drift],
    checkedAt: timeOrNull(checkedAt),
    changedAt: timeOf(changedAt),
    retryAt: timeOrNull(retryAt),
  };
}

/** Policies, and how devices are with them. */
export function policyRoutes(api: Api, means: ApiMeans): void {
  const { store, now, policies } = means;

  api.get(
    '/policies',
    {
      schema: {
        operationId: 'listPolicies',
        summary: 'List policies by name',
        tags,
        querystring: Type.Object(PageQuery, { additionalProperties: false }),
        response: { 200: pageSchema(PolicySchema), ...problems(400, 401) },
      },
    },
    async ({ query }) => {
      const { items, next } = await listPolicies(store.reader, pageRequest(query));
      return { items: items.map(policyAnswer), next };
    },
  );

  api.post(
    '/policies',
    {
      schema: {
        operationId: 'createPolicy',
        summary: 'Create a policy',
        description:
          'The devices of its target get the profile when they next call, and keep it as long as they are among them.',
        tags,
        body: Type.Object(
          { name: Name, document: Document },
          { additionalProperties: false, title: 'NewPolicy' },
        ),
        response: { 201: PolicySchema, ...problems(400, 401, 409, 413, 415) },
      },
    },
    async ({ body }, reply) => {
      const policy = await store.transaction((db) => createPolicy(db, body.name, body.document, now()));
      reply.code(201).header('location', `${api.prefix}/policies/${encodeURIComponent(policy.name)}`);
      return policyAnswer(policy);
    },
  );

  api.get(
    '/policies/:name',
    {
      schema: {
        operationId: 'showPolicy',
        summary: 'Show a policy',
        tags,
        params: NameParams,
        response: { 200: PolicySchema, ...problems(400, 401, 404) },
      },
    },
    async ({ params }) => policyAnswer(await showPolicy(store.reader, params.name)),
  );

  api.put(
    '/policies/:name',
    {
      schema: {
        operationId: 'updatePolicy',
        summary: 'Replace what a policy says',
        description:
          'Devices get what has changed when they next call; those that it is no longer for are rid of it then.',
        tags,
        params: NameParams,
        body: Type.Object({ document: Document }, { additionalProperties: false, title: 'PolicyUpdate' }),
        response: { 200: PolicySchema, ...problems(400, 401, 404, 409, 413, 415) },
      },
    },
    async ({ params, body }) => {
      const policy = await store.transaction((db) => updatePolicy(db, params.name, body.document, now()));
      return policyAnswer(policy);
    },
  );

  api.delete(
    '/policies/:name',
    {
      schema: {
        operationId: 'deletePolicy',
        summary: 'Delete a policy',
        description:
          'At once where no device has it (204). Else it is taken back from each device that calls, and is gone with the last (202).',
        tags,
        params: NameParams,
        response: {
          202: PolicySchema,
          204: Type.Null({ description: 'It is gone' }),
          ...problems(400, 401, 404),
        },
      },
    },
    async ({ params }, reply) => {
      const left = await store.transaction((db) => deletePolicy(db, params.name, now()));
      if (left === undefined) return reply.code(204).send(null);
      return reply.code(202).send(policyAnswer(left));
    },
  );

  api.get(
    '/policies/:name/compliance',
    {
      schema: {
        operationId: 'countCompliance',
        summary: 'Count how devices are with a policy',
        tags,
        params: NameParams,
        response: { 200: CountsSchema, ...problems(400, 401, 404) },
      },
    },
    async ({ params }) => countCompliance(store, await showPolicy(store.reader, params.name), now()),
  );

  api.get(
    '/policies/:name/devices',
    {
      schema: {
        operationId: 'listCompliance',
        summary: 'List how each device is with a policy, and why',
        description: 'Devices that have not called since the policy is for them are not among them.',
        tags,
        params: NameParams,
        querystring: Type.Object({ ...PageQuery, state: StateQuery }, { additionalProperties: false }),
        response: { 200: pageSchema(ComplianceSchema), ...problems(400, 401, 404) },
      },
    },
    async ({ params, query: { state, ...page } }) => {
      const policy = await showPolicy(store.reader, params.name);
      const { items, next } = await listCompliance(store.reader, policy, { state }, pageRequest(page));
      return { items: items.map(complianceAnswer), next };
    },
  );

  api.get(
    '/policies/:name/devices.csv',
    {
      schema: {
        operationId: 'exportCompliance',
        summary: 'The same as CSV, all of it',
        tags,
        params: NameParams,
        querystring: Type.Object({ state: StateQuery }, { additionalProperties: false }),
        response: {
          200: { description: 'A line for each device', content: { 'text/csv': { schema: Csv } } },
          ...problems(400, 401, 404),
        },
      },
    },
    async ({ params, query }, reply) => {
      const policy = await showPolicy(store.reader, params.name);
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="compliance.csv"')
        .send(complianceCsv(store, policy, query.state));
    },
  );

  const deviceList = {
    tags: ['devices'],
    params: DeviceParams,
    response: {
      200: Type.Object({ items: Type.Array(ComplianceSchema) }, { title: 'DeviceComplianceList' }),
      ...problems(400, 401, 404),
    },
  };

  api.get(
    '/devices/:device/compliance',
    {
      schema: {
        operationId: 'showDeviceCompliance',
        summary: 'Show how a device is with the policies that are for it, or have come to it',
        ...deviceList,
      },
    },
    async ({ params }) => {
      const id = await findDevice(store.reader, params.device);
      return { items: (await deviceCompliance(store.reader, policies, id, now())).map(complianceAnswer) };
    },
  );

  api.get(
    '/devices/:device/drift',
    {
      schema: {
        operationId: 'showDeviceDrift',
        summary: 'Show where a device is not as its policies have made it',
        ...deviceList,
      },
    },
    async ({ params }) => {
      const id = await findDevice(store.reader, params.device);
      const drifted = (await deviceCompliance(store.reader, policies, id, now())).filter(
        ({ state }) => state === 'drifted',
      );
      return { items: drifted.map(complianceAnswer) };
    },
  );
}
