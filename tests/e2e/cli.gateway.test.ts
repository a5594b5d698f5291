// A push gateway of its own, as operators run it: in front of it a server, behind it an SMS centre and a phone.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { freePort } from '../rig/port.testing.ts';
import { grove, groveJson, type Running, serve, startGrove } from './grove.testing.ts';

vi.setConfig({ testTimeout: 90_000 });

const NUMBER = '+441632960001';
const DEVICE = 'IMEI:490154203237518';

/** The part of a configuration that says who may submit. */
const CLIENT = 'clients: [{ name: pi, password: choose-a-long-one }]\n';

interface Push {
  id: number;
  state: string;
  events: { kind: string }[];
}

/** An SMS centre, a server that pushes through a gateway that is not there yet, and a device that it knows. */
async function setUp() {
  const folder = mkdtempSync(join(tmpdir(), 'grove-cli-gateway-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const at = (file: string) => join(folder, file);
  const centre = startGrove(['smsc', '--port', '0']);
  const [, smsc] = await centre.printed(/listens on 127\.0\.0\.1:(\d+)/);
  writeFileSync(at('ppg.secret'), 'choose-a-long-one\n');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = await serve(
    at('server'),
    ...['--ppg-url', `${url}/pap`, '--ppg-user', 'grove', '--ppg-password-file', at('ppg.secret')],
  );
  const results = JSON.parse(readFileSync(at('server/push-results.json'), 'utf8'));
  writeFileSync(
    at('gateway.yaml'),
    JSON.stringify({
      listen: { port },
      clients: [
        {
          name: 'grove',
          passwordFile: 'ppg.secret',
          notify: { to: [results.url], user: results.user, password: results.password, accepted: true },
        },
      ],
      bearers: [
        { kind: 'sms', host: '127.0.0.1', port: Number(smsc), systemId: 'grove', password: 'secret' },
      ],
    }),
  );
  const added = ['devices', 'add', DEVICE, '--msisdn', NUMBER, ...server.at];
  writeFileSync(at('phone.json'), JSON.stringify(await groveJson(added)));
  const gatewayAt = ['--server', url, '--data', at('gateway')];

  return {
    gatewayAt,
    serverAt: server.at,
    folder,
    async startGateway(): Promise<Running> {
      const gateway = startGrove(['gateway', 'run', at('gateway.yaml'), '--data', at('gateway')]);
      await gateway.printed(/^sms +sms +up +bound to 127\.0\.0\.1:\d+ as transceiver$/m);
      return gateway;
    },
    async startPhone(): Promise<void> {
      const push = `smpp://phone:secret@127.0.0.1:${smsc}?number=${encodeURIComponent(NUMBER)}`;
      const keeps = ['--account', at('phone.json'), '--store', at('phones')];
      startGrove(['device', ...keeps, '--push', push, '--answers', 'accept']);
      await centre.printed(/phone bound as receiver for 441632960001/);
    },
    /** Gives the phone something to do, for which it is asked to call. */
    async ask(): Promise<number> {
      const asked = ['tasks', 'create', DEVICE, '--get', './DevInfo/Man', '--notify', ...server.at];
      return (await groveJson<{ id: number }>(asked)).id;
    },
    async done(task: number): Promise<void> {
      await vi.waitFor(
        async () => {
          const shown = await groveJson<{ state: string }>(['tasks', 'show', String(task), ...server.at]);
          expect(shown.state).toBe('succeeded');
        },
        { timeout: 40_000, interval: 100 },
      );
    },
    /** The life of the push with an id in the gateway, once it is in a state. */
    async push(id: number, state: string): Promise<Push> {
      return vi.waitFor(
        async () => {
          const shown = await groveJson<Push>(['gateway', 'show', String(id), ...gatewayAt]);
          expect(shown.state).toBe(state);
          return shown;
        },
        { timeout: 40_000, interval: 100 },
      );
    },
  };
}

test('a device is asked to call through a gateway of its own, and an operator sees how', async () => {
  const stand = await setUp();
  const gateway = await stand.startGateway();
  expect(statSync(join(stand.folder, 'gateway')).mode & 0o777).toBe(0o700);
  expect(statSync(join(stand.folder, 'gateway/token')).mode & 0o777).toBe(0o600);
  await stand.startPhone();
  await stand.done(await stand.ask());
  const { events } = await stand.push(1, 'delivered');
  expect(events.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['queued', 'accepted', 'receipt', 'delivered', 'notified']),
  );

  const ask = (...args: string[]) => grove(['gateway', ...args, ...stand.gatewayAt]);
  expect((await ask('ls', '--state', 'delivered', '--address', NUMBER)).stdout).toMatch(
    /^ID +ADDRESS.*\n +1 +\+441632960001 +delivered +sms +1 .* grove /,
  );
  expect(await ask('ls', '--push-id', 'another')).toMatchObject({
    code: 0,
    stdout: '',
    stderr: 'No pushes.\n',
  });
  expect((await ask('show', '1')).stdout).toMatch(/What happened\n.*\n.* queued +sms +queued for sms\n/);
  expect(await ask('bearers')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/\nsms +sms +up +0 +0\/50 +0 +1 +1 +0 +0 +bound to/),
  });
  expect(await ask('cancel', '1')).toMatchObject({ code: 1, stderr: expect.stringContaining('delivered') });

  const alice = ['users', 'set', 'alice', '--address', 'sip:alice@example.com', NUMBER, '--bearers', 'sms'];
  expect((await ask(...alice)).stdout).toMatch(/Addresses +sip:alice@example\.com, \+441632960001\n/);
  expect((await ask('users', 'ls')).stdout).toMatch(/\nalice +sip:alice@example\.com/);
  expect(await ask('users', 'set', 'bob', '--address', 'nowhere')).toMatchObject({ code: 2, stdout: '' });
  expect(await ask('users', 'rm', 'alice')).toMatchObject({ code: 0 });
  expect(await ask('users', 'show', 'alice')).toMatchObject({ code: 1 });

  const serversOwn = await grove(['gateway', 'ls', ...stand.serverAt]);
  expect(serversOwn).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no push gateway runs within this server'),
  });
  gateway.child.kill('SIGTERM');
  expect(await gateway.ended).toBe(0);
});

