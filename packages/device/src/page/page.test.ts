import { request } from 'node:http';
import {
  type Command,
  type DmAcc,
  FINDER_OBJECT,
  FINDER_RING_URI,
  FINDER_URI,
  type Question,
  questionAlert,
  STATUS,
} from '@grove/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { virtualClock } from '../clock/virtual.testing.ts';
import { HANDLERS, type ObjectHandler } from '../objects/index.ts';
import { exec, replace, testServer } from '../phone/server.testing.ts';
import { type DeviceStore, memoryStore } from '../tree-store/index.ts';
import { createHandset, type Handset, openPhonePage, type PhonePage } from './index.ts';
import type { PhoneView, SessionView } from './view.ts';

const DEV_ID = 'IMEI:001010000000008';
const ADDR = './MMS/Operator/Addr';
const account: DmAcc = {
  serverId: 'com.example.dm',
  name: 'Example Mobile',
  addresses: [{ addr: 'http://dm.example.com/dm' }],
  auth: [{ level: 'CLCRED', type: 'BASIC', name: 'phone', secret: 'open sesame' }],
};
const alert = (question: Question): Command => ({ name: 'Alert', cmdID: '2', ...questionAlert(question) });
const PIN: Question = { kind: 'input', text: 'PIN?', input: 'number', maxLength: 4, hidden: true };

let asked: Command[];
let handset: Handset;
let page: PhonePage;
let store: DeviceStore;
beforeEach(async () => {
  asked = [];
  store = memoryStore();
  const transport = {
    exchange: (message: Parameters<ReturnType<typeof testServer>['exchange']>[0]) =>
      testServer([asked]).exchange(message),
  };
  handset = await createHandset({ devId: DEV_ID, account, transport, store });
  page = await openPhonePage({ handsets: [handset] });
});
afterEach(async () => {
  await handset.end();
  await page.close();
});

