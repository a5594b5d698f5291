import { describe, expect, test } from 'vitest';
import { Lockstep, status, testTree, WELCOME } from './lockstep.testing.ts';

const item = (uri: string, more = ''): string =>
  `<Item><Target><LocURI>${uri}</LocURI></Target>${more}</Item>`;
const get = (id: number, uri: string): string => `<Get><CmdID>${id}</CmdID>${item(uri)}</Get>`;

test('package 1 says why the session is held and what the device is', () => {
  const { sent, step } = new Lockstep(testTree());
  expect(sent).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>' +
      '<SyncML xmlns="SYNCML:SYNCML1.2"><SyncHdr><VerDTD>1.2</VerDTD><VerProto>DM/1.2</VerProto>' +
      '<SessionID>4D2</SessionID><MsgID>1</MsgID>' +
      '<Target><LocURI>https://dm.example.com/dm</LocURI></Target>' +
      '<Source><LocURI>IMEI:001010000000008</LocURI></Source>' +
      '<Meta><MaxMsgSize xmlns="syncml:metinf">65536</MaxMsgSize><MaxObjSize xmlns="syncml:metinf">1048576</MaxObjSize></Meta>' +
      '</SyncHdr><SyncBody>' +
      '<Alert><CmdID>1</CmdID><Data>1201</Data></Alert>' +
      '<Replace><CmdID>2</CmdID>' +
      '<Item><Source><LocURI>./DevInfo/DevId</LocURI></Source><Data>IMEI:001010000000008</Data></Item>' +
      '<Item><Source><LocURI>./DevInfo/Man</LocURI></Source><Data>Arbor</Data></Item>' +
      '<Item><Source><LocURI>./DevInfo/Mod</LocURI></Source><Data>Birch</Data></Item>' +
      '<Item><Source><LocURI>./DevInfo/DmV</LocURI></Source><Data>1.2</Data></Item>' +
      '<Item><Source><LocURI>./DevInfo/Lang</LocURI></Source><Data>en</Data></Item>' +
      '</Replace><Final/></SyncBody></SyncML>',
  );
  expect(step.state.sent.uri).toBe('https://dm.example.com/dm');
});

test('package 3 answers the header, every command and every Item', async () => {
  const session = new Lockstep(testTree());
  await session.take(
    `${WELCOME}${status('Alert', 200)}<Get><CmdID>4</CmdID>${item('./Open/a')}${item('./Open/none')}</Get>`,
  );
  expect(session.sent).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>' +
      '<SyncML xmlns="SYNCML:SYNCML1.2"><SyncHdr><VerDTD>1.2</VerDTD><VerProto>DM/1.2</VerProto>' +
      '<SessionID>4D2</SessionID><MsgID>2</MsgID>' +
      '<Target><LocURI>https://dm.example.com/dm</LocURI></Target>' +
      '<Source><LocURI>IMEI:001010000000008</LocURI></Source>' +
      '<Meta><MaxMsgSize xmlns="syncml:metinf">65536</MaxMsgSize><MaxObjSize xmlns="syncml:metinf">1048576</MaxObjSize></Meta>' +
      '</SyncHdr><SyncBody>' +
      '<Status><CmdID>1</CmdID><MsgRef>1</MsgRef><CmdRef>0</CmdRef><Cmd>SyncHdr</Cmd>' +
      '<TargetRef>IMEI:001010000000008</TargetRef><SourceRef>https://dm.example.com/dm</SourceRef><Data>200</Data></Status>' +
      '<Status><CmdID>2</CmdID><MsgRef>1</MsgRef><CmdRef>4</CmdRef><Cmd>Get</Cmd><TargetRef>./Open/a</TargetRef><Data>200</Data></Status>' +
      '<Results><CmdID>3</CmdID><MsgRef>1</MsgRef><CmdRef>4</CmdRef>' +
      '<Item><Source><LocURI>./Open/a</LocURI></Source><Data>one</Data></Item></Results>' +
      '<Status><CmdID>4</CmdID><MsgRef>1</MsgRef><CmdRef>4</CmdRef><Cmd>Get</Cmd><TargetRef>./Open/none</TargetRef><Data>404</Data></Status>' +
      '<Final/></SyncBody></SyncML>',
  );
});

test('a session goes on in rounds, and ends when there is nothing to say but that the header was read', async () => {
  const session = new Lockstep(testTree());
  await session.take(`${WELCOME}${get(2, './Open/a')}`);
  await session.take(`${status('SyncHdr', 212, '0')}${get(2, './Open/b')}`);
  expect(session.decoded.message.header.msgID).toBe('3');
  await session.take(`${status('SyncHdr', 212, '0')}${status('Results', 200)}`);
  expect(session.step).toMatchObject({
    send: false,
    state: { outcome: { kind: 'completed', text: 'the server had nothing more to ask for' } },
  });
});

