// The phone in a browser, as its user meets it: by mouse, by keyboard, in the roles that a screen reader reads.
import { createSocket } from 'node:dgram';
import { type Command, makeBasicCred, type Question, questionAlert } from '@grove/protocol';
import { buildPush, DM_APPLICATION, type ReceivedPush } from '@grove/push';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test, vi } from 'vitest';
import { type VirtualClock, virtualClock } from '../clock/virtual.testing.ts';
import { account, notification, secret, TYPE } from '../notification/server.testing.ts';
import { replace, testServer } from '../phone/server.testing.ts';
import { memoryStore } from '../tree-store/index.ts';
import { createHandset, type Handset, openPhonePage, type PhonePage } from './index.ts';

// A browser is slow on a machine that has other things to do.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const ADDR = './MMS/Operator/Addr';
let browser: Browser;
beforeAll(async () => {
  browser = await chromium.connect(inject('chromiumUrl'));
});
afterAll(() => browser.close());

let asked: Command[];
/** The phone's. */
let clock: VirtualClock;
let handset: Handset;
let page: PhonePage;
let context: BrowserContext;
let tab: Page;
/** What went wrong in the page. */
let errors: string[];
beforeEach(async () => {
  asked = [];
  clock = virtualClock();
  handset = await createHandset({
    devId: 'IMEI:001010000000008',
    account,
    clock,
    store: memoryStore(),
    push: ['udp://127.0.0.1:0'],
    transport: {
      exchange: (request) => testServer([asked], () => {}, makeBasicCred(secret)).exchange(request),
    },
  });
  page = await openPhonePage({ handsets: [handset] });
  context = await browser.newContext({ viewport: { width: 1200, height: 800 }, locale: 'en-GB' });
  tab = await context.newPage();
  await tab.clock.install();
  errors = [];
  tab.on('pageerror', (error) => errors.push(String(error)));
  await tab.goto(page.url);
});
afterEach(async () => {
  expect(errors).toEqual([]);
  await context.close();
  await handset.end();
  await page.close();
});

const CONNECT = 'Connect to Example Mobile';
const dialog = () => tab.getByRole('alertdialog');

/** Has the phone call a server that asks this, and the user see it. */
async function ask(question: Question): Promise<void> {
  asked = [{ name: 'Alert', cmdID: '2', ...questionAlert(question) }];
  await tab.getByRole('button', { name: CONNECT }).click();
  await dialog().getByText(question.text).waitFor();
}

/** What the phone has told the server when the session is over. */
async function told(): Promise<unknown> {
  await tab.getByRole('button', { name: CONNECT }).waitFor();
  const [latest] = handset.view.sessions;
  const line = handset.session(latest?.key ?? 0)?.said[2]?.lines.at(-1);
  return [line?.status?.code, ...(line?.value === undefined ? [] : [line.value])];
}

test('a text is read', async () => {
  await ask({ kind: 'display', text: 'Welcome\nto Example Mobile', minDisplay: 60, maxDisplay: 120 });
  expect(await dialog().getByRole('heading').textContent()).toBe('Message from Example Mobile');
  expect(await dialog().getByRole('button', { name: /^OK/ }).isEnabled()).toBe(false);
  await tab.clock.runFor(60_000);
  await clock.pass(60_000);
  await dialog().getByRole('button', { name: 'OK', exact: true }).click();
  expect(await told()).toEqual([200]);
});

test('a question is accepted, refused, or cancelled', async () => {
  const question: Question = { kind: 'confirm', text: 'Install it?', maxDisplay: 90 };
  await ask(question);
  expect(await dialog().getByRole('timer').textContent()).toMatch(/^1:(30|2\d) left$/);
  await dialog().getByRole('button', { name: 'Yes' }).click();
  expect(await told()).toEqual([200]);
  await ask(question);
  await dialog().getByRole('button', { name: 'No' }).click();
  expect(await told()).toEqual([304]);
  await ask(question);
  await dialog()
    .getByRole('button', { name: /^Cancel/ })
    .click();
  expect(await told()).toEqual([214]);
});

