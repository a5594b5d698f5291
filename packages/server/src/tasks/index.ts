/** Tasks: work for one device. */

export { TaskHub } from './hub.ts';
export { taskSource } from './source.ts';
export {
  cancelTask,
  createTask,
  listTasks,
  showTask,
  type Task,
  type TaskFilter,
  type TaskSummary,
} from './task.ts';
