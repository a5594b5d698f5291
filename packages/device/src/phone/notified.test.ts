import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  buildNotification,
  DEVICE,
  makeBasicCred,
  NOTIFICATION_FORMATS,
  RESYNC_NONCE,
  type Reason,
  reasonOptions,
} from '@grove/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import { type VirtualClock, virtualClock } from '../clock/virtual.testing.ts';
import { type Asked, scriptedUser, type UserInteraction } from '../interaction/index.ts';
import type { NotificationOutcome } from '../notification/index.ts';
import { account, nonce, notification, SERVER, secret, TYPE } from '../notification/server.testing.ts';
import { TransportError } from '../transport/index.ts';
import { type DeviceStore, fileStore, memoryStore } from '../tree-store/index.ts';
import { createPhone, type Phone, type PhoneOptions } from './index.ts';
import { type TestServer, testServer } from './server.testing.ts';

const DEV_ID = 'IMEI:001010000000008';
const START = Date.parse('2026-01-02T03:04:05Z');

let clock: VirtualClock;
let now: Date;
let store: DeviceStore;
beforeEach(() => {
  clock = virtualClock();
  now = new Date(START);
  store = memoryStore();
});

const proven = (): TestServer => testServer([], () => {}, makeBasicCred(secret));
const made = (options: Partial<PhoneOptions> = {}): Promise<Phone> =>
  createPhone({
    devId: DEV_ID,
    account,
    transport: proven(),
    clock,
    store,
    now: () => now,
    ...options,
  });

/** Gives a phone a notification, and has its user decide. */
async function notify(phone: Phone, bytes: Uint8Array, mediaType = TYPE): Promise<NotificationOutcome> {
  const taken = await phone.notify(bytes, mediaType);
  return taken.kind === 'ignored' ? taken : phone.decide(taken.notification);
}

/** The generic alerts that a server has heard. */
const heard = ({ requests }: TestServer): unknown[] =>
  requests.flatMap(({ body }) =>
    body.commands.flatMap((command) =>
      command.name === 'Alert' && command.code === 1226
        ? command.items.map(({ meta, data }) => [meta?.type, JSON.parse(String(data))])
        : [],
    ),
  );

/** A user who does this, and what the user saw. */
function user(
  answer: 'accept' | 'reject' | 'cancel' | 'ignore',
): UserInteraction & { readonly seen: Asked[] } {
  const script = scriptedUser([{ answer }]);
  const seen: Asked[] = [];
  return {
    seen,
    ask(asked, signal) {
      seen.push(asked);
      return script.ask(asked, signal);
    },
  };
}

