/** Running campaigns as a source of work. */
import { readSteps, stepsOfRendering } from '../renderings/index.ts';
import { isCampaignRunning, type OutcomeTable, type Params, statement } from '../store/index.ts';
import type { WorkSource } from '../work/index.ts';

const pendingCampaigns = statement((q, p: Params<{ deviceId: number; limit: number }>) =>
  q
    .selectFrom('campaigns')
    .select(['id', 'steps'])
    .where(isCampaignRunning)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('outcomes')
            .select('outcomes.device_id')
            .whereRef('outcomes.campaign_id', '=', 'campaigns.id')
            .where('outcomes.device_id', '=', p('deviceId')),
        ),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('waits')
            .select('waits.id')
            .whereRef('waits.campaign_id', '=', 'campaigns.id')
            .where('waits.device_id', '=', p('deviceId')),
        ),
      ),
    )
    .orderBy('id')
    .limit(p('limit')),
);

const findCampaign = statement((q, p: Params<{ id: number }>) =>
  q.selectFrom('campaigns').select(['steps', 'state']).where('id', '=', p('id')),
);

type Ended = Pick<
  OutcomeTable,
  'campaign_id' | 'device_id' | 'state' | 'results' | 'reason' | 'session_id' | 'at'
>;

const insertOutcome = statement((q, p: Params<Ended>) =>
  q
    .insertInto('outcomes')
    .values({
      campaign_id: p('campaign_id'),
      device_id: p('device_id'),
      state: p('state'),
      wave: 0,
      attempts: 1,
      results: p('results'),
      reason: p('reason'),
      session_id: p('session_id'),
      at: p('at'),
    })
    .onConflict((conflict) => conflict.columns(['campaign_id', 'device_id']).doNothing()),
);

/** A campaign is pending on a device until it has an outcome there: a session that has one in hand leaves it out. */
export const campaignSource: WorkSource = {
  kind: 'campaign',

  async pending(db, { deviceId }, limit) {
    const rows = await pendingCampaigns.all(db, { deviceId, limit });
    return rows.map(({ id, steps }) => ({ kind: 'campaign', id, steps: readSteps(steps) }));
  },

  async stepsOf(db, { id, rendering }) {
    const row = await findCampaign.first(db, { id });
    if (row?.state !== 'running') return undefined;
    return rendering == null ? readSteps(row.steps) : stepsOfRendering(db, rendering);
  },

  begin: async () => true,

  async finish(db, { id }, deviceId, sessionId, result, now) {
    await insertOutcome.run(db, {
      campaign_id: id,
      device_id: deviceId,
      state: result.state === 'failed' ? 'failed' : 'changed',
      results: JSON.stringify(result.results),
      reason: result.reason,
      session_id: sessionId,
      at: now,
    });
  },
};
