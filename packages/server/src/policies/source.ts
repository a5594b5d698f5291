/** Policies as a source of work: what a device that calls is to have, as far as it does not have it. */
import { factsOf, type Rendering, render, sentenceOf } from '../profiles/index.ts';
import { digestOf, keepRendering, stepsOfRendering } from '../renderings/index.ts';
import { mapConverge, type NodeDifference, type Step, type Work } from '../steps/index.ts';
import type { Queries } from '../store/index.ts';
import { targetsHold } from '../targets/index.ts';
import type { CallingDevice, WorkSource } from '../work/index.ts';
import { keepBefore, stepsBack } from './before.ts';
import type { Assignment, PolicyBook } from './book.ts';
import { driftIn, driftSentence, touches } from './drift.ts';
import { endPolicy, type Standing, tellDrift } from './ending.ts';
import { type Compliance, complianceOfDevice, type KnownNode, keepCompliance, toldSince } from './rows.ts';
import { type Settled, settle, urisOf } from './wanted.ts';

/** What a policy has for a device, and why. */
interface Plan {
  readonly purpose: NonNullable<Compliance['purpose']>;
  readonly steps: readonly Step[];
  /** What the device is to have in the end. */
  readonly wanted: readonly Step[];
  /** How the policy will be on the device then. */
  readonly stands: Standing | null;
}

/** The policies, one row of compliance for each and device. Nothing is sent to a device that is as its rows say. */
export function policySource(book: PolicyBook): WorkSource {
  return {
    kind: 'policy',

    async pending(db, device, limit) {
      if (book.assignments.length === 0) return [];
      const targeted = book.assignments.flatMap(({ target }) => target ?? []);
      if (targeted.length === 0 && device.policy === null) return [];
      const holds = await targetsHold(db, device.deviceId, targeted, device.now);
      const isMember = new Set(targeted.filter((_, at) => holds[at]));
      const known = device.policy === null ? [] : await complianceOfDevice(db, device.deviceId);
      const members = book.assignments.filter(({ target }) => target !== undefined && isMember.has(target));
      if (members.length === 0 && known.every(({ state }) => state === 'removed')) return [];
      return new Visit(db, book, device, known).plan(book.assignments, members, limit);
    },

    stepsOf: async (db, { id, rendering }) =>
      rendering == null || book.find(id) === undefined ? undefined : stepsOfRendering(db, rendering),

    begin: async () => true,

    finish: (db, work, deviceId, sessionId, result, now) =>
      endPolicy(db, book.find(work.id)?.policy, work, { deviceId, sessionId, now }, result),
  };
}

/** One device that calls, and what its policies make of it. */
class Visit {
  readonly #db: Queries;
  readonly #book: PolicyBook;
  readonly #device: CallingDevice;
  readonly #rows: Map<number, Compliance>;

  constructor(db: Queries, book: PolicyBook, device: CallingDevice, rows: readonly Compliance[]) {
    this.#db = db;
    this.#book = book;
    this.#device = device;
    this.#rows = new Map(rows.map((row) => [row.policyId, row]));
  }

