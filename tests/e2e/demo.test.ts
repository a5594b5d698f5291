// `grove demo`: server, phones and campaign in one process, judged by each phone's own tree on the disk.
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test, vi } from 'vitest';
import { grove, groveJson, startGrove } from './grove.testing.ts';

vi.setConfig({ testTimeout: 60_000 });

interface Summary {
  devices: number;
  succeeded: number;
  failed: number;
  sessions: number;
  messages: number;
  bytes: number;
  seconds: number;
  failures: unknown[];
}

test.each([
  ['xml', 'basic'],
  ['wbxml', 'md5'],
  ['xml', 'hmac'],
  ['wbxml', 'certificate'],
  ['wbxml', 'none'],
])('every phone gets its new settings, in %s with %s credentials', async (encoding, auth) => {
  const args = ['demo', '--once', '--devices', '9', '--encoding', encoding, '--auth', auth];
  const summary = await groveJson<Summary>(args);
  expect(summary).toMatchObject({
    devices: 9,
    succeeded: 9,
    failed: 0,
    sessions: 9,
    failures: [],
    encoding,
    auth,
  });
  expect(summary.messages).toBeGreaterThanOrEqual(9 * 4);
  expect(Math.min(summary.bytes, summary.seconds)).toBeGreaterThan(0);
});

test('for people it is a short story, and nothing on standard error', async () => {
  const { code, stdout, stderr } = await grove(['demo', '--once', '--devices', '3']);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/3 of 3 phones have http:\/\/mms\.example\.net\S* in their own tree/);
});

test('it stays, can be asked, and leaves nothing behind', async () => {
  const demo = startGrove(['demo', '--devices', '4']);
  const server = (await demo.printed(/GROVE_SERVER=(\S+)/))[1] ?? '';
  const data = (await demo.printed(/GROVE_DATA=(\S+)/))[1] ?? '';
  const devices = await groveJson<unknown[]>(['devices', 'ls', '--server', server, '--data', data]);
  expect(devices).toHaveLength(4);
  demo.child.kill('SIGINT');
  expect(await demo.ended).toBe(0);
  expect(existsSync(dirname(data))).toBe(false);
});
