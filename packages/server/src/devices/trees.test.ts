import { describe } from 'vitest';
import { treesSuite } from './trees.testing.ts';

describe('known trees on SQLite', () => {
  treesSuite(async () => 'sqlite::memory:');
});
