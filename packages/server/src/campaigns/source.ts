/** Running campaigns as a source of work. */
import { factsOf as factsOfProfile, render, sentenceOf } from '../profiles/index.ts';
import { readSteps, stepsOfRendering } from '../renderings/index.ts';
import type { CommandResult, Work, WorkResult } from '../steps/index.ts';
import { type OutcomeState, type Params, type Queries, statement } from '../store/index.ts';
import type { WorkSource } from '../work/index.ts';
import { admit } from './admission.ts';
import { type CampaignBook, type RunningCampaign, waveOf } from './book.ts';
import { recordChange } from './counts.ts';
import { type Circumstances, circumstancesOf, factsOf, findOutcome } from './facts.ts';
import { joinCampaign } from './members.ts';
import { backoffOf, confirmIn, type Plan } from './plan.ts';
import { FINAL } from './standing.ts';

const campaignById = statement((q, p: Params<{ id: number }>) =>
  q.selectFrom('campaigns').select(['steps', 'state', 'plan']).where('id', '=', p('id')),
);

/** States in which what was begun goes on. */
const GOES_ON: readonly string[] = ['running', 'paused', 'stopping'];

type Begin = {
  campaign: number;
  device: number;
  session: number;
  wave: number;
  rendering: number | null;
  now: number;
};

const insertBegun = statement((q, p: Params<Begin>) =>
  q
    .insertInto('outcomes')
    .columns([
      'campaign_id',
      'device_id',
      'state',
      'wave',
      'attempts',
      'begun_at',
      'results',
      'session_id',
      'rendering_id',
      'at',
    ])
    .expression((from) =>
      from
        .selectFrom('campaigns')
        .select((as) => [
          'campaigns.id',
          p('device').as('device_id'),
          as.val<OutcomeState>('begun').as('state'),
          p('wave').as('wave'),
          as.val(1).as('attempts'),
          p('now').as('begun_at'),
          as.val('[]').as('results'),
          p('session').as('session_id'),
          p('rendering').as('rendering_id'),
          p('now').as('at'),
        ])
        .where('campaigns.id', '=', p('campaign'))
        .where('campaigns.state', '=', 'running'),
    )
    .onConflict((conflict) => conflict.columns(['campaign_id', 'device_id']).doNothing()),
);

const beginAgain = statement((q, p: Params<Begin>) =>
  q
    .updateTable('outcomes')
    .set((set) => ({
      state: 'begun',
      attempts: set('attempts', '+', 1),
      retry_at: null,
      begun_at: p('now'),
      session_id: p('session'),
      rendering_id: p('rendering'),
      at: p('now'),
    }))
    .where('campaign_id', '=', p('campaign'))
    .where('device_id', '=', p('device'))
    .where('state', '=', 'retrying')
    .where((where) =>
      where.exists(
        where
          .selectFrom('campaigns')
          .select('campaigns.id')
          .where('campaigns.id', '=', p('campaign'))
          .where('campaigns.state', '=', 'running'),
      ),
    ),
);

const goOn = statement((q, p: Params<{ campaign: number; device: number; session: number }>) =>
  q
    .updateTable('outcomes')
    .set({ session_id: p('session') })
    .where('campaign_id', '=', p('campaign'))
    .where('device_id', '=', p('device'))
    .where('state', '=', 'begun'),
);

type End = {
  campaign: number;
  device: number;
  session: number | null;
  state: OutcomeState;
  wave: number;
  retryAt: number | null;
  results: string;
  reason: string | null;
  now: number;
};

const insertEnded = statement((q, p: Params<End>) =>
  q
    .insertInto('outcomes')
    .values({
      campaign_id: p('campaign'),
      device_id: p('device'),
      state: p('state'),
      wave: p('wave'),
      attempts: 1,
      retry_at: p('retryAt'),
      results: p('results'),
      reason: p('reason'),
      session_id: p('session'),
      at: p('now'),
    })
    .onConflict((conflict) => conflict.columns(['campaign_id', 'device_id']).doNothing()),
);

