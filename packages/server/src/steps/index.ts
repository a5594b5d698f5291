export type { Abilities, Answer, DeviceItem } from './kind.ts';
export { succeeded } from './kind.ts';
export {
  type ContainerRequest,
  flatten,
  holdsExec,
  isContainer,
  isQuestion,
  type NodeRequest,
  nameOfRequest,
  type QuestionRequest,
  type Request,
} from './request.ts';
export { CommandResult, CommandStep, ConvergeStep, Step } from './step.ts';
export {
  answerRequest,
  dueRequests,
  type Situation,
  type StepRequest,
  startWork,
  type Work,
  type WorkProgress,
  type WorkRef,
  type WorkResult,
  workResult,
} from './work.ts';
