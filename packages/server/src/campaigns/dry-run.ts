/** What a campaign would be, without making it. */
import { closureOf, factsOf, prepareFacts, render, sentenceOf, showProfile } from '../profiles/index.ts';
import type { Store } from '../store/index.ts';
import { type Estimate, estimate } from './estimate.ts';
import { settleWaves } from './members.ts';
import type { Plan } from './plan.ts';
import { groupsOf, type LastCalls, lastCallsOf, type Survey, surveyOf } from './survey.ts';
import { type KeptTarget, settle } from './target.ts';

export interface DryRunOptions {
  readonly target: KeptTarget;
  readonly plan: Plan;
  /** Name of the profile that it brings; undefined where steps are given. */
  readonly profile: string | undefined;
  /** Whether its devices are asked to call. */
  readonly isAsked: boolean;
}

export interface DryRun {
  readonly devices: number;
  readonly waves: { wave: number; name: string | null; devices: number }[];
  readonly models: { man: string | null; mod: string | null; devices: number }[];
  readonly lastCalls: LastCalls;
  readonly profile: ProfileTrial | null;
  /** Whether numbers by model and by call are estimated from a part of the devices. */
  readonly isSampled: boolean;
  readonly estimate: Estimate;
}

/** What a profile comes to on some devices. */
interface ProfileTrial {
  readonly looked: number;
  readonly brought: number;
  readonly leftOut: { reason: string; devices: number }[];
}

/** Models that are listed. */
const MODELS = 50;
/** Devices on which a profile is tried, and reasons for which they would be left out that are listed. */
const TRIED = 200;
const REASONS = 20;

/** @throws {NotFound} when there is no such profile */
export async function dryRunCampaign(
  store: Store,
  { target, plan, profile, isAsked }: DryRunOptions,
  now: number,
): Promise<DryRun> {
  const members = await settle(store, target, now);
  // No campaign has this number.
  const waves = await settleWaves(store, 0, members, plan, now);
  const survey = await surveyOf(store.reader, members, undefined);
  const lastCalls = lastCallsOf(survey, now);
  return {
    devices: members.size,
    waves: waves.map(({ devices }, n) => ({ wave: n + 1, name: plan.waves?.[n]?.name ?? null, devices })),
    models: groupsOf(survey, ({ man, mod }) => JSON.stringify([man, mod]))
      .slice(0, MODELS)
      .map(({ key, devices }) => {
        const [man = null, mod = null] = JSON.parse(key) as (string | null)[];
        return { man, mod, devices };
      }),
    lastCalls,
    profile: profile === undefined ? null : await tryProfile(store, profile, survey, now),
    isSampled: survey.each > 1,
    estimate: estimate({ plan, left: members.size, ended: 0, startedAt: null, lastCalls, isAsked, now }),
  };
}

async function tryProfile(store: Store, name: string, survey: Survey, now: number): Promise<ProfileTrial> {
  const db = store.reader;
  const closure = await closureOf(db, await showProfile(db, name));
  const prepared = await prepareFacts(db, closure);
  const stride = Math.max(1, Math.ceil(survey.devices.length / TRIED));
  const tried = survey.devices.filter((_, n) => n % stride === 0);
  const reasons = new Map<string, number>();
  let brought = 0;
  for (const { id } of tried) {
    const rendering = render(closure, await factsOf(db, id, closure, now, prepared));
    if (!rendering.refused) brought += 1;
    else {
      const [first] = rendering.reasons;
      const reason = first === undefined ? 'it is refused' : sentenceOf(first);
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
  }
  const leftOut = [...reasons].map(([reason, devices]) => ({ reason, devices }));
  return {
    looked: tried.length,
    brought,
    leftOut: leftOut.sort((a, b) => b.devices - a.devices).slice(0, REASONS),
  };
}
