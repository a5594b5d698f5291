// The grove command as its users meet it: files, pipes, exit codes, one-line errors.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { grove, groveJson, MAIN, serve, startGrove } from './grove.testing.ts';

const TNDS =
  '<MgmtTree xmlns="syncml:dmddf1.2"><VerDTD>1.2</VerDTD><Node><NodeName>A</NodeName>' +
  '<RTProperties><Format><chr/></Format></RTProperties><Value>one</Value></Node></MgmtTree>';

// Each command is a process of its own, on a machine that may have other things to do.
vi.setConfig({ testTimeout: 60_000 });

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'grove-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('WBXML goes through pipes and files unharmed', async () => {
  const [xml, wbxml] = [join(folder, 'a.xml'), join(folder, 'a.wbxml')];
  writeFileSync(xml, TNDS);
  expect(await grove(['wbxml', 'encode', xml, '-o', wbxml])).toMatchObject({
    code: 0,
    stdout: '',
    stderr: '',
  });
  const decoded = await grove(['wbxml', 'decode'], { input: readFileSync(wbxml) });
  expect(decoded.code).toBe(0);
  expect(decoded.stdout).toContain('<Value>one</Value>');
});

test('inspect tells what comes by a pipe, and in one line what is nothing known', async () => {
  const { code, stdout } = await grove(['inspect'], { input: Buffer.from(TNDS).toString('base64') });
  expect([code, stdout.split('\n')[0]]).toEqual([0, 'Serialized tree (TNDS), XML, 170 bytes (from base64)']);
  const nothing = await grove(['inspect', '-'], { input: 'what is this?' });
  expect(nothing).toMatchObject({ code: 2, stdout: '' });
  expect(nothing.stderr).toMatch(
    /^grove: standard input is nothing known: not XML \(.*\), not base64 \(.*\)\n$/,
  );
});

test('inspect opens short messages, down to the notification', async () => {
  const lines = [
    '0b05040b84c00200035a0202766520736f6f6e65722e030039576974686f7574207468656d20796f752077696c6c206e6f742062652061626c6520746f2073656e64206f722072656365697665204d4d532e',
    '0b05040b84c00200035a0201010603c4af8700122313cbd53298147005c4c4a4654402f8000000123412636f6d2e6d676d747372762e6d616e616765474e5401010002656e02004e596f7572206f70657261746f7220686173206e6577204d4d532073657474696e677320666f7220796f753a2077697468207468656d2c2070696374757265732061727269',
  ];
  const { code, stdout } = await grove(['inspect'], { input: lines.join('\n') });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^User data of 2 SMS, 82 bytes \+ 140 bytes \(from hex\)\n/);
  expect(stdout).toMatch(/\n {2}af 87 {2}x-wap-application-id: x-wap-application:syncml\.dm\n/);
  expect(stdout).toMatch(/\nIf refused {2}Without them you will not be able to send or receive MMS\.\n/);
});

test('a notification that notify makes is what inspect shows', async () => {
  const server = ['--server-id', 'com.example.dm', '--password', 'secret', '--resync', '--session', 'a'];
  const made = await grove(['notify', ...server, '--ui-mode', 'informative', '--text', 'New settings']);
  expect(made).toMatchObject({
    code: 0,
    stderr: '57 bytes of application/vnd.syncml.notification: fits into one SMS\n',
  });
  const { stdout } = await grove(['inspect', '--json'], { input: made.stdout });
  expect(JSON.parse(stdout)).toMatchObject({
    kind: 'notification',
    sessionID: 'A',
    uiMode: 'informative',
    reason: { text: 'New settings' },
  });
});

test.each([
  [2, ['nonsense'], /unknown command 'nonsense'/],
  [2, ['serve', '--prot', '1'], /unknown option '--prot' \(Did you mean --port\?\)/],
  [2, ['serve', '--port', 'http'], /--port <n>.*a whole number from 0 to 65535/],
  [2, ['devices', 'ls', '--server', 'ftp://x'], /Expected a URL/],
  [2, ['device', '--page', '--once'], /--once does not go with --page/],
  [2, ['device', '--dev-id', 'IMEI:1', '--port', '1'], /--port is that of --page/],
  [2, ['notify', '--server-id', 'a', '--password', 'b'], /with which nonce/],
  [2, ['notify', '--server-id', 'a', '--password', 'b', '--resync', '--text', ''], /text has 0 bytes/],
  [2, ['tasks', 'create', 'IMEI:1'], /needs a step/],
  [2, ['tasks', 'create', 'IMEI:1', '--file', 'missing.yaml'], /missing\.yaml.*no such file/],
  [2, ['devices', 'ls', '--data', 'missing'], /no token in the data folder/],
  [2, ['inspect', 'missing.xml'], /missing\.xml: no such file/],
  [2, ['inspect', tmpdir()], /cannot read .*: is a folder/],
  [2, ['gateway', 'run', 'missing.yaml'], /cannot read missing\.yaml: no such file/],
  [2, ['gateway', 'run', MAIN], /main\.ts cannot be used: the configuration: expected an object/],
  [
    1,
    ['devices', 'ls', '--server', 'http://127.0.0.1:2'],
    /no Grove server at http:\/\/127\.0\.0\.1:2 \(.*refused\)/,
  ],
  [1, ['serve', '--data', '/dev/null/grove'], /\/dev\/null.*not a folder/],
  [1, ['serve', '--db', 'mysql://x', '--data', tmpdir()], /a database is given as/],
])('ends with %i and one line: grove %j', async (code, args, message) => {
  const ran = await grove(args);
  expect(ran).toMatchObject({ code, stdout: '' });
  expect(ran.stderr).toMatch(message);
  expect(ran.stderr).toMatch(/^grove: [^\n]*\n$/);
});

