import { Conflict, idAfter, NotFound, type Page, type PageRequest, pageOf } from '@grove/api';
import type { Selectable } from 'kysely';
import {
  type ContentTable,
  isCampaignRunning,
  isContentComplete,
  isTaskToDo,
  type Params,
  type Queries,
  statement,
} from '../store/index.ts';

/** A large value, for devices or from one. It never changes. Times are milliseconds since the epoch. */
export interface Content {
  id: number;
  /** What its uploader calls it. */
  name: string | null;
  /** MIME type. */
  type: string | null;
  /** Bytes. */
  size: number;
  /** SHA-256 in hexadecimal; of what a device has sent it is null for a moment, until it was computed. */
  sha256: string | null;
  /** The device that it comes from; null where it was uploaded, or where that device was deleted. */
  deviceId: number | null;
  createdAt: number;
}

const COLUMNS = ['id', 'name', 'type', 'size', 'sha256', 'device_id', 'created_at'] as const;

function contentOf(row: Pick<Selectable<ContentTable>, (typeof COLUMNS)[number]>): Content {
  const { id, name, type, size, sha256, device_id, created_at } = row;
  return { id, name, type, size, sha256, deviceId: device_id, createdAt: created_at };
}

/** Contents that are complete, the newest first. */
export async function listContents(db: Queries, page: PageRequest): Promise<Page<Content>> {
  const before = idAfter(page);
  const rows = await db
    .selectFrom('contents')
    .select(COLUMNS)
    .where(isContentComplete)
    .$if(before !== undefined, (query) => query.where('id', '<', before as number))
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return pageOf(rows.map(contentOf), page.limit, (content) => content.id);
}

/** @throws {NotFound} also when it is not complete */
export async function showContent(db: Queries, id: number): Promise<Content> {
  const row = await db
    .selectFrom('contents')
    .select(COLUMNS)
    .where('id', '=', id)
    .where(isContentComplete)
    .executeTakeFirst();
  if (row === undefined) throw new NotFound('content', id);
  return contentOf(row);
}

/**
 * Deletes a content. Tasks that have ended go on to name it.
 *
 * @throws {NotFound}
 * @throws {Conflict} when there is work that still has to bring it to a device
 */
export async function deleteContent(db: Queries, id: number, now: number): Promise<void> {
  await showContent(db, id);
  const task = await db
    .selectFrom('content_uses')
    .innerJoin('tasks', 'tasks.id', 'content_uses.task_id')
    .select('tasks.id')
    .where('content_uses.content_id', '=', id)
    .where(isTaskToDo)
    .limit(1)
    .executeTakeFirst();
  if (task !== undefined) throw new Conflict(`content ${id} cannot be deleted: task ${task.id} needs it`);
  const campaign = await db
    .selectFrom('content_uses')
    .innerJoin('campaigns', 'campaigns.id', 'content_uses.campaign_id')
    .select('campaigns.id')
    .where('content_uses.content_id', '=', id)
    .where(isCampaignRunning)
    .limit(1)
    .executeTakeFirst();
  if (campaign !== undefined) {
    throw new Conflict(`content ${id} cannot be deleted: campaign ${campaign.id} needs it`);
  }
  await dropContent(db, id, now);
}

const drop = statement((q, p: Params<{ id: number; now: number }>) =>
  q
    .updateTable('contents')
    .set({ state: 'dropped', changed_at: p('now') })
    .where('id', '=', p('id')),
);

/** Makes a content unreachable; housekeeping deletes its bytes. */
export async function dropContent(db: Queries, id: number, now: number): Promise<void> {
  await drop.run(db, { id, now });
}
