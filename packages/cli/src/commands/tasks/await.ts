import { type Command, Option } from 'commander';
import type { Api, Task } from '../../api/index.ts';
import { note } from '../../output/index.ts';
import { Exit, integer } from '../../program/index.ts';
import type { Shown } from '../call.ts';
import { waitFor } from '../wait.ts';
import { formatTask } from './format.ts';

export interface TaskWaitOptions {
  /** Seconds; true without a number. */
  readonly wait?: number | true;
}

/** Seconds that `--wait` waits where it is not told how long. */
const WAIT = 60;
/** Seconds that one request waits at most. */
const REQUEST = 30;

export function addTaskWaitOption(command: Command): Command {
  return command.addOption(
    new Option('--wait [seconds]', `wait until it is done, ${WAIT} seconds if not told how long`).argParser(
      integer(1, 86_400),
    ),
  );
}

/**
 * Shows a task that was made, once it is done where that is to be waited for.
 *
 * @param done what to show of it then; its steps and results unless told
 */
export async function awaitTask(
  api: Api,
  made: Task,
  wait: TaskWaitOptions['wait'],
  done?: (task: Task) => Promise<Shown>,
): Promise<Shown> {
  if (wait === undefined) {
    return { json: made, lines: () => [`Task ${made.id} waits for ${made.devId}.`] };
  }
  const seconds = wait === true ? WAIT : wait;
  note(`Task ${made.id} waits for ${made.devId} …`);
  const task = await waitFor(
    seconds,
    (left) => api.get<Task>(`tasks/${made.id}`, { wait: Math.min(REQUEST, Math.ceil(left)) }),
    ({ state }) => !['pending', 'running', 'waiting'].includes(state),
  );
  if (task === undefined) {
    const now = await api.get<Task>(`tasks/${made.id}`);
    note(
      `The device has not done it within ${seconds} seconds; "grove tasks show ${made.id}" shows when it has.`,
    );
    return { json: now, lines: () => [], exit: Exit.timeOver };
  }
  if (task.state !== 'succeeded') return { json: task, lines: () => formatTask(task), exit: Exit.failed };
  return done === undefined ? { json: task, lines: () => formatTask(task) } : done(task);
}