test('whoever stops reading does no harm', async () => {
  const code = await new Promise((resolve) => {
    const child = spawn('sh', ['-c', '"$0" "$1" --help | true; exit 0', process.execPath, MAIN], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let errors = '';
    child.stderr.on('data', (text) => {
      errors += text;
    });
    child.on('close', (status) => resolve([status, errors]));
  });
  expect(code).toEqual([0, '']);
});

test('a server is run, asked, and ended from the terminal', async () => {
  const data = join(folder, 'server');
  const server = await serve(data);
  expect(statSync(join(data, 'token')).mode & 0o777).toBe(0o600);

  const added = await groveJson<{ device: { id: number }; account: { client: { nonce: string } } }>([
    ...['devices', 'add', 'IMEI:490154203237518', '--nonce', 'AAECAwQFBgcICQoLDA0ODw=='],
    ...server.at,
  ]);
  expect(added.account.client.nonce).toBe('AAECAwQFBgcICQoLDA0ODw==');
  const shown = await grove(['devices', 'show', 'IMEI:490154203237518', ...server.at]);
  expect(shown.stdout).toMatch(/Device proves itself\s+md5, as 490154203237518/);

  const asked = ['tasks', 'create', '1', '--get', './DevInfo/Man', '--wait', '1', ...server.at];
  expect(await grove(asked)).toMatchObject({ code: 3, stdout: '' });
  const wrong = await grove(['tasks', 'create', '1', '--get', 'A//B', ...server.at]);
  expect([wrong.code, wrong.stderr.split('\n').length]).toEqual([2, 2]);
  const stranger = await grove(['devices', 'ls', '--server', server.url], {
    env: { GROVE_TOKEN: 'grove_wrong' },
  });
  expect(stranger).toMatchObject({ code: 1, stderr: expect.stringContaining('does not accept the token') });

  const second = await grove(['serve', '--data', data, '--port', new URL(server.url).port]);
  expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining('the address is in use already') });
  expect(await server.end('SIGTERM')).toBe(0);
});

test('a task is done by a device in another terminal, and told to whoever waits', async () => {
  const server = await serve(join(folder, 'together'));
  const [account, store] = [join(folder, 'phone.json'), join(folder, 'phones')];
  const devId = 'IMEI:004999010640000';
  writeFileSync(account, JSON.stringify(await groveJson(['devices', 'add', devId, ...server.at])));

  const asked = [
    'tasks',
    'create',
    devId,
    '--get',
    './DevInfo/Man',
    '--replace',
    './MMS/Operator/Name=Holiday',
  ];
  const waiting = startGrove([...asked, '--wait', '50', ...server.at]);
  await waiting.logged(/waits for/);
  const phone = startGrove(['device', '--account', account, '--store', store]);
  await waiting.printed(
    /Get\s+\.\/DevInfo\/Man = \S+ {2}200 OK\nReplace\s+\.\/MMS\/Operator\/Name {2}200 OK\n$/,
  );
  expect(await waiting.ended).toBe(0);
  await phone.printed(/Results .* \.\/DevInfo\/Man = \S+.*completed: [^\n]*\n2 commands, 4 messages/s);
  phone.child.kill('SIGINT');
  expect(await phone.ended).toBe(0);

  const kept = ['device', '--dev-id', devId, '--store', store, '--once', '--encoding', 'wbxml'];
  expect((await groveJson<{ outcome: { kind: string } }>(kept)).outcome.kind).toBe('completed');
  const [session] = await groveJson<{ id: number; encoding: string }[]>(['sessions', 'ls', ...server.at]);
  expect(session?.encoding).toBe('wbxml');
  const shown = await grove(['sessions', 'show', String(session?.id), ...server.at]);
  expect(shown.stdout).toMatch(
    /→ device message 1, WBXML.*credentials syncml:auth-md5.*\n {2}Alert 1201 Client-initiated/,
  );

  const stranger = ['--dev-id', 'IMEI:1', '--server', server.url, '--password', 'x', '--store', store];
  const refused = await grove(['device', '--once', ...stranger]);
  expect(refused).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('Status 401 Invalid credentials'),
  });
});

test('profiles are applied from YAML, and only when they differ', async () => {
  const server = await serve(join(folder, 'profiles'));
  const file = join(folder, 'mms.yaml');
  const profile = (size: number) =>
    `name: mms\nroot: ./MMS/Operator\nnodes:\n  - { path: Addr, value: "http://mms/" }\n  - { path: MS, value: "${size}", format: int }\n`;
  const apply = async (size: number) => {
    writeFileSync(file, profile(size));
    return (await grove(['profiles', 'apply', '-f', file, ...server.at])).stdout;
  };
  expect(await apply(300)).toBe('Profile mms is created, in version 1.\n');
  expect(await apply(300)).toBe('Profile mms is like that already, in version 1.\n');
  expect(await apply(600)).toBe('Profile mms has got version 2.\n');
  const listed = await grove(['profiles', 'ls', ...server.at]);
  expect(listed.stdout).toMatch(/^NAME\s+VERSION.*\nmms\s+2/);
});
