/** What a dry run has found, counted as it goes. */
import { type Reason, type Rendering, sentenceOf } from '../render/index.ts';
import type { Comparison, NodeOutcome } from './compare.ts';

/** What would become of devices, in classes of those of which the same would. */
export interface DryRunResult {
  /** Devices that were looked at. */
  devices: number;
  /** Devices of which something would change, and nodes on all of them. */
  changed: number;
  nodes: number;
  /** Devices that would be refused. */
  refused: number;
  /** Devices that have everything already. */
  right: number;
  /** Devices of which nothing is known that would change, but not everything is known. */
  unknown: number;
  /** Why devices would be refused: the most frequent ones. */
  reasons: { code: string; text: string; devices: number; examples: string[] }[];
  /** What would change: the most frequent ones. */
  changes: { nodes: NodeOutcome[]; devices: number; examples: string[] }[];
  /** Devices whose reasons or changes are not listed. */
  unlisted: number;
}

/** Reasons and changes that are told apart while counting, and that are listed at the end. */
const TOLD_APART = 2_000;
const LISTED = 50;
/** Devices that are named for each. */
const EXAMPLES = 5;
/** Nodes that are listed of one class of changes. */
const NODES = 50;

interface Counted<T> {
  readonly what: T;
  devices: number;
  readonly examples: string[];
}

type Fate = 'refused' | 'changed' | 'right' | 'unknown';

/** What becomes of a device, made once for all devices of which the same does. */
export interface Judged {
  readonly fate: Fate;
  readonly changing: readonly NodeOutcome[];
  readonly reasons: readonly Reason[];
}

/** What becomes of a device. */
export function judge(rendering: Rendering, comparison: Comparison | undefined): Judged {
  if (rendering.refused) return { fate: 'refused', changing: [], reasons: rendering.reasons };
  const { nodes = [], reasons = [] } = comparison ?? {};
  const changing = nodes.filter(
    ({ verdict }) => verdict === 'change' || verdict === 'add' || verdict === 'remove',
  );
  if (reasons.length > 0) return { fate: 'refused', changing, reasons };
  if (changing.length > 0) return { fate: 'changed', changing, reasons };
  return {
    fate: nodes.some(({ verdict }) => verdict === 'unknown') ? 'unknown' : 'right',
    changing,
    reasons,
  };
}

export class Tally {
  readonly #counts: Record<Fate, number> = { refused: 0, changed: 0, right: 0, unknown: 0 };
  readonly #reasons = new Map<string, Counted<Reason>>();
  readonly #changes = new Map<string, Counted<readonly NodeOutcome[]>>();
  #nodes = 0;
  #unlisted = 0;

  add({ fate, changing, reasons }: Judged, devId: string): void {
    this.#counts[fate]++;
    if (fate === 'refused') {
      for (const reason of reasons) this.#count(this.#reasons, sentenceOf(reason), reason, devId);
    } else if (fate === 'changed') {
      this.#nodes += changing.length;
      this.#count(this.#changes, JSON.stringify(changing), changing, devId);
    }
  }

  #count<T>(counts: Map<string, Counted<T>>, key: string, what: T, devId: string): void {
    let counted = counts.get(key);
    if (counted === undefined) {
      if (counts.size >= TOLD_APART) {
        this.#unlisted++;
        return;
      }
      counted = { what, devices: 0, examples: [] };
      counts.set(key, counted);
    }
    counted.devices++;
    if (counted.examples.length < EXAMPLES) counted.examples.push(devId);
  }

  result(): DryRunResult {
    const { refused, changed, right, unknown } = this.#counts;
    const reasons = most(this.#reasons);
    const changes = most(this.#changes);
    return {
      devices: refused + changed + right + unknown,
      changed,
      nodes: this.#nodes,
      refused,
      right,
      unknown,
      reasons: reasons.listed.map(({ what, ...counted }) => ({
        code: what.code,
        text: sentenceOf(what),
        ...counted,
      })),
      changes: changes.listed.map(({ what, ...counted }) => ({ nodes: what.slice(0, NODES), ...counted })),
      unlisted: this.#unlisted + reasons.others + changes.others,
    };
  }
}

function most<T>(counts: ReadonlyMap<string, Counted<T>>): { listed: Counted<T>[]; others: number } {
  const sorted = [...counts.values()].sort((a, b) => b.devices - a.devices);
  const others = sorted.slice(LISTED).reduce((sum, { devices }) => sum + devices, 0);
  return { listed: sorted.slice(0, LISTED), others };
}
