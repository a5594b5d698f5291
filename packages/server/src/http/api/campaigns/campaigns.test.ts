import { describe } from 'vitest';
import { campaignsSuite } from './campaigns.testing.ts';

describe('campaigns on SQLite', () => {
  campaignsSuite(async () => 'sqlite::memory:');
});
