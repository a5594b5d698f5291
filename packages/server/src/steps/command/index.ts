import { STATUS } from '@grove/protocol';
import { type Answer, type StepKind, succeeded } from '../kind.ts';
import type { NodeRequest } from '../request.ts';
import type { CommandStep } from '../step.ts';

const NAMES = {
  get: 'Get',
  add: 'Add',
  replace: 'Replace',
  delete: 'Delete',
  copy: 'Copy',
  exec: 'Exec',
} as const satisfies Record<CommandStep['kind'], NodeRequest['command']>;

/** What a device answers to a command that it carried out before, when the answer was lost. */
const DONE_BEFORE: Partial<Record<CommandStep['kind'], number>> = {
  add: STATUS.ALREADY_EXISTS,
  delete: STATUS.NOT_FOUND,
};

/** Null until answered. What a Get returned is in the results, not here. */
type Progress = Pick<Answer, 'status' | 'reason' | 'repeated'> | null;

/** One DM command on one node, sent once. */
export const command: StepKind<CommandStep, Progress> = {
  adjacent: () => true,
  start: () => null,
  requests: (step, progress) => (progress === null ? [requestOf(step)] : []),
  answered: (_step, _progress, _request, { status, reason, repeated }) => ({ status, reason, repeated }),
  failure(step, progress) {
    const { status = null, reason, repeated = false } = progress ?? {};
    if (succeeded(status) || (repeated && status === DONE_BEFORE[step.kind])) return undefined;
    const what = `${NAMES[step.kind]} ${step.uri}`;
    if (status !== null) return `the device answered ${what} with ${status}`;
    return reason ?? `the device did not answer ${what}`;
  },
  reports: () => true,
};

function requestOf(step: CommandStep): NodeRequest {
  if (step.kind === 'copy') return { id: '', command: 'Copy', uri: step.to, source: step.uri };
  if (step.kind === 'get' || step.kind === 'delete')
    return { id: '', command: NAMES[step.kind], uri: step.uri };
  return {
    id: '',
    command: NAMES[step.kind],
    uri: step.uri,
    value: step.value,
    format: step.format,
    type: step.type,
  };
}