describe('a notification that is the server’s', () => {
  test('leads to a session with Alert 1200 and its SessionID', async () => {
    const transport = proven();
    const phone = await made({ transport });
    const outcome = await notify(phone, notification({ sessionID: 0xa }));
    expect(outcome).toEqual({
      kind: 'accepted',
      session: { serverID: SERVER, sessionID: 'A', reason: 1200 },
    });
    expect(phone.notifications).toHaveLength(1);
    const report = await phone.session(outcome.kind === 'accepted' ? outcome.session : {});
    expect(report.outcome.kind).toBe('completed');
    const [first] = transport.requests;
    expect([first?.header.sessionID, first?.body.commands[0]]).toMatchObject([
      'A',
      { name: 'Alert', code: 1200 },
    ]);
    expect(phone.notifications).toEqual([]);
  });

  test.each([
    ['zero bytes', RESYNC_NONCE],
    ['text', new TextEncoder().encode('0x00000000')],
  ])('is known by the resynchronisation nonce as %s, with which the session begins', async (_, form) => {
    const phone = await made();
    const outcome = await notify(phone, notification({}, { nonce: form }));
    expect(outcome).toMatchObject({ kind: 'accepted', session: { sessionID: 'ABC', resync: form } });
  });

  test('is known where its digest has the name in the credentials in place of the ServerID', async () => {
    const [auth] = account.auth;
    if (auth === undefined) throw new Error('the account has no credentials');
    const phone = await made({ account: { ...account, auth: [{ ...auth, name: 'dm-server' }] } });
    const bytes = buildNotification(
      {
        format: '1.2',
        version: 11,
        uiMode: 'background',
        initiator: 'server',
        sessionID: 1,
        serverID: SERVER,
        body: new Uint8Array(0),
      },
      { ...secret, user: 'dm-server' },
      nonce,
    );
    expect((await notify(phone, bytes)).kind).toBe('accepted');
  });

  test('may be one of DM 1.3, whose Connect-Reason is shown', async () => {
    const interaction = user('accept');
    const phone = await made({ interaction });
    const bytes = buildNotification(
      {
        format: '1.3',
        version: 13,
        uiMode: 'user-interaction',
        initiator: 'server',
        sessionID: 1,
        serverID: SERVER,
        options: reasonOptions({ text: 'New settings', consequence: 'No MMS' }),
      },
      secret,
      nonce,
    );
    const { mediaType } = NOTIFICATION_FORMATS['1.3'];
    expect((await notify(phone, bytes, mediaType)).kind).toBe('accepted');
    expect(interaction.seen).toMatchObject([{ text: 'New settings', consequence: 'No MMS' }]);
  });
});

describe('a notification leads to nothing', () => {
  const damaged = notification();
  damaged[30] = (damaged[30] ?? 0) ^ 1;

  test.each<[string, Uint8Array, string, string]>([
    ['of another media type', notification(), 'application/vnd.syncml.ds.notification', 'malformed'],
    ['that is none', new Uint8Array(24), TYPE, 'malformed'],
    ['whose text cannot be read', notification({ reason: { text: 'x' } }).subarray(0, -1), TYPE, 'malformed'],
    ['of an unknown version', notification({ version: 12 }), TYPE, 'version'],
    ['of another server', notification({ serverID: 'org.other' }), TYPE, 'server'],
    ['with the digest of another password', notification({}, { password: 'x' }), TYPE, 'digest'],
    ['with the digest of another nonce', notification({}, { nonce: new Uint8Array(8) }), TYPE, 'digest'],
    ['that was changed', damaged, TYPE, 'server'],
  ])('%s', async (_, bytes, mediaType, because) => {
    const phone = await made();
    expect(await notify(phone, bytes, mediaType)).toMatchObject({ kind: 'ignored', because });
    expect(phone.notifications).toEqual([]);
  });

  test('where the account has no password of the server', async () => {
    const phone = await made({ account: { ...account, auth: [] } });
    expect(await notify(phone, notification())).toMatchObject({ kind: 'ignored', because: 'server' });
  });

  test('that came before, also in another life of the phone and made with the resynchronisation nonce', async () => {
    const phone = await made();
    const bytes = notification({}, { nonce: RESYNC_NONCE });
    const both = await Promise.all([notify(phone, bytes), notify(phone, bytes)]);
    expect(both.map(({ kind }) => kind)).toEqual(['accepted', 'ignored']);
    await phone.session({ serverID: SERVER });
    now = new Date(START + 400 * 24 * 60 * 60 * 1000);
    const again = await made();
    expect(await notify(again, bytes)).toMatchObject({ kind: 'ignored', because: 'duplicate' });
  });

  test('for a session that another one has asked for, but on a later day', async () => {
    const phone = await made();
    await notify(phone, notification());
    const other = notification({ uiMode: 'informative' });
    expect(await notify(phone, other)).toMatchObject({ kind: 'ignored', because: 'duplicate' });
    now = new Date(START + 24 * 60 * 60 * 1000);
    expect((await notify(phone, other)).kind).toBe('accepted');
  });

  test('where ten wait already', async () => {
    const phone = await made();
    for (let sessionID = 1; sessionID <= 10; sessionID++) await notify(phone, notification({ sessionID }));
    expect(await notify(phone, notification({ sessionID: 11 }))).toMatchObject({ because: 'full' });
  });
});

