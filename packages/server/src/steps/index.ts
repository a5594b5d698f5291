export type { Answer, Request } from './kind.ts';
export { succeeded } from './kind.ts';
export { CommandResult, CommandStep, ConvergeStep, Step } from './step.ts';
export {
  answerRequest,
  dueRequests,
  type StepRequest,
  startWork,
  type Work,
  type WorkProgress,
  type WorkRef,
  type WorkResult,
  workResult,
} from './work.ts';
