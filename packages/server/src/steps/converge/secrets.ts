import type { Step } from '../kinds.ts';
import { placesOf } from './places.ts';
import type { ConvergeStep } from './step.ts';

/** Canonical URIs of the nodes that converge steps say are secret, those of steps within others included. */
export function secretNodesOf(steps: readonly Step[]): Set<string> {
  const uris = new Set<string>();
  for (const step of convergeIn(steps))
    for (const { uri, secret } of placesOf(step)) if (secret) uris.add(uri);
  return uris;
}

/** Steps lie within others in several ways: in lists, and in the lists of cases. */
function* convergeIn(value: unknown): Iterable<ConvergeStep> {
  if (Array.isArray(value)) for (const each of value) yield* convergeIn(each);
  else if (typeof value === 'object' && value !== null) {
    if (isConverge(value)) yield value;
    else for (const each of Object.values(value)) yield* convergeIn(each);
  }
}

function isConverge(value: object): value is ConvergeStep {
  return 'kind' in value && value.kind === 'converge';
}
