import { describe } from 'vitest';
import { importsSuite } from './imports.testing.ts';

describe('imports into SQLite', () => {
  importsSuite(async () => 'sqlite::memory:');
});
