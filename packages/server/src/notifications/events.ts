/** What is logged of notifications. */
import { type EventType, type NewEvent, recordEvent } from '../events/index.ts';
import type { Queries } from '../store/index.ts';
import type { Attempt, Happening } from './life.ts';
import { wayOf } from './plan.ts';
import { pushIdOf, type Stored } from './stored.ts';

/** Logs what has happened to a notification, as far as it matters to others. */
export async function recordHappening(
  db: Queries,
  before: Stored,
  after: Stored,
  happening: Happening,
  now: number,
): Promise<void> {
  const event = eventOf(before, after, happening);
  if (event === undefined) return;
  await recordEvent(db, {
    ...event,
    at: now,
    deviceId: after.deviceId,
    notificationId: after.id,
    taskId: after.taskId ?? undefined,
    campaignId: after.campaignId ?? undefined,
  });
}

type Said = Pick<NewEvent, 'type' | 'text' | 'sessionId' | 'data'>;

function eventOf(before: Stored, after: Stored, happening: Happening): Said | undefined {
  switch (happening.kind) {
    case 'submitted':
    case 'sent':
    case 'delivered':
    case 'undeliverable': {
      const { n, text } = happening;
      const attempt = after.attempts[n - 1];
      if (attempt === undefined || attempt.state === before.attempts[n - 1]?.state) return undefined;
      const said = `${PUSHES[happening.kind](`Push ${n} of notification ${after.id} (${wayOf(attempt)})`)}: ${text}.`;
      return { type: `notification.${happening.kind}`, text: said, data: dataOf(after, attempt) };
    }
    case 'opened':
    case 'refused':
    case 'expired':
    case 'failed':
    case 'cancelled': {
      if (before.state === after.state) return undefined;
      const { kind, text } = happening;
      const type: EventType = `notification.${kind}`;
      const data = { reason: text };
      const sessionId = after.sessionRow ?? undefined;
      return { type, text: `Notification ${after.id} ${ENDS[kind]}: ${text}.`, sessionId, data };
    }
    default:
      return undefined;
  }
}

const PUSHES = {
  submitted: (push: string) => `${push} is with the gateway`,
  sent: (push: string) => `${push} is with the network`,
  delivered: (push: string) => `${push} is with the device`,
  undeliverable: (push: string) => `${push} does not reach the device`,
};

const ENDS = {
  opened: 'has led to a session',
  refused: 'was refused',
  expired: 'has expired',
  failed: 'has failed',
  cancelled: 'is not needed any more',
};

function dataOf(stored: Stored, { n, bearer, resync }: Attempt): Record<string, unknown> {
  return { push: n, pushId: pushIdOf(stored, n), bearer, resync };
}