describe('the user', () => {
  const reason: Reason = {
    language: 'en',
    text: 'New MMS settings',
    consequence: 'No MMS',
    legalNotice: '§ 1',
    expires: START / 1000 + 3600,
  };
  const asking = notification({ uiMode: 'user-interaction', reason });

  test('is asked first, told who asks, why and what it means to refuse', async () => {
    const interaction = user('accept');
    expect((await notify(await made({ interaction }), asking)).kind).toBe('accepted');
    const { expires: _, ...told } = reason;
    expect(interaction.seen).toEqual([
      { kind: 'notice', asks: true, operator: 'Example Mobile', maxDisplay: 300, ...told },
    ]);
  });

  test('refuses, of which the server hears in the next session, whatever happens to the phone', async () => {
    const phone = await made({ interaction: user('reject') });
    const refused = { kind: 'refused', serverID: SERVER, sessionID: 'ABC', text: 'the user has refused it' };
    expect(await notify(phone, asking)).toEqual(refused);
    // Nor does the phone call by itself to say so.
    let due = false;
    const end = new AbortController();
    const waiting = phone.alertDue(end.signal).then(
      () => {
        due = true;
      },
      () => {},
    );
    await clock.pass(24 * 60 * 60 * 1000);
    await new Promise((resolve) => setImmediate(resolve));
    end.abort();
    await waiting;
    expect(due).toBe(false);
    const transport = proven();
    const again = await made({ transport });
    expect(again.notifications).toEqual([]);
    await again.session();
    expect(heard(transport)).toEqual([
      ['com.example.grove.notification', { sessionID: 'ABC', outcome: 'refused' }],
    ]);
    expect(again.alerts).toEqual([]);
  });

  test('postpones, and is asked again', async () => {
    const phone = await made({ interaction: user('cancel') });
    expect((await notify(phone, asking)).kind).toBe('postponed');
    const interaction = user('accept');
    const again = await made({ interaction });
    expect(await again.takeUp()).toMatchObject([{ kind: 'accepted', session: { sessionID: 'ABC' } }]);
    expect(interaction.seen).toHaveLength(1);
    // An accepted one whose server is not there is not asked about again.
    const unreachable = await made({
      interaction,
      transport: {
        exchange: () => Promise.reject(new TransportError('no way')),
      },
    });
    const [accepted] = await unreachable.takeUp();
    await unreachable.session(accepted?.kind === 'accepted' ? accepted.session : {});
    expect(unreachable.notifications).toHaveLength(1);
    expect(interaction.seen).toHaveLength(1);
    await again.session();
    expect(again.notifications).toEqual([]);
  });

  test('has five minutes, then it is postponed, and in the end expired', async () => {
    const phone = await made({ interaction: user('ignore') });
    const deciding = notify(phone, asking);
    await clock.pass(299_999);
    expect(phone.notifications).toHaveLength(1);
    await clock.pass(1);
    expect((await deciding).kind).toBe('postponed');
    now = new Date(START + 3_600_000);
    expect(await phone.takeUp()).toMatchObject([{ kind: 'expired' }]);
    expect(phone.alerts.map(({ data }) => JSON.parse(data))).toEqual([
      { sessionID: 'ABC', outcome: 'expired' },
    ]);
    expect(await phone.takeUp()).toEqual([]);
  });

  test('has until the notification expires, if that is sooner', async () => {
    now = new Date(START + 3_590_000);
    const phone = await made({ interaction: user('ignore') });
    const deciding = notify(phone, asking);
    await clock.pass(9_999);
    now = new Date(START + 3_600_000);
    await clock.pass(1);
    expect((await deciding).kind).toBe('expired');
  });

  test('who is not there has not consented', async () => {
    const phone = await made();
    expect(await notify(phone, asking)).toMatchObject({ kind: 'refused' });
    expect(phone.alerts.map(({ data }) => JSON.parse(data).outcome)).toEqual(['unaskable']);
  });

  test.each<[string, Uint8Array, boolean]>([
    ['nothing in the background', notification({ uiMode: 'background', reason }), false],
    ['a text that is informative', notification({ uiMode: 'informative', reason }), true],
    ['that something happens, where there is no text', notification({ uiMode: 'informative' }), true],
    ['a text where no mode is specified', notification({ uiMode: 'not-specified', reason }), true],
    ['nothing where there is no mode and no text', notification({ uiMode: 'not-specified' }), false],
  ])('is shown %s', async (_, bytes, shown) => {
    const interaction = user('ignore');
    const phone = await made({ interaction });
    const taking = notify(phone, bytes);
    await clock.pass(10_000);
    expect((await taking).kind).toBe('accepted');
    expect(interaction.seen.map((asked) => asked.kind === 'notice' && asked.asks)).toEqual(
      shown ? [false] : [],
    );
  });

  test('is asked one thing at a time', async () => {
    let open = 0;
    const most: number[] = [];
    const phone = await made({
      interaction: {
        ask: async () => {
          open += 1;
          most.push(open);
          await new Promise((resolve) => setImmediate(resolve));
          open -= 1;
          return { kind: 'yes' };
        },
      },
    });
    const mode = { uiMode: 'user-interaction' } as const;
    await Promise.all([1, 2, 3].map((sessionID) => notify(phone, notification({ ...mode, sessionID }))));
    expect(most).toEqual([1, 1, 1]);
  });
});

