/** Makes campaigns: as drafts, which start at once or when they are told to. */
import { type Caller, InvalidInput } from '@grove/api';
import { useContents } from '../contents/index.ts';
import { recordEvent } from '../events/index.ts';
import type { KeptWish } from '../notifications/index.ts';
import { closureOf, NO_FACTS, render, showProfile } from '../profiles/index.ts';
import { withoutSecrets } from '../secrets/index.ts';
import type { Step } from '../steps/index.ts';
import type { Queries, Store } from '../store/index.ts';
import { type CampaignRow, findCampaign, move, note } from './move.ts';
import type { Plan } from './plan.ts';
import { countOf, type KeptTarget, useKeptTarget } from './target.ts';

/** What a campaign does: the newest version of a profile, or steps that `checkSteps` returned. */
export type CampaignWork = { readonly profile: string } | { readonly steps: readonly Step[] };

/** A campaign as it is wanted. Times are milliseconds since the epoch. */
export interface NewCampaign {
  readonly name: string;
  readonly work: CampaignWork;
  readonly target: KeptTarget;
  /** Whether devices join that come to match later. */
  readonly dynamic: boolean;
  /** As {@link checkPlan} found it right. */
  readonly plan: Plan;
  /** How its devices are asked to call; undefined = they are not. */
  readonly notify: KeptWish | undefined;
  readonly startAt: number | null;
  readonly endBy: number | null;
  readonly by: Caller | null;
}

/** When campaigns need a second person. */
export interface ApprovalPolicy {
  /** A campaign for more devices needs approval; undefined = none does. */
  readonly above: number | undefined;
}

/**
 * Makes a draft. Writes one row, however many devices there are.
 *
 * @throws {NotFound} when there is no such profile
 * @throws {InvalidInput} when steps name a content that is not there
 */
export async function createCampaign(db: Queries, given: NewCampaign, now: number): Promise<CampaignRow> {
  const { work, by } = given;
  if ('steps' in work) return insertCampaign(db, given, { steps: work.steps, profile: null }, { by, now });
  const profile = await showProfile(db, work.profile);
  const closure = await closureOf(db, profile);
  // These are for people to see; what a device gets is rendered for it.
  const rendering = render(closure, NO_FACTS);
  const versions = closure.map(({ name, version }) => ({ name, version }));
  const steps = rendering.refused ? [] : withoutSecrets(rendering.steps);
  const more = { closure: JSON.stringify(versions) };
  const { id } = await profileNamed(db, work.profile);
  return insertCampaign(db, given, { steps, profile: { id, version: profile.version }, more }, { by, now });
}

function profileNamed(db: Queries, name: string): Promise<{ id: number }> {
  return db.selectFrom('profiles').select('id').where('name', '=', name).executeTakeFirstOrThrow();
}

/**
 * Makes a draft that does what another campaign did, on devices on which that one came to nothing.
 *
 * @throws {NotFound}
 */
export async function createRerun(
  db: Queries,
  of: CampaignRow,
  given: Pick<NewCampaign, 'name' | 'target' | 'by'>,
  now: number,
): Promise<CampaignRow> {
  const notify = of.notify === null ? undefined : (JSON.parse(of.notify) as KeptWish);
  const plan = JSON.parse(of.plan) as Plan;
  const { waves: _, ...kept } = plan;
  const steps = JSON.parse(of.steps) as Step[];
  const profile =
    of.profile_id === null || of.profile_version === null
      ? null
      : { id: of.profile_id, version: of.profile_version };
  const full = { ...given, dynamic: false, plan: kept, notify, startAt: null, endBy: null };
  const more = { rerun_of: of.id, closure: of.closure };
  return insertCampaign(db, full, { steps, profile, more }, { by: given.by, now });
}

async function insertCampaign(
  db: Queries,
  given: Omit<NewCampaign, 'work'>,
  work: {
    readonly steps: readonly Step[];
    readonly profile: { readonly id: number; readonly version: number } | null;
    readonly more?: { readonly rerun_of?: number; readonly closure?: string | null };
  },
  { by, now }: { by: Caller | null; now: number },
): Promise<CampaignRow> {
  const { name, notify } = given;
  const { id } = await db
    .insertInto('campaigns')
    .values({
      name,
      profile_id: work.profile?.id ?? null,
      profile_version: work.profile?.version ?? null,
      steps: JSON.stringify(work.steps),
      target: JSON.stringify(given.target),
      dynamic: given.dynamic ? 1 : 0,
      plan: JSON.stringify(given.plan),
      state: 'draft',
      start_at: given.startAt,
      end_by: given.endBy,
      created_at: now,
      changed_at: now,
      created_by: by?.id ?? null,
      created_by_name: by?.name ?? null,
      notify: notify === undefined ? null : JSON.stringify(notify),
      ...work.more,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await useContents(db, work.steps, { kind: 'campaign', id });
  await useKeptTarget(db, given.target, id);
  await note(db, id, 'create', { by, now });
  await recordEvent(db, {
    type: 'campaign.created',
    at: now,
    text: `Campaign ${id} (${name}) was made${by === null ? '' : ` by ${by.name}`}.`,
    campaignId: id,
    data: { name },
  });
  return findCampaign(db, id);
}

/**
 * Starts a draft: it is scheduled, or waits for approval where it is for so many devices that it needs one.
 *
 * @throws {NotFound}
 * @throws {Conflict} when it was started before
 */
export async function startCampaign(
  db: Queries,
  id: number,
  devices: number,
  { above }: ApprovalPolicy,
  done: { readonly by: Caller | null; readonly now: number },
): Promise<CampaignRow> {
  if (above === undefined || devices <= above) return move(db, id, 'start', done, { devices });
  const text = `it is for ${devices} devices, and those for more than ${above} need a second person`;
  return move(db, id, 'submit', { ...done, text }, { devices });
}

/**
 * How many devices a campaign is for.
 *
 * @throws {InvalidInput} when it is for none, unless that is allowed
 */
export async function countDevicesFor(
  store: Store,
  target: KeptTarget,
  allowEmpty: boolean,
  now: number,
): Promise<number> {
  const devices = await countOf(store, target, now);
  if (devices === 0 && !allowEmpty)
    throw new InvalidInput([
      {
        field: 'target',
        value: target,
        expected: 'a target that some device matches, or allowEmpty where devices are yet to come',
      },
    ]);
  return devices;
}
