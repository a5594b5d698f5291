import type { Columns, MigrationStep } from '@grove/store';
import { type Kysely, sql } from 'kysely';
import { orderKey } from '../../known-values/index.ts';

/** The order of software versions, in which 2.9 comes before 2.10. */
export function software(c: Columns): MigrationStep[] {
  return [
    `alter table devices add column swv_key ${c.text}`,
    orderVersions,
    'create index devices_swv on devices (swv_key, id)',
  ];
}

/** There are few versions, however many devices. */
async function orderVersions(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{
    swv: string;
  }>`select distinct swv from devices where swv is not null`.execute(db);
  for (const { swv } of rows)
    await sql`update devices set swv_key = ${orderKey(swv)} where swv = ${swv}`.execute(db);
}
