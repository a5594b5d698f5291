import pg from 'pg';
import { describe, inject } from 'vitest';
import { importsSuite } from './imports.testing.ts';

let databases = 0;

describe('imports into PostgreSQL', () => {
  importsSuite(async () => {
    const name = `imports_${process.pid}_${++databases}`;
    const client = new pg.Client({ connectionString: inject('postgresUrl') });
    await client.connect();
    await client.query(`create database ${name}`);
    await client.end();
    const url = new URL(inject('postgresUrl'));
    url.pathname = name;
    return url.href;
  });
});
