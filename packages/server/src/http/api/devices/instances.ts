import { type Api, InvalidInput, nullable, problems, Time, timeOf } from '@grove/api';
import { Type } from 'typebox';
import { findDevice } from '../../../devices/index.ts';
import { showInstances } from '../../../instances/index.ts';
import { Wish } from '../../../notifications/index.ts';
import { checkSteps, InstanceStep, InstancesStep, type Step } from '../../../steps/index.ts';
import type { ApiMeans } from '../means.ts';
import { DeviceParams } from '../schemas.ts';
import { giveTask, TaskSchema, taskAnswer } from '../tasks.ts';

const tags = ['devices'];

const Flag = (description: string) => nullable(Type.Boolean(), `${description}; null when it is not known`);
const InstanceSchema = Type.Object(
  {
    uri: Type.String({ description: 'Root of the instance' }),
    service: nullable(
      Type.String(),
      'Identifier of its management object, without the minor version; null when it is not known',
    ),
    active: Flag('Whether it is Active'),
    default: Flag('Whether it is Default'),
    locked: Flag('Whether it is Locked'),
    inUse: Flag('Whether the device uses it: the Active one or, where none is, the Default one'),
    reportedAt: Time,
  },
  { title: 'Instance' },
);

const { kind: _query, ...QUERY } = InstancesStep.properties;
const { kind: _change, ...CHANGE } = InstanceStep.properties;

/** Checks a step that is a request's body: what is wrong with it is at the top of that. */
function checkStep(step: InstanceStep | InstancesStep): Step[] {
  try {
    return checkSteps([step]);
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    throw new InvalidInput(
      error.problems.map((problem) => ({ ...problem, field: problem.field.replace(/^steps\/0\//, '') })),
      { cause: error },
    );
  }
}

const notify = Type.Optional(Wish);

/** Active, Default and Locked of a device's instances. */
export function instanceRoutes(api: Api, means: ApiMeans): void {
  const { store } = means;

  api.get(
    '/devices/:device/instances',
    {
      schema: {
        operationId: 'listInstances',
        summary: "List what is known of a device's instances: which are Active, Default and Locked",
        description:
          'By URI, as last reported or confirmed. What its user has changed since is known once the device is asked anew.',
        tags,
        params: DeviceParams,
        response: {
          200: Type.Object({
            supported: Flag('Whether the device has the properties Active, Default and Locked'),
            instances: Type.Array(InstanceSchema),
          }),
          ...problems(400, 401, 404),
        },
      },
    },
    async ({ params }) => {
      const id = await findDevice(store.reader, params.device);
      const { supported, instances } = await showInstances(store.reader, id);
      return {
        supported,
        instances: instances.map((each) => ({ ...each, reportedAt: timeOf(each.reportedAt) })),
      };
    },
  );

  api.post(
    '/devices/:device/instances/query',
    {
      schema: {
        operationId: 'queryInstances',
        summary: 'Ask a device which instances it has, and which are Active, Default and Locked',
        description: 'A task with a step "instances".',
        tags,
        params: DeviceParams,
        body: Type.Object({ ...QUERY, notify }, { additionalProperties: false, title: 'InstancesQuery' }),
        response: { 201: TaskSchema, ...problems(400, 401, 404, 409, 413, 415) },
      },
    },
    async ({ params, body: { notify, ...query } }, reply) => {
      const steps = checkStep({ kind: 'instances', ...query });
      const task = await giveTask(means, params.device, steps, notify);
      reply.code(201).header('location', `${api.prefix}/tasks/${task.id}`);
      return taskAnswer(task);
    },
  );

  api.post(
    '/devices/:device/instances',
    {
      schema: {
        operationId: 'changeInstance',
        summary: 'Add an instance, or make one Active, Default or Locked',
        description: 'A task with a step "instance".',
        tags,
        params: DeviceParams,
        body: Type.Object({ ...CHANGE, notify }, { additionalProperties: false, title: 'InstanceChange' }),
        response: { 201: TaskSchema, ...problems(400, 401, 404, 409, 413, 415) },
      },
    },
    async ({ params, body: { notify, ...change } }, reply) => {
      const steps = checkStep({ kind: 'instance', ...change });
      const task = await giveTask(means, params.device, steps, notify);
      reply.code(201).header('location', `${api.prefix}/tasks/${task.id}`);
      return taskAnswer(task);
    },
  );
}
