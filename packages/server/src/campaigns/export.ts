import { listSet } from '../sets/index.ts';
import type { OutcomeState, Queries, Store } from '../store/index.ts';
import { turn } from './members.ts';
import { findCampaign } from './move.ts';

/** Where a device of a campaign stands. Times are milliseconds since the epoch; null where it has not begun. */
export interface ExportedDevice {
  deviceId: number;
  devId: string;
  outcome: OutcomeState | 'pending';
  /** From 1. */
  wave: number | null;
  attempts: number | null;
  reason: string | null;
  sessionId: number | null;
  at: number | null;
  retryAt: number | null;
}

/** Devices that are read at once. */
const PIECE = 1_000;

/**
 * Each device that the campaign is for, those included that have not begun, by their ids, some at a time.
 *
 * @throws {NotFound} before the first of them, when there is no such campaign
 */
export async function exportCampaign(store: Store, id: number): Promise<AsyncGenerator<ExportedDevice[]>> {
  const { members } = await findCampaign(store.reader, id);
  return pieces(store.reader, id, members);
}

async function* pieces(db: Queries, id: number, members: number | null): AsyncGenerator<ExportedDevice[]> {
  for (let after = 0; members !== null; ) {
    const ids = await listSet(db, members, after, PIECE);
    const last = ids.at(-1);
    if (last === undefined) return;
    yield await piece(db, id, ids);
    after = last;
    await turn();
  }
}

async function piece(db: Queries, id: number, ids: readonly number[]): Promise<ExportedDevice[]> {
  const rows = await db
    .selectFrom('devices')
    .leftJoin('outcomes', (join) =>
      join.onRef('outcomes.device_id', '=', 'devices.id').on('outcomes.campaign_id', '=', id),
    )
    .select([
      'devices.id as deviceId',
      'devices.dev_id as devId',
      'outcomes.state',
      'outcomes.wave',
      'outcomes.attempts',
      'outcomes.reason',
      'outcomes.session_id as sessionId',
      'outcomes.at',
      'outcomes.retry_at as retryAt',
    ])
    .where('devices.id', 'in', ids)
    .orderBy('devices.id')
    .execute();
  return rows.map(({ state, wave, ...row }) => ({
    ...row,
    outcome: state ?? 'pending',
    wave: wave === null ? null : wave + 1,
  }));
}
