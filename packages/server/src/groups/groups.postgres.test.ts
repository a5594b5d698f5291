import { describe } from 'vitest';
import { freshPostgres } from '../store/fresh.testing.ts';
import { groupSuite } from './groups.testing.ts';

describe('groups on PostgreSQL', () => {
  groupSuite(freshPostgres);
});
