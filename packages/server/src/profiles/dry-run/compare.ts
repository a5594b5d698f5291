/** What bringing a profile to a device would change, by its last known tree. Pure. */
import type { Description } from '@grove/protocol';
import { type DeviceModel, describeInstance } from '../../models/index.ts';
import { MASK } from '../../secrets/index.ts';
import { sameValue } from '../../steps/index.ts';
import type { Reason, Rendered, RenderedFragment, RenderedNode } from '../render/index.ts';

/** A node as it was last known. */
export interface KnownNode {
  readonly format: string;
  /** Of an interior node, the names of its children joined by `/`; null = only that it is there. */
  readonly value: string | null;
}

export const VERDICTS = ['right', 'change', 'add', 'remove', 'kept', 'unreadable', 'unknown'] as const;
/**
 * What becomes of a node; `unreadable` = no server may read it, so that it is written whenever the profile is brought;
 * `unknown` = the tree is not known there.
 */
export type Verdict = (typeof VERDICTS)[number];

/** What becomes of one node. */
export interface NodeOutcome {
  readonly uri: string;
  readonly verdict: Verdict;
  /** What is there, and what is to be there; secret values are masked. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** What becomes of a device. */
export interface Comparison {
  readonly nodes: readonly NodeOutcome[];
  /** Why it would be refused. */
  readonly reasons: readonly Reason[];
}

/** The URIs that have to be looked at for a rendering, those above its nodes included. */
export function relevantUris({ fragments }: Rendered): string[] {
  const uris = new Set<string>();
  for (const { root, nodes } of fragments) {
    for (const { path } of nodes) {
      const uri = `${root}/${path}`;
      for (let end = uri.length; end > 1; end = uri.lastIndexOf('/', end - 1)) {
        const at = uri.slice(0, end);
        if (uris.has(at)) break;
        uris.add(at);
      }
    }
  }
  return [...uris];
}

/**
 * Compares what a device is to have with its last known tree.
 *
 * @param known undefined = nothing is known of the node
 */
export function compare(
  { fragments }: Rendered,
  known: (uri: string) => KnownNode | undefined,
  model: DeviceModel,
): Comparison {
  const nodes: NodeOutcome[] = [];
  const reasons: Reason[] = [];
  for (const fragment of fragments) {
    for (const node of fragment.nodes) {
      const described = describedAt(fragment, node, model);
      const outcome = outcomeOf(`${fragment.root}/${node.path}`, node, known, described);
      nodes.push(outcome);
      const reason = refusalOf(outcome, node, fragment.profile, described, model);
      if (reason !== undefined) reasons.push(reason);
    }
  }
  return { nodes, reasons };
}

/** What the model's description says of a node, as far as it says anything. */
function describedAt(
  { root, object }: RenderedFragment,
  { path, format }: RenderedNode,
  model: DeviceModel,
): Description | undefined {
  let described = describeInstance(model, root.split('/').slice(1), object);
  if (described === 'unknown') return undefined;
  const names = path.split('/');
  for (const [depth, name] of names.entries()) {
    const isInterior = depth < names.length - 1 || format === 'node';
    described = described?.child(name, isInterior ? 'node' : 'leaf', '');
  }
  return described?.format === undefined ? undefined : described;
}

function outcomeOf(
  uri: string,
  node: RenderedNode,
  known: (uri: string) => KnownNode | undefined,
  described: Description | undefined,
): NodeOutcome {
  const { policy, value, format, secret } = node;
  const there = known(uri);
  const shown = (text: string | undefined): string | undefined =>
    secret && text !== undefined ? MASK : text;
  const from = there === undefined || there.format === 'node' ? undefined : shown(there.value ?? undefined);
  const to = shown(value);
  if (policy === 'keep') return { uri, verdict: 'kept', from };
  const isReadable = described?.access.has('Get') ?? true;
  if (!isReadable && (there?.value ?? null) === null && policy !== 'absent')
    return { uri, verdict: 'unreadable', to };
  const isThere = there !== undefined ? true : isMissing(uri, known) ? false : undefined;
  if (isThere === undefined) return { uri, verdict: 'unknown', to };
  if (policy === 'absent') return isThere ? { uri, verdict: 'remove', from } : { uri, verdict: 'right' };
  if (!isThere || there === undefined) return { uri, verdict: 'add', to };
  if (policy === 'default' || format === 'node') return { uri, verdict: 'right', from };
  if (there.value === null) return { uri, verdict: 'unknown', to };
  // What a renderer leaves open may be any format, of which the device's own is the best guess.
  const known_ = sameFormat(format ?? there.format);
  const isRight = sameValue({ value, ...(known_ === undefined ? {} : { format: known_ }) }, there.value);
  return { uri, verdict: isRight ? 'right' : 'change', from, to };
}

const COMPARED = ['int', 'float', 'bool', 'bin', 'b64'] as const;
const sameFormat = (format: string) => COMPARED.find((each) => each === format);

/** Whether a node is known not to be there: one above it is known, and does not list it. */
function isMissing(uri: string, known: (uri: string) => KnownNode | undefined): boolean {
  let below = uri;
  for (;;) {
    const slash = below.lastIndexOf('/');
    if (slash <= 0) return false;
    const above = below.slice(0, slash);
    const parent = known(above);
    if (parent !== undefined) {
      if (parent.format !== 'node' || parent.value === null) return false;
      return !parent.value.split('/').includes(below.slice(slash + 1));
    }
    below = above;
  }
}

const NEEDS = { change: 'Replace', add: 'Add', remove: 'Delete' } as const;
const DONE = { change: 'replaced', add: 'added', remove: 'deleted' } as const;

function refusalOf(
  { uri, verdict }: NodeOutcome,
  { field }: RenderedNode,
  profile: string,
  described: Description | undefined,
  model: DeviceModel,
): Reason | undefined {
  if (verdict !== 'change' && verdict !== 'add' && verdict !== 'remove') return undefined;
  if (described === undefined || described.access.has(NEEDS[verdict])) return undefined;
  const access = [...described.access].join(', ');
  const expected = `a node that may be ${DONE[verdict]}: on ${model.name} it has ${access}`;
  return { code: 'not-allowed', profile, field, node: uri, expected };
}