test('a gateway that is killed goes on with what it had taken', async () => {
  const stand = await setUp();
  let gateway = await stand.startGateway();
  // The SMS centre has the message, and its phone is not there: the receipt is still to come.
  const task = await stand.ask();
  await stand.push(1, 'accepted');
  gateway.child.kill('SIGKILL');
  await gateway.ended;
  gateway = await stand.startGateway();
  await stand.startPhone();
  await stand.done(task);
  const { events } = await stand.push(1, 'delivered');
  expect(events.filter(({ kind }) => kind === 'accepted')).toHaveLength(1);
});

test('what a server asks for while its gateway is away is done when it is back', async () => {
  const stand = await setUp();
  await stand.startPhone();
  const task = await stand.ask();
  await stand.startGateway();
  await stand.done(task);
});

test.each<[string, string, number, RegExp]>([
  ['nobody may submit', 'bearers: [{ kind: udp }]', 2, /names no clients, so that nobody may submit/],
  [
    'a kind is unknown',
    'bearers: [{ kind: pigeon }]',
    2,
    /bearers\/0\/kind: expected one of "sms", .*"pigeon"/,
  ],
  [
    'fields are wrong',
    'listen: { port: 70000 }\nbearer: []\nbearers: [{ kind: udp }]',
    2,
    /listen\/port: expected .*; bearer: expected no such field/,
  ],
  [
    'a bearer cannot be opened',
    `${CLIENT}bearers: [{ kind: webhook, url: 'http://127.0.0.1', secret: x }]`,
    1,
    /the bearer webhook cannot be opened: the secret is not/,
  ],
  [
    'it cannot listen',
    `${CLIENT}listen: { host: 192.0.2.1 }\nbearers: [{ kind: udp }]`,
    1,
    /the gateway cannot listen: 192\.0\.2\.1:8090: this machine does not have that address/,
  ],
])('an operator is told in one line where %s', async (_, config, code, message) => {
  const folder = mkdtempSync(join(tmpdir(), 'grove-cli-gateway-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'gateway.yaml');
  writeFileSync(file, config);
  const ran = await grove(['gateway', 'run', file, '--data', join(folder, 'data')]);
  expect(ran).toMatchObject({ code, stdout: '' });
  expect(ran.stderr).toMatch(message);
  expect(ran.stderr).toMatch(/^grove: [^\n]*\n$/);
});

test('an SMS centre that lets nobody in is seen at the start, in the log and later', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'grove-cli-gateway-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [, smsc] = await startGrove([
    'smsc',
    '--port',
    '0',
    '--system-id',
    'lab',
    '--password',
    'right',
  ]).printed(/listens on 127\.0\.0\.1:(\d+)/);
  const file = join(folder, 'gateway.yaml');
  const sms = `{ kind: sms, host: 127.0.0.1, port: ${smsc}, systemId: lab, password: wrong }`;
  writeFileSync(file, `${CLIENT}listen: { port: 0 }\nbearers: [${sms}]\n`);
  const data = join(folder, 'data');
  const gateway = startGrove(['gateway', 'run', file, '--data', data]);
  await gateway.printed(/^sms +sms +down +127\.0\.0\.1:\d+ refused .*ESME_RINVPASWD.*password is wrong/m);
  await gateway.logged(/"bearer":"sms".*ESME_RINVPASWD.*"a bearer is down"/);
  const [, url = ''] = await gateway.printed(/^API +(http:\S+)\/api\/v1$/m);
  expect(await grove(['gateway', 'bearers', '--server', url, '--data', data])).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/\nsms +sms +down .*the password is wrong/),
  });
});
