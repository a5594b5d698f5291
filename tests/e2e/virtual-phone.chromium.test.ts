// A server, a phone in a browser, and the person who holds it: what the operator asks for depends on what they answer.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, onTestFinished, test, vi } from 'vitest';
import { grove, groveJson, type Running, type Server, serve, startGrove } from './grove.testing.ts';

// Processes of their own and a browser, on a machine that may have other things to do.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const DEV_ID = 'IMEI:004999010640000';
const NAME = './MMS/Operator/Name';

interface Task {
  readonly id: number;
  readonly state: string;
  readonly reason: string | null;
  readonly results: readonly {
    readonly command: string;
    readonly status: number;
    readonly outcome?: string;
    readonly byDefault?: string;
    readonly value?: string;
  }[];
}

let folder: string;
let browser: Browser;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'grove-phone-page-'));
  browser = await chromium.connect(inject('chromiumUrl'));
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A server, and a phone of its own in a browser. */
async function scene(name: string): Promise<{ server: Server; phone: Running; tab: Page; dialog: Locator }> {
  const data = join(folder, name);
  const server = await serve(data);
  const account = join(folder, `${name}.json`);
  writeFileSync(account, JSON.stringify(await groveJson(['devices', 'add', DEV_ID, ...server.at])));
  const phone = startGrove(['device', '--account', account, '--store', join(data, 'phones'), '--page']);
  const [, url = ''] = await phone.printed(/Phone {2}(http:\/\/127\.0\.0\.1:\d+\/\S+\/)\n/);
  const tab = await browser.newPage({ locale: 'en-GB' });
  onTestFinished(() => tab.close());
  await tab.goto(url);
  return { server, phone, tab, dialog: tab.getByRole('alertdialog') };
}

/** Gives the phone work, lets it call, and gives the task when it has ended. */
async function done(
  server: Server,
  tab: Page,
  steps: readonly object[],
  react: () => Promise<unknown>,
): Promise<Task> {
  const token = readFileSync(join(server.at[3] ?? '', 'token'), 'utf8').trim();
  const api = async (method: string, path: string, body?: unknown): Promise<Task> => {
    const response = await fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    expect([path, response.ok]).toEqual([path, true]);
    return (await response.json()) as Task;
  };
  const { id } = await api('POST', `/devices/${encodeURIComponent(DEV_ID)}/tasks`, { steps });
  await tab.getByRole('button', { name: 'Connect to grove' }).click();
  await react();
  return api('GET', `/tasks/${id}?wait=60`);
}

test('the user decides what is done, and the operator sees how they decided', async () => {
  const { server, tab, dialog } = await scene('decides');
  const named = (value: string) => [{ kind: 'replace', uri: NAME, value }];
  const step = (more: object = {}, question: object = {}) => [
    {
      kind: 'ask',
      question: { kind: 'confirm', text: 'Rename your messages?', maxDisplay: 60, ...question },
      steps: named('Renamed'),
      otherwise: named('Kept'),
      ...more,
    },
  ];
  const click = (name: RegExp) => () => dialog.getByRole('button', { name }).click();
  /** The question may be over before the page shows it. */
  const ignore = async () => {};
  const told = ({ state, results }: Task) => [
    state,
    ...results.map(({ command, status, outcome, byDefault }) =>
      [command, status, outcome, byDefault].filter((each) => each !== undefined).join(' '),
    ),
  ];

  const accepted = await done(server, tab, step(), click(/Yes/));
  expect(told(accepted)).toEqual(['succeeded', 'Alert 200 accepted', 'Replace 200']);
  await tab.getByRole('link', { name: 'Settings' }).click();
  await tab.getByRole('link', { name: /MMS settings/ }).click();
  await tab.getByRole('link', { name: 'Operator' }).click();
  await tab.getByText('Renamed').first().waitFor();
  await tab.goto(tab.url().replace(/#.*/, '#/'));

  const rejected = await done(server, tab, step(), click(/No/));
  expect(told(rejected)).toEqual(['succeeded', 'Alert 304 rejected', 'Replace 200']);
  const cancelled = await done(server, tab, step(), click(/Cancel/));
  expect(told(cancelled)).toEqual(['failed', 'Alert 214 cancelled']);
  const timedOut = await done(server, tab, step({}, { maxDisplay: 1 }), ignore);
  expect(told(timedOut)).toEqual(['failed', 'Alert 408 timedOut']);
  const byDefault = await done(server, tab, step({}, { maxDisplay: 1, default: true }), ignore);
  expect(told(byDefault)).toEqual(['succeeded', 'Alert 200 accepted yes', 'Replace 200']);
  const notByDefault = await done(server, tab, step({}, { maxDisplay: 60, default: true }), click(/Yes/));
  expect(told(notByDefault)).toEqual(['succeeded', 'Alert 200 accepted maybe', 'Replace 200']);
});

test('what is typed unseen reaches the operator, and nobody who reads the session', async () => {
  const { server, phone, tab, dialog } = await scene('secret');
  const question = {
    kind: 'input',
    text: 'Your voice mail PIN?',
    input: 'number',
    maxLength: 8,
    hidden: true,
  };
  const { state, results } = await done(server, tab, [{ kind: 'ask', question, reveal: true }], async () => {
    await dialog.getByLabel('Number').fill('48151623');
    await tab.keyboard.press('Enter');
  });
  expect([state, results[0]?.outcome, results[0]?.value]).toEqual(['succeeded', 'answered', '48151623']);

  const [conversation] = await phone.printed(/^.*completed: /s);
  expect(conversation).toMatch(/Your voice mail PIN\?/);
  const trace = await grove(['sessions', 'show', '1', ...server.at]);
  const panel = await tab.getByRole('complementary', { name: 'Sessions' }).textContent();
  expect([conversation, trace.stdout, panel].filter((shown) => shown?.includes('48151623'))).toEqual([]);
  expect(panel).toContain('********');
});
