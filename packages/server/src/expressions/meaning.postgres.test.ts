import { describe } from 'vitest';
import { freshPostgres } from '../store/fresh.testing.ts';
import { meaningSuite } from './meaning.testing.ts';

describe('the meaning of expressions on PostgreSQL', () => {
  meaningSuite(freshPostgres, 20);
});
