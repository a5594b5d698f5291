import pg from 'pg';
import { describe, inject } from 'vitest';
import { campaignsMigrationSuite } from './campaigns.testing.ts';

describe('the migration of campaigns on PostgreSQL', () => {
  campaignsMigrationSuite(async () => {
    const name = `campaigns_${process.pid}`;
    const client = new pg.Client({ connectionString: inject('postgresUrl') });
    await client.connect();
    await client.query(`create database ${name}`);
    await client.end();
    const url = new URL(inject('postgresUrl'));
    url.pathname = name;
    return url.href;
  });
});
