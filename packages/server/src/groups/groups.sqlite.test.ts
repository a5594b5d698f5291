import { describe } from 'vitest';
import { groupSuite } from './groups.testing.ts';

describe('groups on SQLite', () => {
  groupSuite(async () => 'sqlite::memory:');
});