/** Asks the page's server, as the page does unless told otherwise. */
function call(method: 'GET' | 'POST', path: string, body?: unknown, headers: Record<string, string> = {}) {
  const url = new URL(path, page.url);
  const own = method === 'POST' ? { origin: url.origin, 'content-type': 'application/json' } : {};
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const sent = request(url, { method, headers: { ...own, ...headers } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

const phone = (path: string): string => `phones/${encodeURIComponent(DEV_ID)}/${path}`;

/** Waits until the phone is as wanted. */
async function until(wanted: (view: PhoneView) => boolean): Promise<PhoneView> {
  for (;;) {
    if (wanted(handset.view)) return handset.view;
    await new Promise<void>((resolve) => {
      const stop = handset.onChange(() => {
        stop();
        resolve();
      });
    });
  }
}

test('a notification is taken from the page’s own address, and answered when it is decided', async () => {
  const body = { hex: '00'.repeat(16) + '02d8000000 0001 02 646d'.replaceAll(' ', '') };
  const unknown = await call('POST', phone('notifications'), body);
  expect([unknown.status, JSON.parse(unknown.text)]).toMatchObject([
    422,
    { because: 'server', problem: 'there is no account with dm' },
  ]);
  for (const wrong of [{}, { hex: 'x' }, { hex: '0' }, { hex: '00', mediaType: 7 }]) {
    expect((await call('POST', phone('notifications'), wrong)).status).toBe(400);
  }
  const other = await call('POST', phone('notifications'), { ...body, mediaType: 'text/plain' });
  expect(JSON.parse(other.text)).toMatchObject({ because: 'malformed' });
});

test.each([
  [403, 'the name of another host', '', { host: 'evil.example.com' }],
  [403, 'a page elsewhere', '', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' }],
  [404, 'no token', '/', {}],
  [404, 'another token', `/${'A'.repeat(22)}/`, {}],
  [404, 'another token, for the API', `/${'A'.repeat(22)}/phones`, {}],
  [404, 'what lies outside the page', '..%2f..%2fview.ts', {}],
  [404, 'a phone that is not here', 'phones/IMEI%3A1/events', {}],
  [404, 'a node that is not there', phone('node?uri=./None'), {}],
  [404, 'a leaf', phone(`node?uri=${ADDR}`), {}],
  [200, 'the page', '', {}],
  [
    200,
    'the page by a link from elsewhere',
    '',
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
  ],
])('%i for %s', async (status, _, path, headers) => {
  expect((await call('GET', path, undefined, headers)).status).toBe(status);
});

test.each([
  ['without Origin', { origin: '' }],
  ['from another Origin', { origin: 'http://127.0.0.1:1' }],
  ['as a form', { 'content-type': 'application/x-www-form-urlencoded' }],
])('nobody connects or resets the phone %s', async (_, headers) => {
  expect((await call('POST', phone('connect'), {}, headers)).status).toBe(403);
  expect((await call('POST', phone('reset'), {}, headers)).status).toBe(403);
  expect(handset.view).toMatchObject({ busy: false, sessions: [] });
});

test('serves scripts that a browser can run', async () => {
  const { text } = await call('GET', 'main.ts');
  expect(text).toContain("from './api.ts'");
  expect(text).not.toMatch(/import type|: PhoneView/);
});

test('an answer is taken once, if the question takes it', async () => {
  asked = [alert(PIN)];
  expect((await call('POST', phone('connect'), {})).status).toBe(202);
  expect((await call('POST', phone('connect'), {})).status).toBe(409);
  const { question } = await until((view) => view.question !== undefined);
  expect(question).toMatchObject({ key: 1, question: { ...PIN, maxDisplay: 300 } });
  const answer = (key: number, reaction: unknown) => call('POST', phone(`answers/${key}`), reaction);

  expect(await answer(1, { kind: 'typed', text: '12345' })).toEqual({
    status: 422,
    text: '{"problem":"Expected at most 4 characters; these are 5."}',
  });
  expect((await answer(1, { kind: 'typed' })).status).toBe(400);
  expect((await answer(1, { kind: 'unsupported' })).status).toBe(400);
  expect((await answer(2, { kind: 'typed', text: '1234' })).status).toBe(409);
  expect((await answer(1, { kind: 'typed', text: 'x'.repeat(70_000) })).status).toBe(400);
  expect((await answer(1, { kind: 'typed', text: '1234' })).status).toBe(200);
  const view = await until(({ busy }) => !busy);
  expect((await answer(1, { kind: 'typed', text: '1234' })).status).toBe(409);
  expect(view.sessions).toMatchObject([{ key: 1, state: 'completed' }]);
  expect(view.question).toBeUndefined();

  const { text } = await call('GET', phone('sessions/1'));
  const { said }: SessionView = JSON.parse(text);
  expect(said[2]?.lines).toEqual([
    { command: 'Alert', status: { code: 200, name: 'OK', good: true }, value: '********' },
  ]);
  expect(text).not.toContain('1234"');
});

test('shows what the server has changed, and no secret', async () => {
  const before = handset.view.revision;
  asked = [replace(ADDR, 'http://mms.new.example.com/')];
  await call('POST', phone('connect'), {});
  const { revision } = await until(({ busy }) => !busy);
  expect(revision).not.toBe(before);
  const node = async (uri: string) => JSON.parse((await call('GET', phone(`node?uri=${uri}`))).text);
  expect((await node('./MMS/Operator')).children).toContainEqual({
    uri: ADDR,
    name: 'Addr',
    title: 'URL of the MMS proxy-relay (MMSC)',
    value: 'http://mms.new.example.com/',
    editable: 'chr',
  });
  const { children } = await node('./DMAcc/Operator/AppAuth/1');
  expect(children).toContainEqual(expect.objectContaining({ name: 'AAuthSecret', value: '••••••' }));
});

test('a reset ends the session under way, and leaves nothing of what was set', async () => {
  asked = [replace(ADDR, 'http://mms.new.example.com/')];
  await call('POST', phone('connect'), {});
  await until(({ busy }) => !busy);
  asked = [alert({ kind: 'confirm', text: 'Now?' })];
  await call('POST', phone('connect'), {});
  await until(({ question }) => question !== undefined);
  expect((await call('POST', phone('reset'), {})).status).toBe(200);
  expect(handset.view).toMatchObject({ busy: false, sessions: [] });
  expect(handset.view.question).toBeUndefined();
  expect(JSON.stringify(handset.node('./MMS/Operator'))).not.toContain('mms.new');
});

test('a window sees the phone now and after each change', async () => {
  const abort = new AbortController();
  const { body } = await fetch(new URL(phone('events'), page.url), { signal: abort.signal });
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  const next = async (): Promise<PhoneView> =>
    JSON.parse(new TextDecoder().decode((await reader.read()).value).replace(/^data: /, ''));
  expect(await next()).toMatchObject({
    devId: DEV_ID,
    model: 'Birch 2',
    operator: { name: 'Example Mobile', serverId: 'com.example.dm', address: 'http://dm.example.com/dm' },
    busy: false,
  });
  asked = [alert({ kind: 'confirm', text: 'Now?', minDisplay: 5 })];
  handset.connect();
  let view = await next();
  while (view.question === undefined) view = await next();
  expect(view.busy).toBe(true);
  expect(view.question.leftAtLeast).toBeGreaterThan(4000);
  abort.abort();
});

test('a phone that has something to tell calls without its user', async () => {
  const clock = virtualClock();
  const server = testServer([[exec(FINDER_RING_URI)]]);
  let found = () => {};
  let search: Promise<void> | undefined;
  const handler: ObjectHandler = {
    mount: FINDER_URI,
    object: FINDER_OBJECT,
    initial: () => [],
    acl: () => 'Exec=*&Get=*',
    exec() {
      search ??= new Promise((resolve) => {
        found = resolve;
      });
      return STATUS.ACCEPTED;
    },
    background: ({ raise }) =>
      search?.then(() => {
        search = undefined;
        raise({ type: 'x.found', data: '' });
      }),
  };
  const handlers = [...HANDLERS.filter(({ mount }) => mount !== FINDER_URI), handler];
  const caller = await createHandset({ devId: DEV_ID, account, transport: server, clock, handlers });
  const sessions = (count: number) =>
    new Promise<void>((resolve) => {
      const stop = caller.onChange(() => {
        if (caller.view.busy || caller.view.sessions.length < count) return;
        stop();
        resolve();
      });
    });
  const first = sessions(1);
  caller.connect();
  await first;
  const second = sessions(2);
  found();
  await clock.pass(2000);
  await second;
  const told = server.requests.flatMap(({ body }) =>
    body.commands.flatMap((command) => (command.name === 'Alert' ? [command.code] : [])),
  );
  expect(told).toEqual([1201, 1201, 1226]);
  await caller.end();
});

test('a server that is not there is told of, and a phone that was kept cannot be reset', async () => {
  await handset.reset();
  const transport = { exchange: () => Promise.reject(new Error('out of order')) };
  const lasting = await createHandset({ devId: DEV_ID, store, transport });
  const ended = new Promise<void>((resolve) => {
    lasting.onChange(() => {
      if (!lasting.view.busy) resolve();
    });
  });
  lasting.connect();
  await ended;
  expect(lasting.view.sessions).toMatchObject([{ state: 'interrupted', text: 'out of order' }]);
  expect(await lasting.reset()).toMatch(/account .* not known/);
});

test('settings are changed as far as they are the user’s and nobody has locked them', async () => {
  const change = (body: unknown) => call('POST', `phones/${DEV_ID}/settings`, body);
  const value = (uri: string) => change({ kind: 'value', uri, value: '9' });
  expect((await change({ kind: 'value', uri: ADDR, value: 'http://mine/' })).status).toBe(200);
  expect(handset.node('./MMS/Operator')).toMatchObject({
    instance: { inUse: true, active: false, default: true, selectable: true, removable: true },
    children: expect.arrayContaining([
      expect.objectContaining({ uri: ADDR, value: 'http://mine/', editable: 'chr' }),
    ]),
  });
  expect((await change({ kind: 'use', uri: './MMS/Operator' })).status).toBe(200);
  expect(handset.node('./MMS')?.children[0]?.instance).toMatchObject({ active: true });
  for (const uri of ['./DevInfo/Man', './DMAcc/Operator/Name', './MMS/Operator', './Nothing'])
    expect([uri, (await value(uri)).status]).toEqual([uri, 422]);
  for (const body of [{}, { kind: 'value', uri: ADDR }, { kind: 'delete', uri: `${ADDR}?prop=ACL` }, []])
    expect((await change(body)).status).toBe(400);

  const mark = (name: string, data: string): Command => ({
    name: 'Replace',
    cmdID: '2',
    items: [{ target: { locURI: `./MMS/Operator?prop=${name}` }, data }],
  });
  asked = [mark('Locked', 'true')];
  await connected();
  expect(handset.node('./MMS/Operator')?.lockedBy).toBe('Example Mobile');
  for (const body of [
    { kind: 'value', uri: ADDR, value: 'x' },
    { kind: 'delete', uri: './MMS/Operator' },
  ]) {
    const { status, text } = await change(body);
    expect([status, JSON.parse(text)]).toEqual([
      422,
      { problem: 'Locked by Example Mobile: only they can change it.' },
    ]);
  }
  asked = [mark('Locked', 'false')];
  await connected();
  expect((await change({ kind: 'delete', uri: './MMS/Operator' })).status).toBe(200);
  expect(handset.node('./MMS')?.children).toEqual([]);
  expect(
    (await store.load(DEV_ID))?.tree.root.children?.find(({ name }) => name === 'MMS')?.children,
  ).toEqual([]);
});

/** Holds a session. */
function connected(): Promise<void> {
  const before = handset.view.sessions.length;
  return new Promise((resolve) => {
    const stop = handset.onChange(() => {
      if (handset.view.busy || handset.view.sessions.length === before) return;
      stop();
      resolve();
    });
    handset.connect();
  });
}
