import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { openStore } from '../store/index.ts';
import { compile, FIELDS, readExpression } from './index.ts';
import { meaningSuite } from './meaning.testing.ts';

describe('the meaning of expressions on SQLite', () => {
  meaningSuite(async () => 'sqlite::memory:', 100);
});

it('asks each device for any field by an index', async () => {
  const store = await openStore({ url: 'sqlite::memory:' });
  const groups = new Map(['sales', 'support'].map((name) => [name, { kind: 'set', setId: 1 } as const]));
  for (const text of [
    ...FIELDS.map(({ example }) => example),
    './A/*/B = "x"',
    './A/*/B < "x"',
    './A/* exists',
  ]) {
    const where = compile(readExpression(text), groups).where('sqlite', sql<number>`1`);
    const plan = await sql<{ detail: string }>`
      explain query plan select id from devices where devices.id > 1 and devices.id < 9 and ${where}`.execute(
      store.reader,
    );
    const steps = plan.rows.map(({ detail }) => detail);
    expect(
      steps.filter((step) => step.startsWith('SCAN')),
      text,
    ).toEqual([]);
  }
  await store.close();
});
