/** How far a campaign has come, in numbers, and what follows from them: pure, so that every case can be tried. */
import type { OutcomeState } from '../store/index.ts';
import { DEFAULT_MINIMUM, DEFAULT_NEXT, type Errors, type Plan, type Wave } from './plan.ts';

/** Numbers of devices by where they stand. */
export type Counts = Readonly<Record<OutcomeState, number>>;

export const NO_COUNTS: Counts = {
  begun: 0,
  retrying: 0,
  changed: 0,
  unchanged: 0,
  failed: 0,
  declined: 0,
  skipped: 0,
};

export const OUTCOME_STATES = Object.keys(NO_COUNTS) as OutcomeState[];

export function isOutcomeState(name: string): name is OutcomeState {
  return Object.hasOwn(NO_COUNTS, name);
}

/** Outcomes after which nothing more comes. */
export const FINAL: readonly OutcomeState[] = ['changed', 'unchanged', 'failed', 'declined', 'skipped'];

export function sumOf(counts: Counts, states: readonly OutcomeState[]): number {
  return states.reduce((sum, state) => sum + counts[state], 0);
}

export function endedOf(counts: Counts): number {
  return sumOf(counts, FINAL);
}

export function succeededOf(counts: Counts): number {
  return counts.changed + counts.unchanged;
}

/** Devices that have failed, those included that will be tried again. */
export function failingOf(counts: Counts): number {
  return counts.failed + counts.retrying;
}

export function addCounts(all: readonly Counts[]): Counts {
  const total: Record<OutcomeState, number> = { ...NO_COUNTS };
  for (const counts of all) for (const state of OUTCOME_STATES) total[state] += counts[state];
  return total;
}

/** A wave and how far it has come. */
export interface WaveStanding {
  readonly devices: number;
  readonly openedAt: number | null;
  readonly counts: Counts;
}

/** What of a wave's failures does not count any more for the thresholds, since somebody has gone on in spite of them. */
export interface Baseline {
  readonly failing: number;
  readonly ended: number;
}

export interface Standing {
  readonly plan: Plan;
  /** The last wave that is open. */
  readonly wave: number;
  readonly waves: readonly WaveStanding[];
  readonly baseline: readonly Baseline[];
  /** Whether devices join that come to match later. */
  readonly dynamic: boolean;
  /** Milliseconds since the epoch, or null. */
  readonly endBy: number | null;
  readonly now: number;
}

/** What the next wave waits for. */
export type Obstacle =
  | {
      readonly kind: 'success';
      readonly succeeded: number;
      readonly needed: number;
      readonly possible: number;
    }
  | { readonly kind: 'time'; readonly until: number }
  | { readonly kind: 'approval' };

/** What is to be done with a campaign that runs. */
export type Decision =
  | { readonly kind: 'expire'; readonly text: string }
  | { readonly kind: 'trip'; readonly text: string }
  | { readonly kind: 'finish'; readonly text: string }
  | { readonly kind: 'open'; readonly wave: number }
  | { readonly kind: 'wait'; readonly obstacles: readonly Obstacle[] };

export function decide(standing: Standing): Decision {
  const { endBy, now, waves, wave, dynamic } = standing;
  if (endBy !== null && now >= endBy) return { kind: 'expire', text: 'its time is over' };
  const trip = tripOf(standing);
  if (trip !== undefined) return { kind: 'trip', text: trip };
  const total = waves.reduce((sum, { devices }) => sum + devices, 0);
  const ended = endedOf(addCounts(waves.map(({ counts }) => counts)));
  if (!dynamic && ended >= total) return { kind: 'finish', text: 'every device has an outcome' };
  if (wave + 1 >= waves.length) return { kind: 'wait', obstacles: [] };
  const obstacles = obstaclesOf(standing);
  return obstacles.length === 0 ? { kind: 'open', wave: wave + 1 } : { kind: 'wait', obstacles };
}

/** Why a campaign has to pause; undefined where it need not. */
export function tripOf({ plan, waves, wave, baseline }: Standing): string | undefined {
  const { errors } = plan;
  if (errors === undefined) return undefined;
  const since = waves.map(({ counts }, n) => ({
    failing: failingOf(counts) - (baseline[n]?.failing ?? 0),
    ended: endedOf(counts) + counts.retrying - (baseline[n]?.ended ?? 0),
  }));
  const all = since.reduce(
    (sum, each) => ({ failing: sum.failing + each.failing, ended: sum.ended + each.ended }),
    { failing: 0, ended: 0 },
  );
  if (errors.count !== undefined && all.failing >= errors.count)
    return `${all.failing} devices have failed, and it pauses at ${errors.count}`;
  const inAll = tooMany(all, errors);
  if (inAll !== undefined) return inAll;
  const newest = since[wave];
  const inWave = waves.length > 1 && newest !== undefined ? tooMany(newest, errors) : undefined;
  return inWave === undefined ? undefined : `in wave ${wave + 1} ${inWave}`;
}

function tooMany(
  { failing, ended }: Baseline,
  { percent, minimum = DEFAULT_MINIMUM }: Errors,
): string | undefined {
  if (percent === undefined || ended < minimum || failing * 100 <= percent * ended) return undefined;
  return `${failing} of ${ended} devices have failed, which is more than ${percent} %`;
}

/** What the next wave waits for; nothing = it may begin. */
export function obstaclesOf({ plan, waves, wave, now }: Standing): Obstacle[] {
  const current = waves[wave];
  if (current === undefined) return [];
  const said: Wave['next'] = plan.waves?.[wave]?.next;
  const { success, wait, approval } = { ...DEFAULT_NEXT, ...said };
  const { counts, devices, openedAt } = current;
  const obstacles: Obstacle[] = [];
  const counting = devices - counts.declined - counts.skipped;
  const needed = Math.ceil((counting * success) / 100);
  const succeeded = succeededOf(counts);
  if (succeeded < needed)
    obstacles.push({ kind: 'success', succeeded, needed, possible: counting - counts.failed });
  const until = (openedAt ?? now) + wait * 1000;
  if (now < until) obstacles.push({ kind: 'time', until });
  if (approval) obstacles.push({ kind: 'approval' });
  return obstacles;
}

/** From what on failures count that come after now. */
export function baselineOf(waves: readonly WaveStanding[]): Baseline[] {
  return waves.map(({ counts }) => ({
    failing: failingOf(counts),
    ended: endedOf(counts) + counts.retrying,
  }));
}
