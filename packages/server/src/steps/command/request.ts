import type { NodeRequest } from '../request.ts';
import type { CommandStep } from './step.ts';

const NAMES = {
  get: 'Get',
  add: 'Add',
  replace: 'Replace',
  delete: 'Delete',
  copy: 'Copy',
} as const satisfies Record<CommandStep['kind'], NodeRequest['command']>;

/** The command that a step is. */
export function commandRequest(step: CommandStep, id: string): NodeRequest {
  const command = NAMES[step.kind];
  if (step.kind === 'copy') return { id, command, uri: step.to, source: step.uri };
  if (step.kind === 'get' || step.kind === 'delete') return { id, command, uri: step.uri };
  const { uri, value, content, format, type } = step;
  return { id, command, uri, value, content, format, type };
}