test('the keyboard is enough, and a key that is pressed by chance is no yes', async () => {
  await ask({ kind: 'confirm', text: 'Install it?' });
  await tab.keyboard.press('Enter');
  await tab.keyboard.press('Space');
  expect(handset.view.question).toBeDefined();
  await tab.keyboard.press('Escape');
  expect(await told()).toEqual([214]);
  await ask({ kind: 'confirm', text: 'Install it?', default: true });
  await tab.keyboard.press('Enter');
  expect(await told()).toEqual([200]);
  await ask({ kind: 'choice', text: 'Which?', choices: ['red', 'green', 'blue'], default: 1 });
  await tab.keyboard.press('ArrowDown');
  await tab.keyboard.press('Enter');
  expect(await told()).toEqual([200, '2']);
});

test('what is typed is corrected until it is an answer, and unseen where it is secret', async () => {
  await ask({ kind: 'input', text: 'PIN?', input: 'number', maxLength: 4, hidden: true });
  const field = dialog().getByLabel('Number, at most 4 characters');
  expect(await field.getAttribute('type')).toBe('password');
  await field.fill('12a4');
  await tab.keyboard.press('Enter');
  await dialog().getByRole('alert').getByText('Expected a number.').waitFor();
  await field.fill('1234');
  await dialog().getByRole('button', { name: 'Send' }).click();
  expect(await told()).toEqual([200, '********']);
});

test.each([
  ['date', '24122026', 'Date', '2026-12-31', '31122026'],
  ['time', '', 'Time', '08:30:00', '083000'],
  ['ip', '192.0.2.1', 'IP address', '192.0.2.2', '192.0.2.2'],
] as const)('a %s is typed as the browser has it', async (input, preset, label, typed, answer) => {
  await ask({
    kind: 'input',
    text: 'When?',
    input,
    maxLength: 15,
    hidden: false,
    ...(preset === '' ? {} : { default: preset }),
  });
  await dialog().getByLabel(label).fill(typed);
  await dialog().getByRole('button', { name: 'Send' }).click();
  expect(await told()).toEqual([200, answer]);
});

test('several are chosen', async () => {
  await ask({ kind: 'choices', text: 'Which?', choices: ['red', 'green', '<b>blue</b>'], default: [1, 2] });
  await dialog().getByLabel('green').uncheck();
  await dialog().getByLabel('<b>blue</b>').check();
  await dialog().getByRole('button', { name: 'Send' }).click();
  expect(await told()).toEqual([200, '1, 3']);
});

/** Gives the phone a notification that asks its user. @returns what the user decides, once they see the question */
async function notify(sessionID: number): Promise<{ readonly decision: Promise<string> }> {
  const bytes = notification({
    uiMode: 'user-interaction',
    sessionID,
    reason: {
      language: 'en',
      text: 'Your MMS settings are about to change.',
      consequence: 'You will not be able to send or receive MMS.',
      legalNotice: 'Changes are free of charge. Terms: example.com/terms',
    },
  });
  const decision = handset.notify(bytes, TYPE).then(({ kind }) => kind);
  await dialog().getByRole('heading', { name: 'Example Mobile asks to manage this phone' }).waitFor();
  return { decision };
}

test('a session that the operator asks for is accepted, refused, or put off and decided later', async () => {
  const refused = await notify(1);
  await dialog().getByText('You will not be able to send or receive MMS.').waitFor();
  await dialog().getByText('Terms: example.com/terms').waitFor();
  // A key that is pressed by chance is no yes.
  await tab.keyboard.press('Enter');
  await dialog().getByRole('button', { name: 'Refuse' }).click();
  expect(await refused.decision).toBe('refused');
  expect(handset.view.sessions).toEqual([]);

  await dialog().waitFor({ state: 'hidden' });
  const postponed = await notify(0xa);
  await tab.keyboard.press('Escape');
  expect(await postponed.decision).toBe('postponed');
  await tab.getByRole('button', { name: 'Decide on the waiting session' }).click();
  await dialog().getByRole('button', { name: 'Accept' }).click();
  await tab.getByText('Last managed at').waitFor();
  expect(handset.view).toMatchObject({ waiting: 0, sessions: [{ sessionID: 'A', state: 'completed' }] });
});

