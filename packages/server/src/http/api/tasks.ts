import {
  type Api,
  Id,
  IdParams,
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
  cancelNotificationsOf,
  createNotification,
  keepWish,
  runUnit,
  Wish,
} from '../../notifications/index.ts';
import { withoutSecrets } from '../../secrets/index.ts';
import { checkSteps, type Step } from '../../steps/index.ts';
import {
  cancelTask,
  createTask,
  listTasks,
  showTask,
  type Task,
  type TaskSummary,
} from '../../tasks/index.ts';
import type { ApiMeans } from './means.ts';
import { mayNotify } from './notifications.ts';
import { CommandResultSchema, DeviceParams, DeviceQuery, StepSchema, Steps } from './schemas.ts';

const tags = ['tasks'];

const TaskState = Type.Enum(['pending', 'running', 'waiting', 'succeeded', 'failed', 'cancelled'], {
  description:
    'pending until the device calls, running until it has answered everything, waiting for an alert that tells an outcome',
});
const TaskProperties = {
  id: Id,
  deviceId: Id,
  devId: Type.String(),
  state: TaskState,
  reason: nullable(Type.String(), 'Why it failed'),
  sessionId: nullable(Id, 'The session in which it runs or ran'),
  createdAt: Time,
  finishedAt: nullable(Time),
};
const TaskSummarySchema = Type.Object(TaskProperties, { title: 'TaskSummary' });
export const TaskSchema = Type.Object(
  {
    ...TaskProperties,
    steps: Type.Array(StepSchema),
    results: nullable(Type.Array(CommandResultSchema), 'What the device answered; null until it did'),
  },
  { title: 'Task' },
);

/** Seconds that a request may wait for a task. */
const WAIT = 60;
/** Milliseconds after which a waiter looks for itself: the task may have ended in another process. */
const POLL = 1000;

export function taskAnswer<T extends Task | TaskSummary>({ createdAt, finishedAt, ...task }: T) {
  return { ...withoutSecrets(task), createdAt: timeOf(createdAt), finishedAt: timeOrNull(finishedAt) };
}

/**
 * Gives a device a task, and has it asked to call where that is wished.
 *
 * @param device by whatever names it
 * @param steps checked
 * @throws {NotFound}
 */
export async function giveTask(
  means: ApiMeans,
  device: string,
  steps: Step[],
  notify: Wish | undefined,
): Promise<Task> {
  const { store, now } = means;
  const notifying = notify === undefined ? undefined : mayNotify(means);
  const task = await store.transaction(async (db) => {
    const deviceId = await findDevice(db, device);
    const kept = notify === undefined ? undefined : await keepWish(db, notify, 'notify');
    const made = await createTask(db, deviceId, steps, now());
    if (kept !== undefined && notifying !== undefined) {
      const about = { taskId: made.id };
      await createNotification(db, { ...means, ...notifying }, deviceId, kept, about, now());
    }
    return made;
  });
  notifying?.wake();
  return task;
}

const hasEnded = ({ state }: Task) => state === 'succeeded' || state === 'failed' || state === 'cancelled';

/** Tasks. */
export function taskRoutes(api: Api, means: ApiMeans): void {
  const { store, now, hub, closing } = means;

  const waitFor = async (id: number, seconds: number, gone: AbortSignal): Promise<Task> => {
    const end = performance.now() + seconds * 1000;
    for (;;) {
      // Begins to listen before it looks, so that an end in between is not missed.
      const stop = new AbortController();
      const signal = AbortSignal.any([gone, closing, stop.signal]);
      const left = end - performance.now();
      const woken = hub.wait(id, Math.min(Math.max(left, 0), POLL), signal);
      try {
        const task = await showTask(store.reader, id);
        if (hasEnded(task) || left <= 0 || signal.aborted) return task;
        await woken;
      } finally {
        stop.abort();
      }
    }
  };

  api.post(
    '/devices/:device/tasks',
    {
      schema: {
        operationId: 'createTask',
        summary: 'Give a device something to do',
        description: 'It is done when the device calls next; with "notify" the device is asked to call.',
        tags,
        params: DeviceParams,
        body: Type.Object(
          { steps: Steps, notify: Type.Optional(Wish) },
          { additionalProperties: false, title: 'NewTask' },
        ),
        response: { 201: TaskSchema, ...problems(400, 401, 404, 409, 413, 415) },
      },
    },
    async ({ params, body }, reply) => {
      const task = await giveTask(means, params.device, checkSteps(body.steps), body.notify);
      reply.code(201).header('location', `${api.prefix}/tasks/${task.id}`);
      return taskAnswer(task);
    },
  );

  api.get(
    '/tasks',
    {
      schema: {
        operationId: 'listTasks',
        summary: 'List tasks, the newest first',
        tags,
        querystring: Type.Object(
          { ...PageQuery, ...DeviceQuery, state: Type.Optional(TaskState) },
          { additionalProperties: false },
        ),
        response: { 200: pageSchema(TaskSummarySchema), ...problems(400, 401, 404) },
      },
    },
    async ({ query }) => {
      const { device, state } = query;
      const deviceId = device === undefined ? undefined : await findDevice(store.reader, device);
      const { items, next } = await listTasks(store.reader, { deviceId, state }, pageRequest(query));
      return { items: items.map(taskAnswer), next };
    },
  );

  api.get(
    '/tasks/:id',
    {
      schema: {
        operationId: 'showTask',
        summary: 'Show a task with its results',
        description: 'With "wait", answers when the task has ended, or as it is when the time is over.',
        tags,
        params: IdParams,
        querystring: Type.Object(
          {
            wait: Type.Optional(
              Type.Integer({ minimum: 0, maximum: WAIT, description: 'Seconds to wait for its end' }),
            ),
          },
          { additionalProperties: false },
        ),
        response: { 200: TaskSchema, ...problems(400, 401, 404) },
      },
    },
    async (request) => {
      const { id } = request.params;
      return taskAnswer(await waitFor(id, request.query.wait ?? 0, request.signal));
    },
  );

  api.post(
    '/tasks/:id/cancel',
    {
      schema: {
        operationId: 'cancelTask',
        summary: 'Cancel a task',
        description: 'Not while an open session carries it out, nor when it has ended.',
        tags,
        params: IdParams,
        response: { 200: TaskSchema, ...problems(400, 401, 404, 409) },
      },
    },
    async ({ params }) => {
      const task = await runUnit(store, async (db) => {
        const cancelled = await cancelTask(db, params.id, now());
        await cancelNotificationsOf(db, params.id, 'its task was cancelled', now());
        return cancelled;
      });
      means.notifying?.wake();
      hub.ended(task.id);
      return taskAnswer(task);
    },
  );
}
