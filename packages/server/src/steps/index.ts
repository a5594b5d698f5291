/** What a task or a campaign asks of a device, and how it proceeds. */
export { checkSteps } from './check.ts';
export { checkNodeUri, checkValue, readUri } from './checking/index.ts';
export { isUnsupported } from './container/index.ts';
export {
  ConvergeNode,
  ConvergeStep,
  NODE_POLICIES,
  type NodePolicy,
  sameValue,
  secretNodesOf,
} from './converge/index.ts';
export { convergeSteps, mapConverge } from './converge-steps.ts';
export { InstanceStep } from './instance/index.ts';
export {
  InstanceState,
  MARK_NAMES,
  type MarkName,
  markAt,
  markUri,
  markValue,
} from './instance-state/index.ts';
export { InstancesStep } from './instances/index.ts';
export type { Abilities, AlertSaid, Answer, DeviceItem } from './kind.ts';
export { succeeded } from './kind.ts';
export {
  type AskStep,
  type AtomicStep,
  type CommandStep,
  type ExecStep,
  type ListStep,
  type SequenceStep,
  Step,
  type TreeStep,
} from './kinds.ts';
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
  type SubtreeNode,
  secretsOfRequest,
} from './request.ts';
export { CommandResult, NodeChange, NodeDifference } from './result.ts';
export {
  alertWork,
  answerRequest,
  type BegunWork,
  dueRequests,
  expireWork,
  refOf,
  type Situation,
  type StepRequest,
  startWork,
  type Work,
  type WorkProgress,
  type WorkRef,
  type WorkResult,
  waitsUntil,
  workNamed,
  workResult,
} from './work.ts';