test('a server that asks for nothing, with or without Final, ends the session', async () => {
  const session = new Lockstep(testTree());
  await session.take({ body: `${WELCOME}${status('Alert', 200)}${status('Replace', 200)}`, final: false });
  expect(session.step).toMatchObject({ send: false, state: { outcome: { kind: 'completed' } } });
  expect(session.step.state.statuses).toEqual([
    { cmd: 'Alert', code: 200 },
    { cmd: 'Replace', code: 200 },
  ]);
});

test('alert 1223 ends the session without an answer and without its commands', async () => {
  const session = new Lockstep(testTree());
  const remove = `<Delete><CmdID>2</CmdID>${item('./Open/a')}</Delete>`;
  await session.take(`${WELCOME}${remove}<Alert><CmdID>3</CmdID><Data>1223</Data></Alert>`);
  expect(session.step).toMatchObject({ send: false, state: { outcome: { kind: 'aborted' } } });
  expect(session.read('./Open/a')).toBe('one');
  await session.take(`${WELCOME}${remove}`);
  expect(session.read('./Open/a')).toBe('one');
});

test('RespURI is followed, also a relative one, but not out of TLS', async () => {
  const session = new Lockstep(testTree());
  const next = async (respURI: string) => {
    await session.take({ body: `${WELCOME}${get(2, './Open/a')}`, respURI });
    return session.step.state.sent.uri;
  };
  expect(await next('https://dm2.example.com/s?id=1&amp;x=2')).toBe('https://dm2.example.com/s?id=1&x=2');
  expect(await next('/s/2')).toBe('https://dm2.example.com/s/2');
  expect(await next('http://elsewhere.example.com/')).toBe('https://dm2.example.com/s/2');
  expect(await next('')).toBe('https://dm2.example.com/s/2');
});

test('an answer that is no message, or another status of the header, ends the session in words', async () => {
  const session = new Lockstep(testTree());
  await session.takeBytes(new TextEncoder().encode('<html>moved</html>'));
  expect(session.step.state.outcome).toMatchObject({
    kind: 'failed',
    text: expect.stringContaining('the server answered with what is no SyncML message'),
  });
  const empty = new Lockstep(testTree());
  await empty.takeBytes(new Uint8Array());
  expect(empty.step.state.outcome?.text).toBe('the server answered with nothing');
  const unwanted = new Lockstep(testTree());
  await unwanted.take(`${status('SyncHdr', 513, '0')}${get(2, './Open/a')}`);
  expect(unwanted.step).toMatchObject({
    send: false,
    state: { outcome: { kind: 'refused', text: 'the server answered the session with status 513' } },
  });
});

test('a session without end is ended', async () => {
  const session = new Lockstep(testTree(), { limits: { messages: 3 } });
  for (let round = 0; round < 5 && session.step.send; round += 1)
    await session.take(`${WELCOME}${get(2, './Open/a')}`);
  expect(session.step.state).toMatchObject({
    msgID: 3,
    outcome: { kind: 'failed', text: 'the session has not ended after 3 messages' },
  });
});

test('a server whose package is not finished is asked for the rest', async () => {
  const session = new Lockstep(testTree());
  await session.take({ body: `${WELCOME}${get(2, './Open/a')}`, final: false });
  expect(session.commands.at(-1)).toMatchObject({ name: 'Alert', code: 1222 });
  expect(session.decoded.message.body.final).toBeFalsy();
  await session.take(`${WELCOME}${get(2, './Open/b')}`);
  expect(session.decoded.message.body.final).toBe(true);
});

test('a server and a device that ask each other for more come to an end', async () => {
  const session = new Lockstep(testTree());
  await session.take({ body: `${WELCOME}<Alert><CmdID>2</CmdID><Data>1222</Data></Alert>`, final: false });
  expect(session.answers).toEqual(['Alert 200']);
  expect(session.decoded.message.body.final).toBe(true);
});

test('after a crash the last message is there to be sent again, byte for byte', async () => {
  const session = new Lockstep(testTree());
  await session.take(`${WELCOME}${get(2, './Open/a')}`);
  const stored = JSON.stringify(session.step.state);
  expect(JSON.parse(stored)).toEqual(session.step.state);
  const { sent } = JSON.parse(stored);
  expect(new TextDecoder().decode(Uint8Array.fromBase64(sent.body))).toBe(session.sent);
});

