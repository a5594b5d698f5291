import { describe } from 'vitest';
import { meaningSuite } from './meaning.testing.ts';

describe('the meaning of expressions on SQLite', () => {
  meaningSuite(async () => 'sqlite::memory:', 100);
});
