import { DEVICE, type DmAuth, makeMd5Cred } from '@grove/protocol';
import { describe, expect, test } from 'vitest';
import { CLIENT_NONCE, chal, cred, Lockstep, SERVER_NONCE, status, testTree } from './lockstep.testing.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const b64 = (text: string): string => bytes(text).toBase64();
const md5 = (user: string, password: string, nonce: string): string =>
  String(makeMd5Cred({ user, password }, bytes(nonce)).data);

const clientMd5: DmAuth = {
  level: 'CLCRED',
  type: 'DIGEST',
  name: 'Bruce2',
  secret: 'OhBehave',
  data: bytes('Nonce'),
};
const clientBasic: DmAuth = { level: 'CLCRED', type: 'BASIC', name: 'Bruce2', secret: 'OhBehave' };
const serverMd5: DmAuth = {
  level: 'SRVCRED',
  type: 'DIGEST',
  name: 'srv',
  secret: 'topsecret',
  data: bytes('S0'),
};
const serverBasic: DmAuth = { level: 'SRVCRED', type: 'BASIC', name: 'srv', secret: 'topsecret' };

const REMOVE = '<Delete><CmdID>7</CmdID><Item><Target><LocURI>./Open/a</LocURI></Target></Item></Delete>';
const ASK = '<Get><CmdID>7</CmdID><Item><Target><LocURI>./Open/a</LocURI></Target></Item></Get>';

/** What a server answers to a package 1 that it does not accept. */
const refusal = (code: number, challenge: string): string =>
  status('SyncHdr', code, '0', challenge) +
  status('Alert', code, '1', challenge) +
  status('Replace', code, '2', challenge);

describe('the device', () => {
  test('proves itself in its first message by what AAuthPref and the stored nonce say', () => {
    const { decoded } = new Lockstep(testTree([clientMd5]));
    expect(decoded.message.header.cred).toMatchObject({
      meta: { type: 'syncml:auth-md5', format: 'b64' },
      data: 'Zz6EivR3yeaaENcRN6lpAQ==',
    });
    expect(decoded.message.header.source.locName).toBe('Bruce2');
    const basic = new Lockstep(testTree([clientBasic]));
    expect(basic.decoded.message.header.cred).toMatchObject({ data: 'QnJ1Y2UyOk9oQmVoYXZl' });
  });

  test.each([
    ['BASIC', 'syncml:auth-basic'],
    ['DIGEST', 'syncml:auth-md5'],
    ['HMAC', undefined],
    ['TRANSPORT', undefined],
  ] as const)('with several credentials begins with those of AAuthPref: %s', async (pref, type) => {
    const credentials: DmAuth[] = [
      { level: 'CLCRED', type: 'TRANSPORT' },
      clientBasic,
      { ...clientMd5, type: 'HMAC', data: bytes('H0') },
      clientMd5,
    ];
    const all = credentials.toSorted((a, b) => Number(b.type === pref) - Number(a.type === pref));
    const session = new Lockstep(testTree(all));
    const byMac = session.step.state.sent.mac !== undefined;
    const { cred: presented } = session.decoded.message.header;
    // By TRANSPORT the device is known already, but has more to present where that is not enough.
    if (pref === 'TRANSPORT') expect([presented?.meta?.type, byMac]).toEqual(['syncml:auth-basic', false]);
    else expect([presented?.meta?.type, byMac]).toEqual([type, pref === 'HMAC']);
    // It takes up a challenge for any of them, and the session stays with that.
    await session.take(refusal(401, chal('syncml:auth-MAC', b64('N1'))));
    expect(session.step.state.sent.mac).toBeDefined();
    await session.take(status('SyncHdr', 200, '0', chal('syncml:auth-MAC', b64('N2'))) + ASK);
    await session.take(refusal(401, chal('syncml:auth-md5', b64('N3'))));
    expect(session.step.state.outcome?.kind).toBe('refused');
  });

  test('begins again with package 1 when challenged: same session, next message, a Status for the header', async () => {
    const { data: _, ...withoutNonce } = clientMd5;
    const session = new Lockstep(testTree([withoutNonce]));
    expect(session.decoded.message.header.cred).toBeUndefined();
    await session.take(refusal(407, chal('syncml:auth-md5', b64('N1'))));
    const { header } = session.decoded.message;
    expect(header).toMatchObject({
      sessionID: '4D2',
      msgID: '2',
      cred: { data: md5('Bruce2', 'OhBehave', 'N1') },
    });
    expect(session.commands.map(({ name }) => name)).toEqual(['Status', 'Alert', 'Replace']);
    await session.take(status('SyncHdr', 212, '0', chal('syncml:auth-md5', b64('N2'))) + ASK);
    expect(session.decoded.message.header.cred).toBeUndefined();
    expect(session.read(CLIENT_NONCE)).toBe(b64('N2'));
  });

  test('tries a stale nonce once again, then gives up', async () => {
    const session = new Lockstep(testTree([clientMd5]));
    await session.take(refusal(401, chal('syncml:auth-md5', b64('N1'))));
    expect(session.decoded.message.header.cred?.data).toBe(md5('Bruce2', 'OhBehave', 'N1'));
    await session.take(refusal(401, chal('syncml:auth-md5', b64('N2'))));
    expect(session.step).toMatchObject({
      send: false,
      state: {
        outcome: {
          kind: 'refused',
          text: "the server does not accept the device's credentials (401, twice)",
        },
      },
    });
    expect(session.read(CLIENT_NONCE)).toBe(b64('Nonce'));
  });

  test.each([
    [
      'an unknown type',
      chal('syncml:auth-x509'),
      'the server asks for syncml:auth-x509; the device has basic, md5 and MAC',
    ],
    ['nothing to go by', '', 'the server answered 407 without saying what it expects (no Chal)'],
    [
      'basic, which would give the password away',
      chal('syncml:auth-basic'),
      'the server asks for basic credentials and account ./DMAcc/Operator has none',
    ],
  ])('gives up when asked for %s', async (_, challenge, text) => {
    const { data: __, ...withoutNonce } = clientMd5;
    const session = new Lockstep(testTree([withoutNonce]));
    await session.take(refusal(407, challenge));
    expect(session.step).toMatchObject({ send: false, state: { outcome: { kind: 'refused', text } } });
  });

  test('answers md5 with the password of a basic account', async () => {
    const session = new Lockstep(testTree([clientBasic]));
    await session.take(refusal(401, chal('syncml:auth-md5', b64('N1'))));
    expect(session.decoded.message.header.cred?.data).toBe(md5('Bruce2', 'OhBehave', 'N1'));
    await session.take(status('SyncHdr', 212, '0', chal('syncml:auth-md5', b64('N2'))));
    expect(session.read(CLIENT_NONCE)).toBe(b64('N2'));
  });

  test('proves itself in each message to a server that says 200', async () => {
    const session = new Lockstep(testTree([clientMd5]));
    await session.take(status('SyncHdr', 200, '0', chal('syncml:auth-md5', b64('N1'))) + ASK);
    expect(session.decoded.message.header.cred?.data).toBe(md5('Bruce2', 'OhBehave', 'N1'));
    await session.take(status('SyncHdr', 200, '0', chal('syncml:auth-md5', b64('N2'))) + ASK);
    expect(session.decoded.message.header.cred?.data).toBe(md5('Bruce2', 'OhBehave', 'N2'));
    expect(session.read(CLIENT_NONCE)).toBe(b64('N2'));
  });

  test('takes a challenge that stands at its Alert alone', async () => {
    const session = new Lockstep(testTree([{ ...clientMd5, data: undefined }]));
    await session.take(status('Alert', 407, '1', chal('syncml:auth-md5', b64('N1'))));
    expect(session.decoded.message.header.cred?.data).toBe(md5('Bruce2', 'OhBehave', 'N1'));
  });
});

