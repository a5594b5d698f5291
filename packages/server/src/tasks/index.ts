/** Tasks, and what a device has to do. */

export { TaskHub } from './hub.ts';
export {
  cancelTask,
  createTask,
  listTasks,
  showTask,
  type Task,
  type TaskFilter,
  type TaskSummary,
} from './task.ts';
export { endWait, expireWaits, keepWait, type Wait, waitingWork } from './waits.ts';
export { finishWork, markRunning, pendingWork, stepsOf } from './work.ts';
