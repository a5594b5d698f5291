import type { Problem } from '@grove/api';
import { type DdfNode, formatOf, normaliseValue, type Uri, ValueError } from '@grove/protocol';
import type { ConvergeNode } from '../converge/index.ts';
import { readUri } from './address.ts';
import { describedLeaf } from './description.ts';

/** A value as steps and profiles give it. */
interface Given {
  value: string;
  format?: string | undefined;
  type?: string | undefined;
}

/**
 * Checks a value.
 *
 * @param wanted what is known of the leaf that it is for
 */
export function checkValue(given: Given, field: string, problems: Problem[], wanted?: DdfNode): void {
  const format = formatOf(given.format ?? wanted?.format ?? 'chr') ?? 'chr';
  try {
    // Binary values are base64 here, whichever of the two formats says so.
    normaliseValue(
      { format: format === 'bin' ? 'b64' : format, type: given.type ?? '', data: given.value },
      wanted,
    );
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    problems.push({ field: `${field}/value`, expected: `a value that fits: ${error.message}` });
  }
}

/** Formats in which bytes can be sent as they are. */
const OF_BYTES: ReadonlySet<string> = new Set(['bin', 'b64', 'chr', 'xml']);

/**
 * Checks a step that writes a content.
 *
 * @returns the step with its format
 */
export function checkContent<S extends { value?: string | undefined; format?: string | undefined }>(
  step: S,
  field: string,
  problems: Problem[],
): S {
  const { value, format = 'bin' } = step;
  if (value !== undefined) {
    problems.push({ field: `${field}/value`, expected: 'no value beside a content' });
  }
  if (!OF_BYTES.has(format)) {
    const expected = `one of ${[...OF_BYTES].join(', ')} for a content`;
    problems.push({ field: `${field}/format`, value: format, expected });
  }
  return { ...step, format };
}

/** Nodes below a root, as a converge step and a profile list them. */
export interface Nodes<N extends ConvergeNode = ConvergeNode> {
  root: string;
  object?: string | undefined;
  nodes: N[];
}

const VALUE = 'text (Value as text; base64 where the format is bin)';

/**
 * Checks the root and the nodes of a converge step or a profile: that they can be, and where Grove knows
 * the management object, that they are nodes of it. Formats and types that are not given are taken from
 * its description.
 *
 * @param field where they stand; empty at the top
 * @param problems where to say what is wrong
 * @returns them with root and paths in canonical form
 */
export function checkNodes<N extends ConvergeNode>(
  given: Nodes<N>,
  field: string,
  problems: Problem[],
): Nodes<N> {
  const at = (name: string) => (field === '' ? name : `${field}/${name}`);
  const root = readUri(given.root, 'node', at('root'), problems);
  if (root === undefined) return given;
  const leaves = new Map<string, Uri>();
  const nodes = given.nodes.map((node, index) => {
    const place = at(`nodes/${index}`);
    const uri = readUri(`${root.toString()}/${node.path}`, 'node', `${place}/path`, problems);
    if (uri === undefined) return node;
    if (leaves.has(uri.toString())) {
      problems.push({ field: `${place}/path`, value: node.path, expected: 'each path once' });
    }
    leaves.set(uri.toString(), uri);
    const path = uri.segments.slice(root.segments.length).join('/');
    const { policy = 'enforce', value } = node;
    if (policy === 'keep' || policy === 'absent') {
      if (value !== undefined)
        problems.push({ field: `${place}/value`, expected: `no value where the policy is ${policy}` });
      return { ...node, path };
    }
    if (value === undefined) {
      problems.push({ field: `${place}/value`, expected: VALUE });
      return { ...node, path };
    }
    const leaf = describedLeaf(given.object, path, `${place}/path`, problems);
    checkValue({ ...node, value }, place, problems, leaf);
    return { ...(leaf === undefined ? {} : defaultsOf(leaf)), ...node, path };
  });
  for (const [index, { path }] of nodes.entries()) {
    const segments = path.split('/');
    for (let depth = 1; depth < segments.length; depth++) {
      const above = segments.slice(0, depth).join('/');
      if (!leaves.has(`${root.toString()}/${above}`)) continue;
      problems.push({
        field: at(`nodes/${index}/path`),
        value: path,
        expected: `no node below ${above}, which has a value of its own`,
      });
    }
  }
  return { root: root.toString(), ...(given.object === undefined ? {} : { object: given.object }), nodes };
}

/** What a description says of a leaf that a step need not say: all that is not the default. */
function defaultsOf({ format, types: [type] }: DdfNode): Partial<ConvergeNode> {
  return {
    ...(format === 'chr' ? {} : { format }),
    ...(type === undefined || type === 'text/plain' ? {} : { type }),
  };
}
