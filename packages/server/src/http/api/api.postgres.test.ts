import pg from 'pg';
import { describe, inject } from 'vitest';
import { addressSuite } from './addresses.testing.ts';
import { applySuite } from './apply.testing.ts';
import { campaignsSuite } from './campaigns/campaigns.testing.ts';
import { careSuite } from './care.testing.ts';
import { instanceSuite } from './devices/instances.testing.ts';
import { eventSuite } from './events.testing.ts';
import { groupSuite } from './groups.testing.ts';
import { idempotencySuite } from './idempotency.testing.ts';
import { importApiSuite } from './imports.testing.ts';
import { notificationSuite } from './notifications.testing.ts';
import { profilesSuite } from './profiles.testing.ts';
import { reasonSuite } from './reasons.testing.ts';
import { ruleSuite } from './rules.testing.ts';
import { subscriberSuite } from './subscribers.testing.ts';
import { apiSuite } from './suite.testing.ts';
import { triggerSuite } from './triggers.testing.ts';
import { webhookApiSuite } from './webhooks/webhooks.testing.ts';

let databases = 0;

/** An address of a new database in the cluster of the test run. */
async function freshUrl(): Promise<string> {
  const name = `api_${process.pid}_${++databases}`;
  const client = new pg.Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  const url = new URL(inject('postgresUrl'));
  url.pathname = name;
  return url.href;
}

describe('applying files, on PostgreSQL', () => {
  applySuite(freshUrl);
});
describe('profiles, on PostgreSQL', () => {
  profilesSuite(freshUrl);
});

describe('the API on PostgreSQL', () => {
  apiSuite(freshUrl);
});

describe('campaigns on PostgreSQL', () => {
  campaignsSuite(freshUrl);
});

describe('addresses of devices on PostgreSQL', () => {
  addressSuite(freshUrl);
});

describe('expressions and groups on PostgreSQL', () => {
  groupSuite(freshUrl);
});

describe('events on PostgreSQL', () => {
  eventSuite(freshUrl);
});

describe('instances of devices on PostgreSQL', () => {
  instanceSuite(freshUrl);
});

describe('subscribers on PostgreSQL', () => {
  subscriberSuite(freshUrl);
});

describe('requests with a key on PostgreSQL', () => {
  idempotencySuite(freshUrl);
});

describe('customer care on PostgreSQL', () => {
  careSuite(freshUrl);
});

describe('webhooks on PostgreSQL', () => {
  webhookApiSuite(freshUrl);
});

describe('triggers on PostgreSQL', () => {
  triggerSuite(freshUrl);
});

describe('rules on PostgreSQL', () => {
  ruleSuite(freshUrl);
});

describe('reasons on PostgreSQL', () => {
  reasonSuite(freshUrl);
});

describe('notifications on PostgreSQL', () => {
  notificationSuite(freshUrl);
});

describe('imports through the API on PostgreSQL', () => {
  importApiSuite(freshUrl);
});