test('a click that was meant for what was there before does not accept a session', async () => {
  await tab.clock.pauseAt(Date.now() + 60_000);
  const { decision } = await notify(1);
  const accept = dialog().getByRole('button', { name: 'Accept' });
  expect(await accept.isEnabled()).toBe(false);
  await tab.clock.runFor(1000);
  await accept.click();
  expect(await decision).toBe('accepted');
});

test('a notification that comes over UDP is accepted, and another one refused', async () => {
  const [reached] = handset.view.bearers;
  const socket = createSocket('udp4');
  try {
    const send = (sessionID: number): void => {
      const asking = { uiMode: 'user-interaction', sessionID, reason: { text: 'New settings' } } as const;
      const content = { contentType: TYPE, applicationId: DM_APPLICATION, headers: [] };
      const pdu = buildPush({ ...content, body: notification(asking) }, sessionID);
      socket.send(pdu, Number(reached?.address.split(':')[1]), '127.0.0.1');
    };
    send(1);
    await dialog().getByText('New settings').waitFor();
    await dialog().getByRole('button', { name: 'Accept' }).click();
    await tab.getByText('Last managed at').waitFor();
    expect(handset.view.sessions).toMatchObject([{ sessionID: '1', state: 'completed' }]);
    send(2);
    await dialog().getByRole('button', { name: 'Refuse' }).click();
    await dialog().waitFor({ state: 'hidden' });
    await tab.getByRole('link', { name: 'Notifications' }).click();
    await tab.getByText('The user has refused it.').waitFor();
    expect(handset.view.notifications.map(({ state, bearer }) => `${bearer} ${state}`)).toEqual([
      'udp refused',
      'udp held',
    ]);
  } finally {
    socket.close();
  }
});

test('what came is looked up, and what was put off is decided there', async () => {
  const push = (body: Uint8Array, applicationId?: string): ReceivedPush => ({
    bearer: 'sms',
    from: '+441632960000',
    contentType: TYPE,
    ...(applicationId === undefined ? {} : { applicationId }),
    headers: [],
    body,
  });
  await tab.getByRole('link', { name: 'Notifications' }).click();
  const [reached] = handset.view.bearers;
  await tab
    .getByRole('listitem')
    .filter({ hasText: `udp ${reached?.address}` })
    .waitFor();
  await handset.receive(push(notification({}, { password: 'guessed' })));
  await handset.receive(push(notification(), 'x-wap-application:wml.ua'));
  const entries = tab.getByRole('listitem').filter({ hasText: 'sms from +441632960000' });
  await entries.getByText('Its digest is not that of com.example.dm.').waitFor();
  await entries.getByText('There is no application x-wap-application:wml.ua on this phone.').waitFor();
  const asking = notification({ uiMode: 'user-interaction', reason: { text: 'New settings' } });
  await handset.receive(push(asking));
  await dialog().getByRole('button', { name: 'Decide later' }).click();
  await entries.getByText('Put off').waitFor();
  await tab.getByRole('button', { name: 'Decide on the waiting session' }).click();
  await dialog().getByRole('button', { name: 'Accept' }).click();
  const decided = entries.filter({ hasText: 'New settings' });
  await decided.getByText('Session held').waitFor();
  expect(handset.view.sessions).toMatchObject([{ sessionID: 'ABC', state: 'completed' }]);
});

test('a page of several phones shows each of them, and what becomes of it', async () => {
  const other = await createHandset({
    devId: 'IMEI:001010000000016',
    account,
    clock,
    transport: { exchange: (message) => testServer([], () => {}, makeBasicCred(secret)).exchange(message) },
  });
  const both = await openPhonePage({ handsets: [handset, other] });
  try {
    await tab.goto(both.url);
    const card = tab.getByRole('link', { name: /IMEI:001010000000016/ });
    await card.getByText('No session yet').waitFor();
    const decision = other.notify(notification({ uiMode: 'user-interaction' }), TYPE);
    await card.getByText('Its user is being asked').waitFor();
    await card.click();
    await dialog().getByRole('button', { name: 'Refuse' }).click();
    expect((await decision).kind).toBe('refused');
    await tab.getByRole('link', { name: 'All phones' }).click();
    await tab.getByRole('link', { name: /IMEI:001010000000008/ }).click();
    await tab.getByRole('definition').getByText('IMEI:001010000000008').waitFor();
  } finally {
    await other.end();
    await both.close();
  }
});

