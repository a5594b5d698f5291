/** Where each device of a campaign stands, as CSV (RFC 4180), a piece at a time. */
import { listSet } from '../sets/index.ts';
import type { Queries, Store } from '../store/index.ts';
import { turn } from './members.ts';
import { findCampaign } from './move.ts';

const COLUMNS = [
  'device',
  'devId',
  'outcome',
  'wave',
  'attempts',
  'reason',
  'session',
  'at',
  'retryAt',
] as const;

/** Devices of one piece. */
const PIECE = 1_000;

/**
 * Each device that the campaign is for, those included that have not begun, by their ids.
 *
 * @throws {NotFound} before the first piece, when there is no such campaign
 */
export async function exportCampaign(store: Store, id: number): Promise<AsyncGenerator<string>> {
  const { members } = await findCampaign(store.reader, id);
  return pieces(store.reader, id, members);
}

async function* pieces(db: Queries, id: number, members: number | null): AsyncGenerator<string> {
  yield `${COLUMNS.join(',')}\r\n`;
  for (let after = 0; members !== null; ) {
    const ids = await listSet(db, members, after, PIECE);
    const last = ids.at(-1);
    if (last === undefined) return;
    yield await piece(db, id, ids);
    after = last;
    await turn();
  }
}

async function piece(db: Queries, id: number, ids: readonly number[]): Promise<string> {
  const rows = await db
    .selectFrom('devices')
    .leftJoin('outcomes', (join) =>
      join.onRef('outcomes.device_id', '=', 'devices.id').on('outcomes.campaign_id', '=', id),
    )
    .select([
      'devices.id',
      'devices.dev_id',
      'outcomes.state',
      'outcomes.wave',
      'outcomes.attempts',
      'outcomes.reason',
      'outcomes.session_id',
      'outcomes.at',
      'outcomes.retry_at',
    ])
    .where('devices.id', 'in', ids)
    .orderBy('devices.id')
    .execute();
  return rows
    .map((row) =>
      [
        row.id,
        row.dev_id,
        row.state ?? 'pending',
        row.wave === null ? null : row.wave + 1,
        row.attempts,
        row.reason,
        row.session_id,
        timeOf(row.at),
        timeOf(row.retry_at),
      ]
        .map(cell)
        .join(','),
    )
    .map((line) => `${line}\r\n`)
    .join('');
}

function timeOf(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

/** A cell; one that a spreadsheet would take for a formula begins with an apostrophe. */
export function cell(value: string | number | null): string {
  if (value === null || typeof value === 'number') return String(value ?? '');
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
