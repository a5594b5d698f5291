/** A small database, on which the tests of stores try them. */
import type { Generated } from 'kysely';
import {
  type Queries as AnyQueries,
  type Store as AnyStore,
  openStore as openAnyStore,
  type StoreOptions,
  statementsOf,
  type Tables,
} from './index.ts';

interface Sample {
  devices: {
    id: Generated<number>;
    dev_id: string;
    man: string | null;
    mod: string | null;
    created_at: number;
    seen_at: number | null;
  };
  nodes: { device_id: number; uri: string; value: Uint8Array };
}

export type Store = AnyStore<Sample>;
export type Queries = AnyQueries<Sample>;
export const { statement, insertion } = statementsOf<Sample>();

const SAMPLE: Tables = {
  record: 'sample_migration',
  migrations: {
    '0001-tables': (c) => [
      `create table devices (
        id ${c.id},
        dev_id ${c.text} not null unique,
        man ${c.text},
        mod ${c.text},
        created_at ${c.integer} not null,
        seen_at ${c.integer}
      ) ${c.table}`,
      `create table nodes (
        device_id ${c.integer} not null references devices (id) on delete cascade,
        uri ${c.text} not null,
        value ${c.bytes} not null,
        primary key (device_id, uri)
      ) ${c.keyedTable}`,
    ],
  },
};

export function openStore(options: StoreOptions): Promise<Store> {
  return openAnyStore<Sample>(options, SAMPLE);
}