const updateEnded = statement((q, p: Params<Omit<End, 'wave'>>) =>
  q
    .updateTable('outcomes')
    .set({
      state: p('state'),
      retry_at: p('retryAt'),
      results: p('results'),
      reason: p('reason'),
      session_id: p('session'),
      at: p('now'),
    })
    .where('campaign_id', '=', p('campaign'))
    .where('device_id', '=', p('device'))
    .where('state', 'in', ['begun', 'retrying']),
);

/** Commands that change nothing, and what comes of a converge step where it has changed nothing. */
const HARMLESS: readonly string[] = ['Get', 'Alert'];
const IDLE: readonly (string | undefined)[] = ['unchanged', 'different'];

function outcomeOf({ state, declined, results }: WorkResult): OutcomeState {
  if (state === 'failed') return declined === true ? 'declined' : 'failed';
  const isChange = ({ command, outcome }: CommandResult) =>
    !HARMLESS.includes(command) && !IDLE.includes(outcome);
  return results.some(isChange) ? 'changed' : 'unchanged';
}

/** Whether a device is tried again that was begun so many times. */
function isRetried({ retries }: Plan, state: OutcomeState, attempts: number): boolean {
  if (retries === undefined || attempts > retries.count) return false;
  return (retries.on ?? ['failed']).some((each) => each === state);
}

/** What a device gets; a text where it cannot get anything for good, undefined where it cannot at present. */
async function workOf(
  db: Queries,
  campaign: RunningCampaign,
  deviceId: number,
  around: () => Promise<Circumstances>,
  now: number,
): Promise<Work | string | undefined> {
  const { id, plan, profile } = campaign;
  let { steps } = campaign;
  if (profile !== undefined) {
    if ('problem' in profile) return undefined;
    const { closure, prepared } = profile;
    const rendering = render(closure, await factsOfProfile(db, deviceId, closure, now, prepared));
    if (rendering.refused) return rendering.reasons.map(sentenceOf).join('; ');
    ({ steps } = rendering);
  }
  if (plan.confirm !== undefined) {
    const { maxDisplay } = plan.confirm;
    const text = confirmIn(plan.confirm, (await around()).language);
    const question = { kind: 'confirm' as const, text, ...(maxDisplay === undefined ? {} : { maxDisplay }) };
    steps = [{ kind: 'ask', question }, ...steps];
  }
  const isOwn = profile !== undefined || plan.confirm !== undefined;
  return isOwn ? { kind: 'campaign', id, steps, rendering: null } : { kind: 'campaign', id, steps };
}

/**
 * Campaigns as a source of work. A device gets one when it calls, if it is of its devices, its wave is open, and neither
 * window nor rate are in the way. That it begins is written in the unit of work that sends the first request, and only
 * if the campaign runs in that moment.
 */
