import pg from 'pg';
import { describe, inject } from 'vitest';
import { gatewaySuite } from './suite.testing.ts';

let databases = 0;

describe('a gateway on PostgreSQL', () => {
  gatewaySuite(async () => {
    const name = `gateway_${process.pid}_${++databases}`;
    const client = new pg.Client({ connectionString: inject('postgresUrl') });
    await client.connect();
    await client.query(`create database ${name}`);
    await client.end();
    const url = new URL(inject('postgresUrl'));
    url.pathname = name;
    return url.href;
  });
});
