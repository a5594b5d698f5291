import { describe } from 'vitest';
import { webhookSuite } from './suite.testing.ts';

describe('webhooks on SQLite', () => {
  webhookSuite(async () => 'sqlite::memory:');
});
