import { type Answer, type Request, type StepKind, succeeded } from '../kind.ts';
import type { CommandStep } from '../step.ts';

const NAMES = {
  get: 'Get',
  add: 'Add',
  replace: 'Replace',
  delete: 'Delete',
  copy: 'Copy',
  exec: 'Exec',
} as const satisfies Record<CommandStep['kind'], Request['command']>;

/** Null until answered. */
type Progress = { answer: Answer } | null;

/** One DM command on one node, sent once. */
export const command: StepKind<CommandStep, Progress> = {
  adjacent: true,
  start: () => null,
  requests: (step, progress) => (progress === null ? [requestOf(step)] : []),
  answered: (_step, _progress, _request, answer) => ({ answer }),
  failure(step, progress) {
    const status = progress?.answer.status ?? null;
    if (succeeded(status)) return undefined;
    const what = `${NAMES[step.kind]} ${step.uri}`;
    return status === null
      ? `the device did not answer ${what}`
      : `the device answered ${what} with ${status}`;
  },
  reports: () => true,
};

function requestOf(step: CommandStep): Request {
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
