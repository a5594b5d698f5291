import { describe } from 'vitest';
import { setSuite } from './sets.testing.ts';

describe('sets of devices on SQLite', () => {
  setSuite(async () => 'sqlite::memory:');
});