test('the time to decide begins when it is the user’s turn', async () => {
  const shown: number[] = [];
  const phone = await made({
    interaction: {
      ask: (asked) => {
        if (asked.kind === 'notice') shown.push(clock.now());
        return new Promise(() => {});
      },
    },
  });
  const mode = { uiMode: 'user-interaction' } as const;
  const deciding = [1, 2].map((sessionID) => notify(phone, notification({ ...mode, sessionID })));
  await clock.pass(300_000);
  await clock.pass(0);
  expect(shown).toEqual([0, 300_000]);
  await clock.pass(299_999);
  expect(phone.notifications).toHaveLength(2);
  await clock.pass(1);
  expect((await Promise.all(deciding)).map(({ kind }) => kind)).toEqual(['postponed', 'postponed']);
});

test('what is expired when it comes is reported, not shown', async () => {
  const interaction = user('accept');
  const phone = await made({ interaction });
  const late = notification({ uiMode: 'user-interaction', reason: { text: 'x', expires: START / 1000 - 1 } });
  expect((await notify(phone, late)).kind).toBe('expired');
  expect([interaction.seen.length, phone.alerts.length]).toEqual([0, 1]);
});

test('a phone remembers on the disk what came and what waits', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'grove-notified-'));
  try {
    const kept = fileStore({ directory, sync: false });
    await (await made({ store: kept, interaction: user('cancel') })).notify(
      notification({ uiMode: 'user-interaction' }),
      TYPE,
    );
    const again = await made({ store: fileStore({ directory }) });
    expect(again.notifications).toMatchObject([{ sessionID: 'ABC', accepted: false }]);
    expect(await notify(again, notification())).toMatchObject({ because: 'duplicate' });
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('what waits for a server whose account is gone is forgotten', async () => {
  const phone = await made({ interaction: user('cancel') });
  await notify(phone, notification({ uiMode: 'user-interaction' }));
  phone.tree.delete('./DMAcc/Operator', DEVICE);
  expect(await phone.takeUp()).toEqual([]);
  expect(phone.notifications).toEqual([]);
});

describe('a notification may be acknowledged', () => {
  const asking = notification({ uiMode: 'user-interaction' });

  test('before its user has decided, and while a session is under way, for it is stored then', async () => {
    const answered = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const server = proven();
    const phone = await made({
      interaction: user('ignore'),
      transport: {
        exchange: async (request) => {
          begun.resolve();
          await answered.promise;
          return server.exchange(request);
        },
      },
    });
    const session = phone.session();
    await begun.promise;
    expect((await phone.notify(asking, TYPE)).kind).toBe('taken');
    expect((await made()).notifications).toMatchObject([{ sessionID: 'ABC', accepted: false }]);
    answered.resolve();
    await session;
    expect((await made()).unfinished).toBeUndefined();
  });

  test('not where it could not be stored; then it may come again', async () => {
    let isFull = true;
    const phone = await made({
      interaction: user('accept'),
      store: {
        ...store,
        save: async (devId, record) => {
          if (isFull) throw new Error('no space left on device');
          await store.save(devId, record);
        },
      },
    });
    await expect(phone.notify(asking, TYPE)).rejects.toThrow('no space left');
    isFull = false;
    expect((await notify(phone, asking)).kind).toBe('accepted');
  });
});

test('a question is taken away when a session was held meanwhile', async () => {
  const interaction = user('ignore');
  const phone = await made({ interaction });
  const deciding = notify(phone, notification({ uiMode: 'user-interaction' }));
  await phone.session();
  expect(await deciding).toMatchObject({ kind: 'settled', sessionID: 'ABC' });
  expect(phone.notifications).toEqual([]);
});

test('a server that interrupts the user too often is put off, until the user takes that up', async () => {
  const interaction = user('reject');
  const phone = await made({ interaction });
  const asking = (sessionID: number) =>
    notify(phone, notification({ uiMode: 'user-interaction', sessionID }));
  for (let sessionID = 1; sessionID <= 10; sessionID += 1) {
    expect((await asking(sessionID)).kind).toBe('refused');
  }
  expect(await asking(11)).toMatchObject({
    kind: 'postponed',
    text: 'its server has interrupted the user too often of late, who was not asked',
  });
  // What is only to be read is not shown, and holds nothing up.
  expect((await notify(phone, notification({ uiMode: 'informative', sessionID: 12 }))).kind).toBe('accepted');
  expect(interaction.seen).toHaveLength(10);
  expect((await phone.takeUp()).map(({ kind }) => kind)).toEqual(['refused', 'accepted']);
  expect(interaction.seen).toHaveLength(11);
  await clock.pass(10 * 60_000);
  expect((await asking(13)).kind).toBe('refused');
  expect(interaction.seen).toHaveLength(12);
});

test('what a server says is shown without what could deceive the user', async () => {
  const interaction = user('accept');
  const phone = await made({
    interaction,
    account: { ...account, name: `\u202eknaB ruoY\n\n\u001b[2J${'x'.repeat(500)}` },
  });
  const reason = { text: 'Pay\u202e 001\u0007', consequence: '\u200b\u2066', legalNotice: 'a\n\n\n\nb' };
  await notify(phone, notification({ uiMode: 'user-interaction', reason }));
  const [shown] = interaction.seen;
  expect(shown).toMatchObject({ text: 'Pay 001', legalNotice: 'a\n\nb', consequence: undefined });
  expect(shown?.kind === 'notice' && shown.operator).toMatch(/^knaB ruoY \[2Jx+…$/);
});

test('notifications that nobody has proved leave nothing behind, however many come', async () => {
  const phone = await made({ interaction: user('accept') });
  await phone.session();
  const before = JSON.stringify(await store.load(DEV_ID));
  for (let sessionID = 1; sessionID <= 300; sessionID += 1) {
    await notify(phone, notification({ sessionID, uiMode: 'user-interaction' }, { password: 'guessed' }));
  }
  expect(JSON.stringify(await store.load(DEV_ID))).toBe(before);
});