describe('the server', () => {
  const welcome = (code = 212) => status('SyncHdr', code, '0', chal('syncml:auth-md5', b64('N1')));

  test('is believed by its md5 Cred, and gets the nonce for its next session', async () => {
    const session = new Lockstep(testTree([clientMd5, serverMd5]));
    await session.take({
      body: welcome() + ASK,
      cred: cred('syncml:auth-md5', md5('srv', 'topsecret', 'S0')),
    });
    const [ofHeader] = session.statuses;
    expect(ofHeader).toMatchObject({
      cmd: 'SyncHdr',
      code: 212,
      chal: { meta: { type: 'syncml:auth-md5', format: 'b64' } },
    });
    expect(session.answers).toEqual(['Get ./Open/a 200']);
    expect(session.read(SERVER_NONCE)).toBe(ofHeader?.chal?.meta?.nextNonce);
    expect(session.read(CLIENT_NONCE)).toBe(b64('N1'));
    await session.take(welcome() + ASK);
    expect(session.statuses[0]).toMatchObject({ code: 212 });
    expect(session.statuses[0]?.chal).toBeUndefined();
    expect(session.answers).toEqual(['Get ./Open/a 200']);
  });

  test('keeps its nonce when the device has nothing to answer, and so no nonce to hand out', async () => {
    const session = new Lockstep(testTree([clientMd5, serverMd5]));
    await session.take({ body: welcome(), cred: cred('syncml:auth-md5', md5('srv', 'topsecret', 'S0')) });
    expect(session.step.state.outcome?.kind).toBe('completed');
    expect(session.read(SERVER_NONCE)).toBe(b64('S0'));
  });

  test.each([
    ['without a Cred', '', 407],
    ['with a wrong password', cred('syncml:auth-md5', md5('srv', 'guess', 'S0')), 401],
    ['with a stale nonce', cred('syncml:auth-md5', md5('srv', 'topsecret', 'S9')), 401],
    ['with a Cred of another type', cred('syncml:auth-basic', b64('srv:topsecret')), 401],
  ])('%s is challenged at each command, and nothing it asks for is done', async (_, wrong, code) => {
    const session = new Lockstep(testTree([clientMd5, serverMd5]));
    await session.take({
      body: `${welcome()}${REMOVE}<Sequence><CmdID>8</CmdID>${REMOVE}</Sequence>`,
      cred: wrong,
    });
    expect(session.headerCode).toBe(code);
    expect(session.answers).toEqual([`Delete ${code}`, `Sequence ${code}`]);
    for (const { chal: challenge } of session.statuses) expect(challenge?.meta?.nextNonce).toBeDefined();
    expect(session.read('./Open/a')).toBe('one');
    expect(session.read(CLIENT_NONCE)).toBe(b64('Nonce'));
    expect(session.read(SERVER_NONCE)).toBe(b64('S0'));
  });

  test('proves itself with the nonce of the challenge; only then the nonces are kept', async () => {
    const session = new Lockstep(testTree([clientMd5, serverMd5]));
    await session.take({ body: welcome() + REMOVE });
    const nonce = Uint8Array.fromBase64(String(session.statuses[0]?.chal?.meta?.nextNonce));
    const proof = String(makeMd5Cred({ user: 'srv', password: 'topsecret' }, nonce).data);
    await session.take({ body: status('SyncHdr', 212, '0') + REMOVE, cred: cred('syncml:auth-md5', proof) });
    expect(session.headerCode).toBe(212);
    expect(session.answers).toEqual(['Delete ./Open/a 200']);
    expect(session.read('./Open/a')).toBeUndefined();
    expect(session.read(CLIENT_NONCE)).toBe(b64('N1'));
    expect(session.read(SERVER_NONCE)).toBe(session.statuses[0]?.chal?.meta?.nextNonce);
  });

  test('is given up when it does not prove itself after two challenges', async () => {
    const session = new Lockstep(testTree([clientMd5, serverMd5]));
    const wrong = { body: welcome() + REMOVE, cred: cred('syncml:auth-md5', md5('srv', 'guess', 'S0')) };
    await session.take(wrong);
    await session.take(wrong);
    expect(session.step.send).toBe(true);
    await session.take(wrong);
    expect(session.step).toMatchObject({ send: false, state: { outcome: { kind: 'distrusted' } } });
    expect(session.read('./Open/a')).toBe('one');
  });

  test('that says nothing but that all is well, without proof, is not challenged and not believed', async () => {
    const session = new Lockstep(testTree([clientMd5, serverMd5]));
    await session.take(welcome());
    expect(session.step).toMatchObject({ send: false, state: { outcome: { kind: 'distrusted' } } });
    expect(session.read(CLIENT_NONCE)).toBe(b64('Nonce'));
  });

  test('that challenges the device without proof of its own is challenged in turn', async () => {
    const session = new Lockstep(testTree([{ ...clientMd5, data: undefined }, serverMd5]));
    await session.take(refusal(407, chal('syncml:auth-md5', b64('N1'))));
    expect(session.statuses[0]).toMatchObject({
      cmd: 'SyncHdr',
      code: 407,
      chal: { meta: { type: 'syncml:auth-md5' } },
    });
    expect(session.commands.map(({ name }) => name)).toEqual(['Status', 'Alert', 'Replace']);
  });

  test('is believed by its password where the account says basic', async () => {
    const session = new Lockstep(testTree([clientMd5, serverBasic]));
    await session.take({ body: welcome() + ASK, cred: cred('syncml:auth-basic', b64('srv:topsecret')) });
    expect(session.headerCode).toBe(212);
    expect(session.statuses[0]?.chal).toBeUndefined();
    expect(session.answers).toEqual(['Get ./Open/a 200']);
  });

  test('whose proof the device cannot check is not called at all', () => {
    expect(
      () =>
        new Lockstep(testTree([clientMd5, { level: 'SRVCRED', type: 'SECURID', name: 'srv', secret: 'x' }])),
    ).toThrow('./DMAcc/Operator/AppAuth: the server is to prove itself by SECURID: expected DIGEST');
  });
});

test('an account that a server deletes during the session serves to its end', async () => {
  const session = new Lockstep(testTree([clientMd5]));
  session.context.tree.replace(
    './DMAcc/Operator?prop=ACL',
    { format: 'chr', type: 'text/plain', data: 'Delete=*' },
    DEVICE,
  );
  await session.take(
    status('SyncHdr', 200, '0', chal('syncml:auth-md5', b64('N1'))) +
      '<Delete><CmdID>7</CmdID><Item><Target><LocURI>./DMAcc/Operator</LocURI></Target></Item></Delete>',
  );
  await session.take(status('SyncHdr', 200, '0', chal('syncml:auth-md5', b64('N2'))) + ASK);
  expect(session.decoded.message.header.cred?.data).toBe(md5('Bruce2', 'OhBehave', 'N2'));
});
