import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe } from 'vitest';
import { campaignsMigrationSuite } from './campaigns.testing.ts';

const folder = mkdtempSync(join(tmpdir(), 'grove-migration-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the migration of campaigns on SQLite', () => {
  campaignsMigrationSuite(async () => `sqlite:${join(folder, 'grove.db')}`);
});
