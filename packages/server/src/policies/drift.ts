/** What is known of a device's tree, held against what policies have made of it. */
import { isSecretNode } from '@grove/protocol';
import { convergeSteps, type NodeDifference, type Step, sameValue } from '../steps/index.ts';
import type { KnownNode } from './rows.ts';

/** Nodes that are known not to be as some steps would make them. What nobody has told of is not among them. */
export function driftIn(steps: readonly Step[], known: ReadonlyMap<string, KnownNode>): NodeDifference[] {
  if (known.size === 0) return [];
  return convergeSteps(steps).flatMap(({ root, nodes }) =>
    nodes.flatMap(({ path, policy = 'enforce', value = '', format, secret }): NodeDifference[] => {
      const uri = `${root}/${path}`;
      const found = known.get(uri);
      if (found === undefined) return [];
      if (policy === 'absent') return [{ uri, text: `${uri} is there and should not be` }];
      // What is secret is known by its being there alone.
      if (policy !== 'enforce' || found.value === null || secret || isSecretNode(uri)) return [];
      if (sameValue({ format, value }, found.value)) return [];
      const text = `${uri} is ${JSON.stringify(found.value)}, not ${JSON.stringify(value)}`;
      return [{ uri, wanted: value, found: found.value, text }];
    }),
  );
}

/** Whether an alert about a node may mean that one of some URIs has changed: it is the same, above or below. */
export function touches(alerted: readonly string[], uris: ReadonlySet<string>): boolean {
  return alerted.some((source) =>
    [...uris].some((uri) => uri === source || uri.startsWith(`${source}/`) || source.startsWith(`${uri}/`)),
  );
}

/** Differences in a sentence. */
export function driftSentence(differences: readonly NodeDifference[]): string {
  const [one] = differences;
  if (one === undefined) return '';
  return differences.length === 1 ? one.text : `${one.text} and ${differences.length - 1} more`;
}
