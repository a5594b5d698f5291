/** What of the log becomes cases: errors that nobody reports in the unit of work in which they happen. */
import { showCampaign } from '../campaigns/index.ts';
import type { Event, EventType } from '../events/index.ts';
import { outcomeOfFailure } from '../outcomes/index.ts';
import type { CommandResult } from '../steps/index.ts';
import type { Queries } from '../store/index.ts';
import { type CareError, openCase } from './open.ts';

/** What an event says of an error; undefined where there is none. */
type Reader = (
  db: Queries,
  event: Event,
) => Promise<(Partial<CareError> & Pick<CareError, 'kind' | 'outcome'>) | undefined>;

/** Alerts that are errors by their mark (OMA-TS-DM-Protocol 1.2.1 §8.7: Importance). */
const GRAVE: ReadonlySet<unknown> = new Set(['fatal', 'critical']);

const READERS = {
  'task.failed': async (db, { taskId, data }) => {
    const row = await db.selectFrom('tasks').select('results').where('id', '=', taskId).executeTakeFirst();
    const results = row?.results == null ? [] : (JSON.parse(row.results) as CommandResult[]);
    const reason = typeof data.reason === 'string' ? data.reason : null;
    const outcome = outcomeOfFailure(reason, results);
    return { kind: outcome === 'user-refused' ? 'user-refused' : 'task-failed', outcome };
  },
  'campaign.finished': (db, event) => campaignError(db, event, 'campaign-failures'),
  'campaign.stopped': (db, event) => campaignError(db, event, 'campaign-failures'),
  // Who pauses one himself knows why.
  'campaign.paused': async (db, event) =>
    event.data.by === undefined ? campaignError(db, event, 'campaign-paused') : undefined,
  'policy.drifted': async (_db, { data }) =>
    data.corrected === true
      ? undefined
      : { kind: 'drift', outcome: 'drift', about: `policy ${String(data.policy)}` },
  // What a policy wants is wrong for all of its devices, or for many.
  'policy.failed': async (_db, { data }) => ({
    kind: 'policy-failed',
    outcome: outcomeOfFailure(typeof data.reason === 'string' ? data.reason : null, []),
    about: `policy ${String(data.policy)}`,
    deviceId: undefined,
  }),
  'notification.refused': async (_db, event) =>
    // The task that was not wanted has failed, and says so itself.
    event.taskId === null ? { kind: 'user-refused', outcome: 'user-refused', ...together(event) } : undefined,
  'notification.failed': async (_db, event) => ({
    kind: 'unreachable',
    outcome: 'unreachable',
    ...together(event),
  }),
  'notification.expired': async (_db, event) => ({
    kind: 'not-called',
    outcome: 'not-called',
    ...together(event),
  }),
  'alert.received': async (_db, { data }) =>
    GRAVE.has(data.mark) ? { kind: 'alert', outcome: 'device-alert', about: String(data.type) } : undefined,
} as const satisfies Partial<Record<EventType, Reader>>;

/** The types of events that may be errors. */
export const CARE_EVENTS = Object.keys(READERS) as readonly (keyof typeof READERS)[];

/** All devices of a campaign are one case: otherwise its errors would be as many as they are. */
function together({ campaignId }: Event): Partial<CareError> {
  return campaignId === null ? {} : { about: `campaign ${campaignId}`, deviceId: undefined };
}

/** How many devices a campaign has failed on, if on any. */
async function campaignError(
  db: Queries,
  { campaignId }: Event,
  outcome: 'campaign-failures' | 'campaign-paused',
): ReturnType<Reader> {
  if (campaignId === null) return undefined;
  const { name, counts } = await showCampaign(db, campaignId);
  const { failed } = counts;
  if (failed === 0) return undefined;
  const text = `Campaign ${campaignId} (${name}) has failed on ${failed} ${failed === 1 ? 'device' : 'devices'}.`;
  return { kind: 'campaign', outcome, about: `campaign ${campaignId}`, count: failed, text };
}

/** Opens cases for events that are errors. */
export async function openCasesFor(db: Queries, events: readonly Event[]): Promise<void> {
  for (const event of events) {
    const read: Reader | undefined = READERS[event.type as keyof typeof READERS];
    const error = await read?.(db, event);
    if (error === undefined) continue;
    const { deviceId, taskId, campaignId, sessionId, text, at } = event;
    await openCase(db, {
      text,
      at,
      deviceId: deviceId ?? undefined,
      taskId: taskId ?? undefined,
      campaignId: campaignId ?? undefined,
      sessionId: sessionId ?? undefined,
      ...error,
    });
  }
}
