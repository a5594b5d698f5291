export type { Answer, Request } from './kind.ts';
export { succeeded } from './kind.ts';
export { CommandResult, CommandStep, ConvergeStep, Step } from './step.ts';
export {
  answerRequest,
  dueRequests,
  type StepRequest,
  startWork,
  type WorkProgress,
  type WorkResult,
  workResult,
} from './work.ts';
