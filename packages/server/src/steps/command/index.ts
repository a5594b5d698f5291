import { STATUS } from '@grove/protocol';
import { type Answer, type StepKind, succeeded } from '../kind.ts';
import { nameOfRequest, type Request } from '../request.ts';
import { checkCommand } from './check.ts';
import { commandRequest } from './request.ts';
import type { CommandStep } from './step.ts';

export { commandRequest } from './request.ts';
export { CommandStep } from './step.ts';

/** What a device answers to a command that it carried out before, when the answer was lost. */
const DONE_BEFORE: Partial<Record<Request['command'], number>> = {
  Add: STATUS.ALREADY_EXISTS,
  Delete: STATUS.NOT_FOUND,
};

/** Whether a command was carried out, by this answer or as it says before. */
export function isDone({ command }: Request, { status, repeated = false }: Answer): boolean {
  return succeeded(status) || (repeated && status !== null && status === DONE_BEFORE[command]);
}

/** Why a command failed, in a sentence. */
export function whyFailed(request: Request, { status, reason }: Answer): string {
  if (reason !== undefined) return reason;
  if (status !== null) return `the device answered ${nameOfRequest(request)} with ${status}`;
  return `the device did not answer ${nameOfRequest(request)}`;
}

/** Null until answered. What a Get returned is in the results, not here. */
type Progress = Pick<Answer, 'status' | 'reason' | 'repeated'> | null;

/** One DM command on one node, sent once. */
export const command: StepKind<CommandStep, Progress> = {
  adjacent: () => true,
  check: checkCommand,
  start: () => null,
  requests: (step, progress) => (progress === null ? [commandRequest(step, '')] : []),
  answered: (_step, _progress, _request, { status, reason, repeated }) => ({ status, reason, repeated }),
  failure(step, progress) {
    const request = commandRequest(step, '');
    const answer = progress ?? { status: null };
    return isDone(request, answer) ? undefined : whyFailed(request, answer);
  },
  reports: () => true,
};
