// Devices are asked to call, as an operator does it from the command line, and what is seen of it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { grove, groveJson, serve, startGrove } from './grove.testing.ts';

// Each command is a process of its own, on a machine that may have other things to do.
vi.setConfig({ testTimeout: 60_000 });

const NUMBER = '+441632960001';
const REASON = {
  name: 'mms',
  operator: 'Arbor Mobile',
  variables: [{ name: 'day' }],
  texts: [
    { language: 'de', text: 'Guten Tag.' },
    { language: 'en', text: `\${operator} sets up MMS on \${device.mod|your phone} on \${day}.` },
  ],
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'grove-notifications-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Event {
  type: string;
  text: string;
  devId: string | null;
}

test('a device is asked to call with a reason, and its life is seen from making to the session', async () => {
  const server = await serve(join(folder, 'data'));
  const run = (...args: string[]) => grove([...args, ...server.at]);
  const ask = <T>(...args: string[]) => groveJson<T>([...args, ...server.at]);
  const follower = startGrove(['events', '--follow', '--type', 'notification,task', '--json', ...server.at]);

  const account = join(folder, 'phone.json');
  const added = await run('devices', 'add', 'IMEI:490154203237518', '--msisdn', NUMBER, '--json');
  writeFileSync(account, added.stdout);
  const store = join(folder, 'phones');
  const phone = startGrove([
    ...['device', '--account', account, '--store', store, '--push', 'udp://127.0.0.1:0', '--json'],
    ...['--answers', 'accept'],
  ]);
  const [, address = ''] = await phone.printed(/"bearer":"udp","address":"([^"]+)"/);
  expect(await run('devices', 'address', NUMBER, '--ip', address)).toMatchObject({ code: 0 });

  const file = join(folder, 'mms.json');
  writeFileSync(file, JSON.stringify(REASON));
  expect(await run('reasons', 'set', file)).toMatchObject({
    code: 0,
    stdout: 'Reason mms is kept, in 2 languages: de, en.\n',
  });
  expect((await run('reasons', 'preview', 'mms', '--device', NUMBER)).stderr).toMatch(
    /values\/day: expected a value/,
  );

  const told = ['--reason', 'mms', '--value', 'day=Monday', '--ui-mode', 'informative'];
  const task = await ask<{ id: number; state: string }>(
    ...['tasks', 'create', NUMBER, '--get', './DevInfo/Lang', '--notify', ...told, '--wait', '30'],
  );
  expect(task.state).toBe('succeeded');
  // It has called by now, and said in which language its user is told.
  const sent = await run('notifications', 'send', NUMBER, ...told, '--wait', '30');
  expect(sent).toMatchObject({ code: 0, stdout: expect.stringMatching(/State +opened/) });
  for (const step of ['queued', 'submitted', 'delivered', 'opened'])
    expect(sent.stderr).toContain(`  ${step}  `);
  await phone.printed(/"reason":"Arbor Mobile sets up MMS on [^"]+ on Monday\."/);

  const list = await ask<{ state: string; taskId: number | null }[]>(
    'notifications',
    'ls',
    '--device',
    NUMBER,
  );
  expect(list).toMatchObject([
    { state: 'opened', taskId: null },
    { state: 'opened', taskId: task.id },
  ]);
  const events = await ask<Event[]>('events', '--task', String(task.id), '--type', 'notification');
  expect(events.map(({ type }) => type)).toEqual([
    'notification.queued',
    // The gateway has no bearer for SMS: the next address is tried.
    'notification.undeliverable',
    'notification.submitted',
    'notification.delivered',
    'notification.opened',
  ]);
  await follower.printed(/"type":"task\.succeeded"[\s\S]*"type":"notification\.opened"/);
  follower.child.kill('SIGINT');
  phone.child.kill('SIGTERM');
  await server.end('SIGTERM');
});

test.each([
  [['--value', 'day=Monday'], /--value goes with --reason/],
  [['--reason', 'mms', '--text', 'x'], /--reason has the texts/],
  [['--consequence', 'x'], /go with --text/],
  [['--value', 'Monday', '--reason', 'mms'], /such as day=Monday/],
])('notifications send %j is refused in one line', async (options, message) => {
  const { code, stderr } = await grove([
    'notifications',
    'send',
    '1',
    ...options,
    '--server',
    'http://127.0.0.1:2',
  ]);
  expect([code, stderr.trim().split('\n').length]).toEqual([2, 1]);
  expect(stderr).toMatch(message);
});
