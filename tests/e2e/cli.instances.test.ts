// Which instance a device uses, and whose it is, from the terminal: as an operator works who looks before he locks.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { grove, groveJson, startGrove } from './grove.testing.ts';

vi.setConfig({ testTimeout: 60_000 });

const DEV_ID = 'IMEI:004999010640001';
const MMS = 'urn:oma:mo:oma-mms:1.3';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'grove-instances-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A server, and a phone of a model that calls when it is told. */
async function serve(model: string) {
  const data = join(folder, 'data');
  const server = startGrove(['serve', '--data', data, '--port', '0']);
  const [, url = ''] = await server.printed(/(http:\/\/127\.0\.0\.1:\d+)/);
  const env = { GROVE_SERVER: url, GROVE_DATA: data };
  const added = await groveJson<object>(['devices', 'add', DEV_ID], { env });
  const account = join(folder, 'phone.json');
  writeFileSync(account, JSON.stringify(added));
  const phone = ['device', '--account', account, '--store', join(folder, 'phone'), '--model', model];
  return {
    run: (...args: string[]) => grove(args, { env }),
    call: async () => expect((await grove([...phone, '--once', '--json'], { env })).code).toBe(0),
    show: async () => (await grove(['instances', 'ls', DEV_ID], { env })).stdout,
    server,
  };
}

test('an instance is added, looked at and locked', async () => {
  const { run, call, show } = await serve('birch-2');
  const options = [
    '--object',
    MMS,
    '--node',
    'AppID=w4',
    '--node',
    'Addr=http://mms.example.net/',
    '--active',
  ];
  expect(await run('instances', 'add', DEV_ID, './MMS/Second', ...options)).toMatchObject({ code: 0 });
  await call();
  const waiting = run('instances', 'ls', DEV_ID, '--refresh', '--under', './MMS', '--wait', '30');
  await called(run, call);
  const { code, stdout } = await waiting;
  expect(code).toBe(0);
  expect(stdout).toMatch(/\.\/MMS\/Operator +urn:oma:mo:oma-mms:1 +no +no +yes +no/);
  expect(stdout).toMatch(/\.\/MMS\/Second +urn:oma:mo:oma-mms:1 +yes +yes +no +no/);
  await run('instances', 'set', DEV_ID, './MMS/Second', '--locked', '--expect-active');
  await call();
  expect(await show()).toMatch(/\.\/MMS\/Second +\S+ +yes +yes +no +yes/);
  expect((await run('devices', 'show', DEV_ID)).stdout).toMatch(/Instances +with Active, Default and Locked/);
  expect((await run('devices', 'tree', DEV_ID, '--under', './MMS')).stdout).toContain(
    'Second (Active, Locked)',
  );
  await run('instances', 'set', DEV_ID, './MMS/Second', '--unlocked', '--no-active');
  await call();
  expect(await show()).toMatch(/\.\/MMS\/Second +\S+ +no +no +no +no/);
});

test('a device without the properties is told of', async () => {
  const { run, call } = await serve('f-100');
  const set = ['instances', 'set', DEV_ID, './MMS/Operator', '--locked'];
  expect((await run(...set)).stdout).toMatch(/^Task \d+ waits for IMEI/);
  await call();
  expect((await run('tasks', 'ls')).stdout).toContain('succeeded');
  const { stderr } = await run('instances', 'ls', DEV_ID);
  expect(stderr).toContain('The device has no properties Active, Default and Locked');
  expect((await run('devices', 'show', DEV_ID)).stdout).toMatch(
    /Instances +without Active, Default and Locked/,
  );
});

test.each([
  [['set', DEV_ID, './MMS/Operator'], 'say what it becomes'],
  [['set', DEV_ID, './MMS/Operator', '--locked', '--unlocked'], '--locked does not go with --unlocked'],
  [['add', DEV_ID, './MMS/New', '--active'], 'an instance needs --object and --node'],
  [['ls', DEV_ID, '--under', './MMS'], '--under goes with --refresh'],
])('%s is refused', async (args, why) => {
  const { code, stderr } = await grove(['instances', ...args], {
    env: { GROVE_SERVER: 'http://127.0.0.1:9', GROVE_TOKEN: 'x' },
  });
  expect(code).toBe(2);
  expect(stderr).toContain(why);
});

/** Has the phone call once the task is there that is waited for. */
async function called(
  run: (...args: string[]) => Promise<{ stdout: string }>,
  call: () => Promise<void>,
): Promise<void> {
  await vi.waitFor(
    async () => expect((await run('tasks', 'ls', '--state', 'pending')).stdout).toContain('pending'),
    { timeout: 20_000 },
  );
  await call();
}