describe('the header of an answer', () => {
  const REMOVE = `<Delete><CmdID>2</CmdID>${item('./Open/a')}</Delete>`;

  test('of another session ends the session, and nothing of it is done', async () => {
    const session = new Lockstep(testTree());
    await session.take({ body: WELCOME + REMOVE, sessionID: '4D1' });
    expect(session.step).toMatchObject({
      send: false,
      state: { outcome: { kind: 'failed', text: 'the server answered in session "4D1"; expected 4D2' } },
    });
    expect(session.read('./Open/a')).toBe('one');
    const lenient = new Lockstep(testTree());
    await lenient.take({ body: WELCOME + REMOVE, sessionID: '4d2' });
    expect(lenient.answers).toEqual(['Delete ./Open/a 200']);
  });

  test.each([
    ['protocol', { verProto: 'DM/2.0' }, 513],
    ['protocol of another enabler', { verProto: 'SyncML/1.2' }, 513],
    ['document type', { verDTD: '2.0' }, 505],
  ])('of a %s that the device does not speak is answered so, and ends the session', async (_, odd, code) => {
    const session = new Lockstep(testTree());
    await session.take({ body: WELCOME + REMOVE, ...odd });
    expect(session.headerCode).toBe(code);
    expect(session.answers).toEqual([]);
    expect(session.step).toMatchObject({ send: true, state: { outcome: { kind: 'failed' } } });
    expect(session.read('./Open/a')).toBe('one');
    await session.take(WELCOME + REMOVE);
    expect(session.step.send).toBe(false);
    expect(session.read('./Open/a')).toBe('one');
  });

  test('of an older version is taken', async () => {
    const session = new Lockstep(testTree());
    await session.take({ body: WELCOME + REMOVE, verProto: 'DM/1.1', verDTD: '1.1' });
    expect(session.answers).toEqual(['Delete ./Open/a 200']);
  });

  test('that answers an earlier message again gets the same answer, with no second effect', async () => {
    const session = new Lockstep(testTree());
    const exec = `<Delete><CmdID>2</CmdID>${item('./Open/a')}</Delete>`;
    await session.take({ body: WELCOME + exec, msgID: 1 });
    const answered = session.sent;
    const tree = JSON.stringify(session.context.tree.snapshot());
    await session.take({ body: WELCOME + exec, msgID: 1 });
    expect([session.sent, session.step.send]).toEqual([answered, true]);
    expect(JSON.stringify(session.context.tree.snapshot())).toBe(tree);
    expect(session.step.deviations).toEqual(['SyncHdr/MsgID: 1 again, expected the answer to 2']);
    await session.take({ body: WELCOME.replace('<MsgRef>1<', '<MsgRef>2<') + get(3, './Open/b'), msgID: 2 });
    expect(session.answers).toEqual(['Get ./Open/b 200']);
  });

  test('that answers an earlier message again and again ends the session', async () => {
    const session = new Lockstep(testTree());
    for (let count = 0; count < 5; count += 1)
      await session.take({ body: WELCOME + get(2, './Open/a'), msgID: 1 });
    expect(session.step).toMatchObject({
      send: false,
      state: { outcome: { kind: 'failed', text: 'the server has repeated its message 1 4 times' } },
    });
  });

  test('of a server that does not count its messages is taken, and noted', async () => {
    const session = new Lockstep(testTree());
    await session.take({ body: WELCOME + get(2, './Open/a'), msgID: 7 });
    expect(session.step.deviations).toEqual(['SyncHdr/MsgID: "7", expected 1']);
    await session.take({ body: WELCOME.replace('<MsgRef>1<', '<MsgRef>2<') + get(2, './Open/b'), msgID: 1 });
    expect(session.answers).toEqual(['Get ./Open/b 200']);
    expect(session.step.deviations).toEqual(['SyncHdr/MsgID: "1", expected 8']);
  });
});

test('the device breaks off when it is told to, before it does anything more, or when it takes too long', async () => {
  const stop = new AbortController();
  stop.abort();
  const remove = `<Delete><CmdID>2</CmdID>${item('./Open/a')}</Delete>`;
  const stopped = new Lockstep(testTree(), { stop: stop.signal });
  let time = 0;
  const late = new Lockstep(testTree(), { now: () => new Date(time), limits: { duration: 1000 } });
  time = 1001;
  for (const session of [stopped, late]) {
    await session.take(WELCOME + remove);
    expect(session.commands).toMatchObject([{ cmd: 'SyncHdr' }, { name: 'Alert', code: 1223 }]);
    expect(session.decoded.message.body.final).toBe(true);
    expect(session.step).toMatchObject({ send: true, state: { outcome: { kind: 'aborted' } } });
    expect(session.read('./Open/a')).toBe('one');
  }
  expect(late.step.state.outcome?.text).toBe('the session has lasted longer than 1000 ms');
});
