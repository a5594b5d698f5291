import { NotFound, type Page, type PageRequest, pageOf } from '@grove/api';
import type { Selectable } from 'kysely';
import { addressesOfDevices } from '../addresses/index.ts';
import type { Queries, ReasonTable } from '../store/index.ts';
import type { Audience } from './render.ts';
import type { ReasonTemplate } from './template.ts';

/** A template under its name. Times are milliseconds since the epoch. */
export interface Reason {
  name: string;
  template: ReasonTemplate;
  createdAt: number;
  updatedAt: number;
}

/** A template as lists show it. */
export interface ReasonSummary extends Omit<Reason, 'template'> {
  /** The first one is for those whose language is not among them. */
  languages: string[];
  /** The text in the first language. */
  text: string;
}

function reasonOf({ name, template, created_at, updated_at }: Selectable<ReasonTable>): Reason {
  return {
    name,
    template: JSON.parse(template) as ReasonTemplate,
    createdAt: created_at,
    updatedAt: updated_at,
  };
}

function summaryOf({ template, ...reason }: Reason): ReasonSummary {
  return {
    ...reason,
    languages: template.texts.map(({ language }) => language),
    text: template.texts[0]?.text ?? '',
  };
}

/** Templates by name. */
export async function listReasons(db: Queries, page: PageRequest): Promise<Page<ReasonSummary>> {
  const { after } = page;
  const rows = await db
    .selectFrom('reasons')
    .selectAll()
    .$if(after !== undefined, (query) => query.where('name', '>', after as string))
    .orderBy('name')
    .limit(page.limit + 1)
    .execute();
  return pageOf(
    rows.map((row) => summaryOf(reasonOf(row))),
    page.limit,
    ({ name }) => name,
  );
}

/** @throws {NotFound} */
export async function showReason(db: Queries, name: string): Promise<Reason> {
  const row = await db.selectFrom('reasons').selectAll().where('name', '=', name).executeTakeFirst();
  if (row === undefined) throw new NotFound('reason', name);
  return reasonOf(row);
}

/**
 * Keeps a template, in place of the one of that name if there is one. What was made with that one before stays as it is.
 *
 * @param template as `checkTemplate` returned it
 */
export async function setReason(
  db: Queries,
  name: string,
  template: ReasonTemplate,
  now: number,
): Promise<{ reason: Reason; isNew: boolean }> {
  const said = { template: JSON.stringify(template), updated_at: now };
  const replaced = await db
    .updateTable('reasons')
    .set(said)
    .where('name', '=', name)
    .returning('name')
    .executeTakeFirst();
  if (replaced === undefined) {
    await db
      .insertInto('reasons')
      .values({ name, ...said, created_at: now })
      .execute();
  }
  return { reason: await showReason(db, name), isNew: replaced === undefined };
}

/** @throws {NotFound} */
export async function deleteReason(db: Queries, name: string): Promise<void> {
  const deleted = await db
    .deleteFrom('reasons')
    .where('name', '=', name)
    .returning('name')
    .executeTakeFirst();
  if (deleted === undefined) throw new NotFound('reason', name);
}

/**
 * The user of a device, as far as texts are made for him.
 *
 * @throws {NotFound} when there is no such device
 */
export async function audienceOf(db: Queries, deviceId: number): Promise<Audience> {
  const row = await db
    .selectFrom('devices')
    .select(['dev_id', 'man', 'mod', 'swv', 'lang'])
    .where('id', '=', deviceId)
    .executeTakeFirst();
  if (row === undefined) throw new NotFound('device', deviceId);
  const { dev_id: devId, man, mod, swv, lang: language } = row;
  const { msisdn = null } = (await addressesOfDevices(db, [deviceId])).get(deviceId) ?? {};
  return { language, device: { devId, man, mod, swv, msisdn } };
}