export function campaignSource(book: CampaignBook): WorkSource {
  return {
    kind: 'campaign',

    async pending(db, { deviceId, waiting, now }, limit) {
      const work: Work[] = [];
      let circumstances: Circumstances | undefined;
      const around = async () => {
        circumstances ??= await circumstancesOf(db, deviceId);
        return circumstances;
      };
      for (const campaign of book.running) {
        if (work.length >= limit) break;
        const { id, pace } = campaign;
        if (waiting.some((each) => each.kind === 'campaign' && each.id === id)) continue;
        const permit = () => pace?.permit(deviceId, now) ?? true;
        const facts = factsOf(db, campaign, deviceId, now, around, permit);
        const verdict = await admit(campaign, facts, now);
        if (verdict.kind === 'not') continue;
        const one = await workOf(db, campaign, deviceId, around, now);
        if (typeof one === 'string') await leaveOut(db, campaign, deviceId, verdict.wave, one, now);
        else if (one !== undefined) work.push(one);
      }
      return work;
    },

    async stepsOf(db, { id, rendering }) {
      const row = await campaignById.first(db, { id });
      if (row === undefined || !GOES_ON.includes(row.state)) return undefined;
      return rendering == null ? readSteps(row.steps) : stepsOfRendering(db, rendering);
    },

    async begin(db, { id, rendering }, deviceId, sessionId, now) {
      const campaign = book.find(id);
      const wave = campaign === undefined ? 0 : waveOf(campaign, deviceId);
      const begun = {
        campaign: id,
        device: deviceId,
        session: sessionId,
        wave,
        rendering: rendering ?? null,
        now,
      };
      const change = { campaignId: id, deviceId, outcome: 'begun', reason: null } as const;
      if ((await insertBegun.run(db, begun)) > 0) {
        if (campaign?.members?.has(deviceId) === false) await joinCampaign(db, campaign, deviceId, wave);
        await recordChange(db, { ...change, wave, was: null });
        return true;
      }
      if ((await beginAgain.run(db, begun)) > 0) {
        const row = await findOutcome(db, id, deviceId);
        // For that reason it is tried again no longer.
        const reason = row?.reason ?? null;
        await recordChange(db, { ...change, wave: row?.wave ?? wave, was: 'retrying', reason });
        return true;
      }
      if ((await goOn.run(db, { campaign: id, device: deviceId, session: sessionId })) > 0) return true;
      // It was paused, or has ended, since it was read.
      book.distrust(id);
      return false;
    },

    async finish(db, { id }, deviceId, sessionId, result, now) {
      await endOutcome(db, book, id, deviceId, sessionId, result, now);
    },
  };
}

/** Notes that a campaign cannot be brought to a device. */
async function leaveOut(
  db: Queries,
  campaign: RunningCampaign,
  device: number,
  wave: number,
  reason: string,
  now: number,
): Promise<void> {
  const end = {
    campaign: campaign.id,
    device,
    session: null,
    state: 'skipped',
    wave,
    retryAt: null,
  } as const;
  if ((await insertEnded.run(db, { ...end, results: '[]', reason, now })) === 0) return;
  if (campaign.members?.has(device) === false) await joinCampaign(db, campaign, device, wave);
  const change = { campaignId: campaign.id, deviceId: device, wave, was: null, outcome: 'skipped' } as const;
  await recordChange(db, { ...change, reason });
}

/** The plan of a campaign that does not run at the moment. */
async function planOf(db: Queries, id: number): Promise<Plan> {
  const row = await campaignById.first(db, { id });
  return row === undefined ? {} : (JSON.parse(row.plan) as Plan);
}

async function endOutcome(
  db: Queries,
  book: CampaignBook,
  campaignId: number,
  deviceId: number,
  sessionId: number,
  result: WorkResult,
  now: number,
): Promise<void> {
  const row = await findOutcome(db, campaignId, deviceId);
  if (row !== undefined && FINAL.includes(row.state)) return;
  const campaign = book.find(campaignId);
  const plan = campaign?.plan ?? (await planOf(db, campaignId));
  const ended = outcomeOf(result);
  const attempts = row?.attempts ?? 1;
  const again = isRetried(plan, ended, attempts);
  const state = again ? 'retrying' : ended;
  const wave = row?.wave ?? (campaign === undefined ? 0 : waveOf(campaign, deviceId));
  const end = {
    campaign: campaignId,
    device: deviceId,
    session: sessionId,
    state,
    retryAt: again ? now + backoffOf(plan, attempts) : null,
    results: JSON.stringify(result.results),
    reason: result.reason,
    now,
  };
  const changed =
    row === undefined ? await insertEnded.run(db, { ...end, wave }) : await updateEnded.run(db, end);
  if (changed === 0) return;
  const was = row?.state ?? null;
  if (row === undefined && campaign?.members?.has(deviceId) === false)
    await joinCampaign(db, campaign, deviceId, wave);
  await recordChange(db, { campaignId, deviceId, wave, was, outcome: state, reason: result.reason });
}
