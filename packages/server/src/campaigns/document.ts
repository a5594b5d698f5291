/** A campaign as people write it: in a request, or in a file. */
import { type Caller, InvalidInput, Name, readTime, Time, timeOf } from '@grove/api';
import { type Static, Type } from 'typebox';
import { keepWish, Wish } from '../notifications/index.ts';
import { checkSteps, type Step } from '../steps/index.ts';
import type { Queries } from '../store/index.ts';
import { Target } from '../targets/index.ts';
import type { NewCampaign } from './create.ts';
import { checkPlan, PlanProperties, planIn } from './plan.ts';
import { showCampaign } from './read.ts';
import { hasEnded } from './states.ts';
import { checkTargets } from './target.ts';

/** What is said of a campaign besides what it does. */
export const CampaignProperties = {
  target: Type.Optional(Target),
  dynamic: Type.Optional(
    Type.Boolean({
      description:
        'Whether devices join that come to match later; it runs until it is stopped, or until endBy; false when absent',
    }),
  ),
  notify: Type.Optional(Wish),
  ...PlanProperties,
  startAt: Type.Optional(Time),
  endBy: Type.Optional(Time),
  start: Type.Optional(
    Type.Boolean({ description: 'Whether it is started, not kept as a draft; true when absent' }),
  ),
};

/** Makes the schema of a campaign: either the name of a profile, or steps. */
export function campaignSchema<P extends Record<never, never>, S extends ReturnType<typeof Type.Array>>(
  more: P,
  steps: S,
) {
  return Type.Union(
    [
      Type.Object({ ...more, ...CampaignProperties, profile: Name }, { additionalProperties: false }),
      Type.Object({ ...more, ...CampaignProperties, steps }, { additionalProperties: false }),
    ],
    { description: 'Either the name of a profile or steps' },
  );
}

const Properties = Type.Object(CampaignProperties);

/** What is said of a campaign, but for its name. */
export type CampaignDocument = Static<typeof Properties> & ({ profile: string } | { steps: readonly Step[] });

const ALL: Target = { all: true };

/**
 * Checks what a schema cannot, and reads what was written.
 *
 * @throws {InvalidInput} naming each field
 * @throws {NotFound} when there is no such template of a reason
 */
export async function readCampaign(
  db: Queries,
  name: string,
  document: CampaignDocument,
  by: Caller | null,
): Promise<NewCampaign & { readonly target: Target }> {
  const { notify, target = ALL, startAt, endBy, dynamic = false } = document;
  const plan = planIn(document);
  checkPlan(plan);
  await checkTargets(db, target, plan);
  const times = { startAt: timeIn(startAt, 'startAt'), endBy: timeIn(endBy, 'endBy') };
  if (times.startAt !== null && times.endBy !== null && times.endBy <= times.startAt)
    throw new InvalidInput([{ field: 'endBy', value: endBy, expected: 'a time after startAt' }]);
  return {
    name,
    work: 'profile' in document ? { profile: document.profile } : { steps: checkSteps(document.steps) },
    target,
    dynamic,
    plan,
    notify: notify === undefined ? undefined : await keepWish(db, notify, 'notify'),
    ...times,
    by,
  };
}

/** A campaign as it was written, as far as it is of that name: the newest, whatever has become of it. */
export async function writtenCampaign(
  db: Queries,
  name: string,
): Promise<{ id: number; hasEnded: boolean; document: CampaignDocument } | undefined> {
  const row = await db
    .selectFrom('campaigns')
    .select(['id', 'steps'])
    .where('name', '=', name)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { profile, target, dynamic, plan, notify, startAt, endBy, state } = await showCampaign(db, row.id);
  // As they are, and not as they are shown.
  const steps = JSON.parse(row.steps) as Step[];
  // What tries another campaign again is no one's to write.
  if ('campaign' in target) return undefined;
  return {
    id: row.id,
    hasEnded: hasEnded(state),
    document: {
      ...(profile === null ? { steps } : { profile: profile.name }),
      ...('all' in target ? {} : { target }),
      ...(dynamic ? { dynamic } : {}),
      ...plan,
      ...(notify === null ? {} : { notify }),
      ...(startAt === null ? {} : { startAt: timeOf(startAt) }),
      ...(endBy === null ? {} : { endBy: timeOf(endBy) }),
      ...(state === 'draft' ? { start: false } : {}),
    },
  };
}

function timeIn(time: string | undefined, field: string): number | null {
  return time === undefined ? null : readTime(time, field);
}