  async plan(all: readonly Assignment[], members: readonly Assignment[], limit: number): Promise<Work[]> {
    const settled = await this.#settled(members);
    const taken = new Set(settled.flatMap(({ steps }) => [...urisOf(steps)]));
    const work: Work[] = [];
    const isBusy = ({ policy }: Assignment) =>
      this.#device.waiting.some(({ kind, id }) => kind === 'policy' && id === policy.id);
    // What goes makes room for what comes.
    for (const assignment of all) {
      const row = this.#rows.get(assignment.policy.id);
      if (row === undefined || members.includes(assignment) || isBusy(assignment) || work.length >= limit)
        continue;
      // One that cannot be read at the moment may still be for the device.
      if (assignment.problem !== undefined && assignment.policy.state === 'active') continue;
      const plan = await this.#leave(assignment, row, taken);
      if (plan !== undefined) work.push(await this.#offer(assignment, row, plan));
    }
    const known = await this.#told(settled);
    for (const assignment of members) {
      const wish = settled.find(({ id }) => id === assignment.policy.id);
      if (wish === undefined || isBusy(assignment) || work.length >= limit) continue;
      const row = this.#rows.get(assignment.policy.id);
      const plan = await this.#bring(assignment, row, wish, known, taken);
      if (plan !== undefined) work.push(await this.#offer(assignment, row, plan));
    }
    return work;
  }

  /** What each policy is to bring, after it was held against the others; one that cannot be is written down. */
  async #settled(members: readonly Assignment[]): Promise<Settled[]> {
    if (members.length === 0) return [];
    const { deviceId, now } = this.#device;
    const { closure: profiles, prepared } = this.#book.profiles;
    const facts = await factsOf(this.#db, deviceId, profiles, now, prepared);
    const wishes = [];
    for (const { policy, closure } of members) {
      const rendering = render(closure, facts);
      if (rendering.refused) await this.#refuse(policy.id, rendering);
      else
        wishes.push({ id: policy.id, name: policy.name, priority: policy.priority, steps: rendering.steps });
    }
    return settle(wishes);
  }

  async #refuse(policyId: number, rendering: Extract<Rendering, { refused: true }>): Promise<void> {
    const [first, ...more] = rendering.reasons;
    const reason =
      first === undefined ? null : sentenceOf(first) + (more.length > 0 ? `; and ${more.length} more` : '');
    await this.#keep(policyId, { state: 'refused', reason, detail: null });
  }

  async #keep(policyId: number, change: Partial<Compliance>): Promise<void> {
    const { deviceId, now } = this.#device;
    const row = await keepCompliance(
      this.#db,
      this.#rows.get(policyId),
      { ...change, deviceId, policyId },
      now,
    );
    this.#rows.set(policyId, row);
  }

  /** What the device has told of its tree that a row does not know of yet. */
  async #told(settled: readonly Settled[]): Promise<ReadonlyMap<string, KnownNode>> {
    const since = settled.flatMap(({ id }) => {
      const row = this.#rows.get(id);
      if (row?.applied == null) return [];
      return [row.state === 'drifted' ? 0 : (row.checked_at ?? 0)];
    });
    return since.length === 0 ? new Map() : toldSince(this.#db, this.#device.deviceId, Math.min(...since));
  }

