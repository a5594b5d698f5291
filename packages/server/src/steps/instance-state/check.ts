import type { Problem } from '@grove/api';
import { readUri } from '../checking/index.ts';
import type { StateWork } from './state.ts';

/**
 * Checks what a step says of an instance's state.
 *
 * @returns the reference in canonical form
 */
export function checkState(
  { root, state = {}, reference, unsupported }: Partial<StateWork>,
  { field, problems }: { readonly field: string; readonly problems: Problem[] },
): { reference?: string } {
  if (root === '.') {
    problems.push({
      field: `${field}/state`,
      value: root,
      expected: 'an instance below the root of the tree',
    });
  }
  if (reference === undefined) return {};
  const place = `${field}/reference`;
  const uri = readUri(reference, 'node', place, problems)?.toString() ?? reference;
  if (state.active !== true || unsupported === 'fail') {
    const expected =
      'nothing: it stands for Active, which is not to be set, or for which nothing is to stand';
    problems.push({ field: place, value: reference, expected });
  }
  return { reference: uri };
}
