import pg from 'pg';
import { describe, inject } from 'vitest';
import { webhookSuite } from './suite.testing.ts';

let databases = 0;

/** An address of a new database in the cluster of the test run. */
async function freshUrl(): Promise<string> {
  const name = `webhooks_${process.pid}_${++databases}`;
  const client = new pg.Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  const url = new URL(inject('postgresUrl'));
  url.pathname = name;
  return url.href;
}

describe('webhooks on PostgreSQL', () => {
  webhookSuite(freshUrl);
});