  /** What a policy has for a device that it is for. */
  async #bring(
    { policy }: Assignment,
    row: Compliance | undefined,
    wish: Settled,
    known: ReadonlyMap<string, KnownNode>,
    taken: ReadonlySet<string>,
  ): Promise<Plan | undefined> {
    const { now, alerted } = this.#device;
    const wanted = wish.steps;
    const digest = digestOf(wanted);
    const uris = urisOf(wanted);
    // What it has set before, and wants no more.
    const left =
      row === undefined ? {} : keepBefore(row.before, (uri) => !uris.has(uri) && !isAbove(uri, uris));
    const apply: Plan = {
      purpose: 'apply',
      steps: [...wanted, ...stepsBack(left, (uri) => taken.has(uri) || isAbove(uri, taken))],
      wanted,
      stands: standing(wish),
    };
    if (row?.applied !== digest || row.state === 'removed') {
      const isTried = row !== undefined && row.tried === digest && row.purpose === 'apply';
      if (isTried && row.retry_at !== null && row.retry_at > now) return undefined;
      if (apply.steps.length > 0) return apply;
      await this.#applied(policy.id, wish, await keepRendering(this.#db, wanted, now));
      return undefined;
    }
    if (row.state === 'failed' && row.retry_at !== null && row.retry_at <= now) return apply;
    if (policy.drift !== 'ignore') {
      const { verifyEvery } = policy;
      const isDue = verifyEvery !== null && (row.checked_at ?? 0) + verifyEvery * 1000 <= now;
      const isOff = isPutOff(row, now);
      if ((isDue && !isOff) || touches(alerted, uris)) {
        return policy.drift === 'correct'
          ? apply
          : { purpose: 'observe', steps: observing(wanted), wanted, stands: standing(wish) };
      }
      const drift = driftIn(wanted, known);
      if (drift.length > 0) {
        if (policy.drift === 'correct') return isOff ? undefined : apply;
        await this.#drifted(policy.name, row, drift);
        return undefined;
      }
      const isKnown = row.state === 'drifted' && drifted(row).every(({ uri }) => isTold(known.get(uri)));
      if (isKnown) return void (await this.#keep(policy.id, { ...standing(wish), detail: null }));
    }
    const stands = standing(wish);
    if (['compliant', 'conflicting'].includes(row.state) && stands.state !== row.state)
      await this.#keep(policy.id, stands);
    else if (row.state === 'refused') await this.#keep(policy.id, stands);
    return undefined;
  }

  async #applied(policyId: number, wish: Settled, rendering: number): Promise<void> {
    const { now } = this.#device;
    await this.#keep(policyId, {
      ...standing(wish),
      detail: null,
      purpose: null,
      wanted_id: rendering,
      rendering_id: rendering,
      checked_at: now,
      attempts: 0,
      retry_at: null,
    });
  }

  async #drifted(name: string, row: Compliance, drift: readonly NodeDifference[]): Promise<void> {
    const detail = JSON.stringify(drift);
    if (row.state === 'drifted' && row.detail === detail) return;
    const { deviceId, now } = this.#device;
    await this.#keep(row.policyId, { state: 'drifted', reason: driftSentence(drift), detail });
    await tellDrift(this.#db, { name, deviceId, drift, isCorrected: false, at: now });
  }

  /** What a policy has for a device that it is no longer for. */
  async #leave(
    { policy }: Assignment,
    row: Compliance,
    taken: ReadonlySet<string>,
  ): Promise<Plan | undefined> {
    if (row.state === 'removed') return undefined;
    if (row.retry_at !== null && row.purpose === 'remove' && row.retry_at > this.#device.now)
      return undefined;
    await this.#handOver(row, taken);
    const isTaken = (uri: string) => taken.has(uri) || isAbove(uri, taken);
    const steps = policy.removal === 'leave' ? [] : stepsBack(row.before, isTaken);
    if (steps.length > 0) return { purpose: 'remove', steps, wanted: steps, stands: null };
    await this.#keep(row.policyId, {
      state: 'removed',
      reason: null,
      detail: null,
      before: {},
      wanted_id: null,
      rendering_id: null,
    });
    return undefined;
  }

  /** Other policies that want the same nodes are told how these were before the one that goes. */
  async #handOver(row: Compliance, taken: ReadonlySet<string>): Promise<void> {
    for (const other of this.#rows.values()) {
      if (other.policyId === row.policyId) continue;
      const shared = keepBefore(row.before, (uri) => taken.has(uri) && Object.hasOwn(other.before, uri));
      if (Object.keys(shared).length > 0)
        await this.#keep(other.policyId, { before: { ...other.before, ...shared } });
    }
  }

  async #offer({ policy }: Assignment, row: Compliance | undefined, plan: Plan): Promise<Work> {
    const { now } = this.#device;
    const { purpose, steps } = plan;
    const wanted =
      purpose === 'apply' ? await keepRendering(this.#db, plan.wanted, now) : (row?.wanted_id ?? null);
    const stands = plan.stands === null ? null : JSON.stringify(plan.stands);
    await this.#keep(policy.id, { purpose, wanted_id: wanted, stands });
    return { kind: 'policy', id: policy.id, steps, rendering: null };
  }
}

/** Whether what failed is left alone for now. */
function isPutOff({ retry_at }: Compliance, now: number): boolean {
  return retry_at !== null && retry_at > now;
}

/** Whether a device has told how a node is: that a secret one is there says nothing of its value. */
function isTold(node: KnownNode | undefined): boolean {
  return node !== undefined && (node.format === 'node' || node.value !== null);
}

function drifted({ detail }: Compliance): NodeDifference[] {
  return detail === null ? [] : (JSON.parse(detail) as NodeDifference[]);
}

/** Whether a node is above one of some others, so that it cannot go. */
function isAbove(uri: string, uris: ReadonlySet<string>): boolean {
  return [...uris].some((other) => other.startsWith(`${uri}/`));
}

function observing(steps: readonly Step[]): Step[] {
  return mapConverge(steps, (step) => ({ ...step, observe: true }));
}

/** How a policy stands whose wish is fulfilled: what of it does not count is said. */
function standing({ disputes }: Pick<Settled, 'disputes'>): Standing {
  const open = disputes.filter(({ isOverridden }) => !isOverridden);
  const shown = open.length > 0 ? open : disputes;
  const [first] = shown;
  if (first === undefined) return { state: 'compliant', reason: null };
  const more = shown.length > 1 ? ` and ${shown.length - 1} more` : '';
  return open.length > 0
    ? {
        state: 'conflicting',
        reason: `${first.uri}${more}: policy ${first.other} wants something else with the same priority, so that neither is set`,
      }
    : {
        state: 'compliant',
        reason: `${first.uri}${more}: policy ${first.other}, of a higher priority, counts`,
      };
}
