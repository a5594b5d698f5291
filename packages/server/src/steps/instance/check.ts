import { type Checking, checkNodes, readUri } from '../checking/index.ts';
import { checkState, marksIn } from '../instance-state/index.ts';
import type { InstanceStep } from './step.ts';

export function checkInstance(step: InstanceStep, { field, problems }: Checking): InstanceStep {
  const uri = readUri(step.uri, 'node', `${field}/uri`, problems)?.toString() ?? step.uri;
  const { add, state = {}, expect } = step;
  const stated = checkState({ ...step, root: uri }, { field, problems });
  if (add === undefined && marksIn(state).length === 0) {
    problems.push({
      field: `${field}/state`,
      expected: 'what it is to be, or with "add" what is to be there',
    });
  }
  if (expect !== undefined && add !== undefined) {
    problems.push({
      field: `${field}/expect`,
      expected: 'nothing beside "add": what is new has no state yet',
    });
  }
  if (add === undefined) return { ...step, ...stated, uri };
  const found: Checking['problems'] = [];
  const { nodes } = checkNodes({ root: uri, object: add.object, nodes: add.nodes }, field, found);
  const prefix = `${field}/`;
  for (const problem of found)
    problems.push({ ...problem, field: `${field}/add/${problem.field.slice(prefix.length)}` });
  return { ...step, ...stated, uri, add: { ...add, nodes } };
}
