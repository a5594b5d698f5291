import pino from 'pino';
import { expect, it } from 'vitest';
import type { PostOutcome } from './outbox.ts';
import { loggingTrouble } from './trouble.ts';

it('logs once that a client cannot be told, and once that it can', async () => {
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => lines.push(line) });
  const refused: PostOutcome = { isDone: false, isUnreachable: true, text: 'refused' };
  const taken: PostOutcome = { isDone: true, text: 'taken' };
  let now = 0;
  let outcome: PostOutcome = refused;
  const post = loggingTrouble(
    async () => outcome,
    log,
    () => now,
  );
  const notification = {
    client: 'pi',
    url: 'http://pi.example/results?secret',
    message: '{}',
    version: '2.1',
  };
  for (const [seconds, next] of [
    [0, taken],
    [1, refused],
    [2, refused],
    [3, taken],
    [99, taken],
    [100, taken],
  ] as const) {
    now = seconds * 1_000;
    outcome = next;
    expect(await post(notification, new AbortController().signal)).toBe(next);
  }
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { client: 'pi', place: 'http://pi.example', reason: 'refused' },
    { client: 'pi', msg: expect.stringContaining('again') },
  ]);
  expect(lines).toHaveLength(2);
});
