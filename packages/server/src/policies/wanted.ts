/** What policies want of the nodes of one device, and where they do not agree. */
import {
  type ConvergeNode,
  type ConvergeStep,
  convergeSteps,
  MARK_NAMES,
  mapConverge,
  markUri,
  type Step,
} from '../steps/index.ts';

/** A policy and the steps that bring its profile to the device. */
export interface Wish {
  readonly id: number;
  readonly name: string;
  readonly priority: number;
  readonly steps: readonly Step[];
}

/** What of a policy does not count on a device. */
export interface Dispute {
  readonly uri: string;
  /** Name of the other policy. */
  readonly other: string;
  /** Whether the other one counts; where it does not either, nobody's value is set. */
  readonly isOverridden: boolean;
}

/** A policy's wish after it was held against the others'. */
export interface Settled extends Wish {
  readonly disputes: readonly Dispute[];
}

interface Claim {
  readonly wish: Wish;
  readonly policy: NonNullable<ConvergeNode['policy']>;
  /** What makes two claims the same. */
  readonly what: string;
}

/** Every node and mark that a converge step is about, by what it is called among those of other steps. */
function* claimsOf(wish: Wish): Generator<{ key: string; uri: string; claim: Claim }> {
  for (const { root, object, nodes, state = {} } of convergeSteps(wish.steps)) {
    for (const { path, policy = 'enforce', value = '', format = 'chr' } of nodes) {
      const uri = `${root}/${path}`;
      const what = policy === 'enforce' ? JSON.stringify([policy, format, value]) : policy;
      yield { key: uri, uri, claim: { wish, policy, what } };
    }
    for (const mark of MARK_NAMES) {
      const on = state[mark];
      if (on === undefined) continue;
      const uri = markUri(root, mark);
      yield { key: uri, uri, claim: { wish, policy: 'enforce', what: String(on) } };
      // Of the instances of an object one at the most is Active, and one the Default.
      if (!on || mark === 'locked' || object === undefined) continue;
      const key = `?${mark}=${object.toLowerCase().replace(/\.\d+$/, '')}`;
      yield { key, uri, claim: { wish, policy: 'enforce', what: root } };
    }
  }
}

function disagree(one: Claim, other: Claim): boolean {
  if (one.what === other.what) return false;
  // What is only added where it is missing gives way to a value, and to a user who keeps it.
  if (one.policy === 'default' || other.policy === 'default') {
    return one.policy === 'absent' || other.policy === 'absent';
  }
  return true;
}

/**
 * Settles what each policy may set: of two that want a node differently the one of the higher priority; where both have
 * the same, neither. The same wishes come to the same whatever order they are in.
 */
export function settle(wishes: readonly Wish[]): Settled[] {
  const byKey = new Map<string, { uri: string; claim: Claim }[]>();
  for (const wish of wishes) {
    for (const { key, uri, claim } of claimsOf(wish)) {
      const claims = byKey.get(key) ?? [];
      claims.push({ uri, claim });
      byKey.set(key, claims);
    }
  }
  const disputes = new Map<Wish, Map<string, Dispute>>();
  const lose = (wish: Wish, uri: string, other: Wish) => {
    const own = disputes.get(wish) ?? new Map<string, Dispute>();
    const isOverridden = other.priority > wish.priority;
    // That nobody's value is set is the worse of the two.
    if (own.get(uri)?.isOverridden !== false) own.set(uri, { uri, other: other.name, isOverridden });
    disputes.set(wish, own);
  };
  const oppose = (one: { uri: string; claim: Claim }, other: { uri: string; claim: Claim }) => {
    const [a, b] = [one.claim.wish, other.claim.wish];
    if (a === b) return;
    if (a.priority <= b.priority) lose(a, one.uri, b);
    if (b.priority <= a.priority) lose(b, other.uri, a);
  };
  for (const [key, claims] of byKey) {
    for (const [at, one] of claims.entries()) {
      for (const other of claims.slice(at + 1)) if (disagree(one.claim, other.claim)) oppose(one, other);
      if (one.claim.policy === 'absent') continue;
      for (let end = key.lastIndexOf('/'); end > 1; end = key.lastIndexOf('/', end - 1)) {
        for (const above of byKey.get(key.slice(0, end)) ?? [])
          if (above.claim.policy === 'absent') oppose(one, above);
      }
    }
  }
  return wishes.map((wish) => {
    const own = disputes.get(wish);
    if (own === undefined) return { ...wish, disputes: [] };
    const steps = mapConverge(wish.steps, (step) => without(step, own));
    return { ...wish, steps: steps.filter(isSomething), disputes: [...own.values()] };
  });
}

function without(step: ConvergeStep, lost: ReadonlyMap<string, unknown>): ConvergeStep {
  const { root, nodes, state } = step;
  const left = { ...state };
  for (const mark of MARK_NAMES) if (lost.has(markUri(root, mark))) delete left[mark];
  const { state: _, ...rest } = step;
  return {
    ...rest,
    nodes: nodes.filter(({ path }) => !lost.has(`${root}/${path}`)),
    ...(Object.keys(left).length === 0 ? {} : { state: left }),
  };
}

function isSomething(step: Step): boolean {
  return step.kind !== 'converge' || step.nodes.length > 0 || step.state !== undefined;
}

/** URIs of all nodes and marks that some steps are about. */
export function urisOf(steps: readonly Step[]): Set<string> {
  const uris = new Set<string>();
  for (const { root, nodes, state = {} } of convergeSteps(steps)) {
    for (const { path } of nodes) uris.add(`${root}/${path}`);
    for (const mark of MARK_NAMES) if (state[mark] !== undefined) uris.add(markUri(root, mark));
  }
  return uris;
}
