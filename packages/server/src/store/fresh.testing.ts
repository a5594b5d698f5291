/** For tests: databases of their own in the cluster of the test run. */
import pg from 'pg';
import { inject } from 'vitest';

let databases = 0;

/** The address of a new database on PostgreSQL. */
export async function freshPostgres(): Promise<string> {
  const name = `fresh_${process.pid}_${Date.now()}_${++databases}`;
  const client = new pg.Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  const url = new URL(inject('postgresUrl'));
  url.pathname = name;
  return url.href;
}
