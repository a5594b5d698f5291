/** Tasks, and what a device has to do. */
export {
  cancelTask,
  createTask,
  listTasks,
  showTask,
  type Task,
  type TaskFilter,
  type TaskSummary,
} from './task.ts';
export {
  finishWork,
  markRunning,
  pendingWork,
} from './work.ts';
