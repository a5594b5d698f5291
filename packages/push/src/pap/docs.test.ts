/** `docs/pap.md` says what is so. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MESSAGE_STATE, papServer, RESULT, readPap } from './index.ts';
import { post, serve } from './pap.testing.ts';

const document = readFileSync(join(import.meta.dirname, '../../../../docs/pap.md'), 'utf8');
/** The rows of the table under a heading, as texts. */
const rows = (head: string) =>
  document.split(`${head}\n|---|---|`)[1]?.split('\n\n')[0]?.split('\n').slice(1);

it('has all codes and states', () => {
  const codes = Object.values(RESULT).map(
    ({ code, title, meaning }) => `| ${code} | ${title} | ${meaning} |`,
  );
  expect(rows('| code | title | meaning |')).toEqual(codes);
  const states = Object.entries(MESSAGE_STATE).map(([state, meaning]) => `| ${state} | ${meaning} |`);
  expect(rows('| message-state | meaning |')).toEqual(states);
});

it('shows what is answered', async () => {
  const blocks = [...document.matchAll(/```\n(.*?)```/gs)].map(([, block = '']) => block);
  const [push = '', curl = '', others = '', refused = ''] = blocks;
  const url = await serve(
    papServer({
      service: {
        submit: async () => ({ code: 1001, desc: 'stored' }),
        cancel: async () => [{ code: 1000 }],
        statusQuery: async () => [{ code: 1000, state: 'pending' }],
        ccq: async () => ({ code: 1000 }),
      },
      authenticate: (credentials) =>
        credentials?.password === 'secret' ? { name: credentials.user } : undefined,
      onFailure: (error) => {
        throw error;
      },
      now: () => Date.UTC(2030, 0, 1),
    }),
  );
  const [, type = ''] = /-H 'Content-Type: ([^']*)'/.exec(curl) ?? [];
  expect(`\n${(await post(url, push, { 'Content-Type': type })).text}`).toBe(
    curl.slice(curl.indexOf('\n<?xml')),
  );
  for (const message of others.trim().split('\n')) {
    const name = readPap(new TextEncoder().encode(message), { unknown: 'refuse' }).message.name;
    const answer = await post(url, message, { 'Content-Type': 'application/xml' });
    expect(answer.document?.message.name).toBe(name.replace('message', 'response'));
  }
  const wrong = push.replace(/address-value="[^"]*"/, 'address-value="+15550100"');
  expect((await post(url, wrong, { 'Content-Type': type })).text).toContain(refused.trim());
});