test('a question that is over is taken away', async () => {
  await ask({ kind: 'confirm', text: 'Quick?', maxDisplay: 60 });
  await clock.pass(60_000);
  await dialog().waitFor({ state: 'hidden' });
  expect(await told()).toEqual([408]);
});

test('sessions are seen as they run, and settings as they change', async () => {
  await tab.getByRole('link', { name: 'Settings' }).click();
  await tab.getByRole('link', { name: /MMS settings/ }).click();
  await tab.getByRole('link', { name: 'Operator' }).click();
  await tab.getByText('http://mms.old.example.com/mms/wapenc').waitFor();
  asked = [replace(ADDR, 'http://mms.new.example.com/')];
  handset.connect();
  await tab.getByRole('listitem').getByText('http://mms.new.example.com/').first().waitFor();
  const panel = tab.getByRole('complementary', { name: 'Sessions' });
  await panel.getByText('Completed').waitFor();
  await panel.getByText(`OK for Replace ${ADDR}`).waitFor();
});

test('a click that began before the screen has changed is not lost', async () => {
  await tab.getByRole('link', { name: 'Settings' }).hover();
  await tab.mouse.down();
  handset.connect();
  await tab.getByText('Last managed at').waitFor();
  await tab.mouse.up();
  await tab.getByRole('link', { name: /MMS settings/ }).waitFor();
});

test('a phone is reset when its user is sure', async () => {
  asked = [replace(ADDR, 'http://mms.new.example.com/')];
  await tab.getByRole('button', { name: CONNECT }).click();
  await tab.getByText('Last managed at').waitFor();
  await tab.getByRole('link', { name: 'Settings' }).click();
  await tab.getByRole('button', { name: 'Reset this phone' }).click();
  await tab.getByRole('button', { name: 'Keep' }).click();
  await tab.getByRole('button', { name: 'Reset this phone' }).click();
  await tab.getByRole('button', { name: 'Reset', exact: true }).click();
  await tab.getByText('No session yet.').waitFor();
  expect(JSON.stringify(handset.node('./MMS/Operator'))).toContain('mms.old');
});

test('the user edits values, chooses what is used, and is told who has locked it', async () => {
  await tab.getByRole('link', { name: 'Settings' }).click();
  await tab.getByRole('link', { name: /MMS settings/ }).click();
  await tab.getByRole('link', { name: /Operator.*In use by default/ }).click();
  await tab.getByRole('button', { name: /^Addr/ }).click();
  await tab.getByRole('textbox', { name: 'New value' }).fill('http://mine.example.com/');
  await tab.keyboard.press('Enter');
  await tab.getByRole('button', { name: /^Addr.*http:\/\/mine/ }).waitFor();
  await tab.getByRole('button', { name: 'Keep using these settings' }).click();
  await tab.getByRole('button', { name: 'Use', exact: true }).click();
  await tab.getByText('In use', { exact: true }).waitFor();

  asked = [replace('./MMS/Operator?prop=Locked', 'true')];
  handset.connect();
  await tab.getByRole('note').getByText('Example Mobile has locked these settings.').waitFor();
  await tab.getByRole('button', { name: /^Addr/ }).click();
  await tab.getByRole('button', { name: 'Save' }).click();
  await tab.getByRole('alert').getByText('Locked by Example Mobile: only they can change it.').waitFor();
  await tab.getByRole('button', { name: 'Cancel' }).click();
  await tab.getByRole('button', { name: 'Delete these settings' }).click();
  await tab.getByRole('button', { name: 'Delete', exact: true }).click();
  await tab.getByRole('alert').getByText('Locked by Example Mobile').waitFor();
  await tab.keyboard.press('Escape');

  await tab.getByRole('note').waitFor();
  asked = [replace('./MMS/Operator?prop=Locked', 'false')];
  handset.connect();
  await tab.getByRole('note').waitFor({ state: 'detached' });
  await tab.getByRole('button', { name: 'Delete these settings' }).click();
  await tab.getByRole('button', { name: 'Delete', exact: true }).click();
  await tab.getByText('There is nothing here.').waitFor();
});
