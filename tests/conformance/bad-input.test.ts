/** Whatever comes gets its status and a note, costs little, and leaves the server as it was. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answers,
  basicDigest,
  cred,
  HandDevice,
  packageOne,
  said,
  xmlMessage,
} from '../rig/device.testing.ts';
import { type Answer, type Rig, startRig, WBXML, XML } from '../rig/rig.testing.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig({ limits: { maxMsgSize: 256 * 1024 } });
});
afterAll(() => rig.close());

const DEVICE = 'IMEI:400000000000000';
const BASIC = { auth: 'basic', user: 'device', password: 'device-password' };
const goodCred = cred('basic', basicDigest('device', 'device-password'));
const message = (body: string, more = goodCred): string => xmlMessage({ device: DEVICE, more }, body);
const good = (): string => message(packageOne(DEVICE));

beforeAll(() => rig.register(DEVICE, { client: BASIC }));

/** A session as it should be: the server is none the worse. */
async function expectWell(): Promise<void> {
  const phone = new HandDevice(rig, DEVICE);
  const task = await rig.task(DEVICE, [{ kind: 'get', uri: './A' }]);
  const first = await phone.begin(`well-${task}`).say(packageOne(DEVICE), { more: goodCred });
  await phone.say(`${answers(first, { './A': '1' })}<Final/>`);
  expect((await rig.showTask(task)).state).toBe('succeeded');
}

const octets = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const ATTEMPTS = 200;
const AT_ONCE = 20;

describe('what cannot be read is refused with HTTP 400', () => {
  const utf16 = (text: string): Uint8Array => new Uint8Array(Buffer.from(`\uFEFF${text}`, 'utf16le'));
  const deep = `${'<Item>'.repeat(10_000)}${'</Item>'.repeat(10_000)}`;
  const entities = Array.from({ length: 10 }, (_, n) => `<!ENTITY e${n + 1} "${`&e${n};`.repeat(10)}">`).join(
    '',
  );
  const withDoctype = (doctype: string): string => good().replace('<SyncML ', `${doctype}<SyncML `);
  const HEAD = '02 A4 01 6A';

  it.each<[string, string | Uint8Array, string, string]>([
    ['nothing', '', XML, 'end of document'],
    ['text', 'hello', XML, 'expected markup'],
    ['HTML', '<html><body>not here</body></html>', XML, 'document element'],
    ['another document', '<DevInf xmlns="syncml:devinf"/>', XML, 'DevInf'],
    ['a document that is cut off', good().slice(0, -40), XML, 'SyncBody'],
    ['tags that do not match', good().replace('</SyncBody>', '</SyncHdr>'), XML, '</SyncHdr>; expected'],
    [
      'bytes that are not UTF-8',
      new Uint8Array(Buffer.from(good().replace('Acme', 'Acm\u00e9'), 'latin1')),
      XML,
      'not UTF-8',
    ],
    ['UTF-16 that ends within a character', utf16(good()).subarray(0, -1), XML, 'UTF-16'],
    ['an encoding that is not read', good().replace('UTF-8', 'EBCDIC-US'), XML, 'EBCDIC-US'],
    ['a DOCTYPE', withDoctype('<!DOCTYPE SyncML SYSTEM "file:///etc/passwd">'), XML, 'DOCTYPE'],
    [
      'an entity bomb',
      withDoctype(`<!DOCTYPE SyncML [<!ENTITY e0 "x">${entities}]>`).replace('Acme', '&e10;'),
      XML,
      'DOCTYPE',
    ],
    ['an entity that nobody declared', good().replace('Acme', '&acme;'), XML, 'acme'],
    ['a NUL in Data', good().replace('Acme', 'Ac\0me'), XML, 'at byte'],
    ['a NUL by reference', good().replace('Acme', 'Ac&#0;me'), XML, 'at byte'],
    ['10 000 elements in each other', message(deep), XML, 'nested deeper'],
    ['no SyncHdr', '<SyncML xmlns="SYNCML:SYNCML1.2"><SyncBody/></SyncML>', XML, 'SyncHdr'],
    ['no SessionID', good().replace(/<SessionID>.*<\/SessionID>/, ''), XML, 'SessionID'],
    ['no DevId', good().replace(DEVICE, ''), XML, 'Source'],
    [
      'a SessionID without end',
      good().replace('<SessionID>1', `<SessionID>${'1'.repeat(5000)}`),
      XML,
      'SessionID',
    ],
    ['XML called WBXML', good(), WBXML, 'version byte'],
    ['WBXML called XML', octets(`${HEAD} 00 6D 01`), XML, ''],
    ['one byte of WBXML', octets('02'), WBXML, 'end of document'],
    ['a string table that is longer than the document', octets(`${HEAD} FF 7F 6D 01`), WBXML, 'string table'],
    [
      'an index past the end of the string table',
      octets(`${HEAD} 02 41 00 6D 6C 71 83 7F 01 01 01`),
      WBXML,
      'string table',
    ],
    ['a number that never ends', octets(`02 ${'FF '.repeat(1000)}`), WBXML, '32 bits'],
    [
      'an OPAQUE that is longer than the document',
      octets(`${HEAD} 00 6D 6C 71 C3 8F FF FF 7F 01`),
      WBXML,
      'OPAQUE',
    ],
    ['a string without end', octets(`${HEAD} 00 6D 6C 71 03 31 2E 32`), WBXML, 'string without an end'],
    [
      '10 000 elements of WBXML in each other',
      octets(`${HEAD} 00 ${'6D '.repeat(10_000)}`),
      WBXML,
      'nested deeper',
    ],
    ['a version of WBXML that does not exist', octets('7F A4 01 6A 00 6D 01'), WBXML, 'version byte'],
  ])(
    '%s',
    async (_, body, type, reason) => {
      const before = (await rig.refusals())[0]?.id ?? 0;
      let answer: Answer | undefined;
      for (let n = 0; n < ATTEMPTS; n += AT_ONCE) {
        [answer] = await Promise.all(Array.from({ length: AT_ONCE }, () => rig.post(body, { type })));
      }
      expect(answer?.httpStatus).toBe(400);
      expect(answer?.contentType).toContain('text/plain');
      expect(answer?.text).toContain(reason);
      const [refusal] = await rig.refusals();
      expect(refusal).toMatchObject({ httpStatus: 400, status: null });
      expect(refusal?.id).toBe(before + ATTEMPTS);
      expect(refusal?.reason).toBe(answer?.text.trim());
      await expectWell();
    },
    60_000,
  );
});

describe('what is no request of a device is refused as HTTP says', () => {
  const send = (init: RequestInit, at = '/dm') => fetch(`${rig.url}${at}`, init);

  it.each<[string, RequestInit, number]>([
    ['GET', { method: 'GET' }, 405],
    ['PUT', { method: 'PUT', body: 'x' }, 405],
    ['another type', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }, 415],
    ['no type', { method: 'POST', body: new Uint8Array(3) }, 415],
    [
      'a content coding',
      { method: 'POST', body: 'x', headers: { 'content-type': XML, 'content-encoding': 'gzip' } },
      415,
    ],
    [
      'a body that is too large',
      { method: 'POST', body: 'x'.repeat(300_000), headers: { 'content-type': XML } },
      413,
    ],
  ])('%s', async (_, init, status) => {
    const response = await send(init);
    await response.text();
    expect(response.status).toBe(status);
    if (status === 405) expect(response.headers.get('allow')).toBe('POST');
    expect((await rig.refusals())[0]).toMatchObject({ httpStatus: status });
    await expectWell();
  });

  /** Sends bytes as they are and gives what comes back until the connection ends. */
  async function raw(url: string, ...parts: (string | Uint8Array)[]): Promise<string> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
    });
    // The server may close the connection while more is being sent to it.
    socket.on('error', () => {});
    const closed = once(socket, 'close');
    for (const part of parts) socket.write(part);
    await closed;
    return text;
  }
  const head = (more: string): string =>
    `POST /dm HTTP/1.1\r\nHost: x\r\nContent-Type: ${XML}\r\n${more}\r\n\r\n`;

  it('a body that is too large and does not say so', async () => {
    const chunk = `8000\r\n${'x'.repeat(0x8000)}\r\n`;
    const text = await raw(rig.url, head('Transfer-Encoding: chunked'), ...Array<string>(20).fill(chunk));
    expect(text).toMatch(/^HTTP\/1.1 413 /);
    expect((await rig.refusals())[0]).toMatchObject({ httpStatus: 413 });
    await expectWell();
  });

  it('a body that comes to no end', async () => {
    const impatient = await startRig({ limits: { silenceTimeout: 200 } });
    await raw(impatient.url, head('Content-Length: 1000'), good().slice(0, 200));
    await expect
      .poll(async () => (await impatient.refusals())[0])
      .toMatchObject({ httpStatus: 400, reason: 'the connection ended before the message was complete' });
    await impatient.close();
  });

  it('a body whose connection is lost', async () => {
    const { hostname, port } = new URL(rig.url);
    const before = (await rig.refusals())[0]?.id ?? 0;
    const socket = connect(Number(port), hostname);
    socket.write(head('Content-Length: 1000\r\nExpect: 100-continue'));
    await once(socket, 'data');
    socket.resetAndDestroy();
    await expect.poll(async () => (await rig.refusals())[0]?.id).toBe(before + 1);
    expect((await rig.refusals())[0]).toMatchObject({ httpStatus: 400 });
    await expectWell();
  });

  it.each(['http://[', '/dm?s=%zz', '//x/dm', '/dm/../dm', 'http://grove.example/dm?s=x'])(
    'an address such as %s',
    async (address) => {
      const body = good();
      const text = await raw(
        rig.url,
        `POST ${address} HTTP/1.1\r\nHost: grove.example\r\nConnection: close\r\nContent-Type: ${XML}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
      expect(text).toMatch(/^HTTP\/1.1 [24]\d\d /);
      await expectWell();
    },
  );

  it('a device of HTTP/1.0 without Host is served, and told an address that it can reach', async () => {
    const body = good();
    const text = await raw(
      rig.url,
      `POST /dm HTTP/1.0\r\nContent-Type: ${XML}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    expect(text).toContain(`<RespURI>${rig.url}/dm?s=`);
  });
});

describe('a session that the message does not belong to', () => {
  it('at an unknown RespURI gets 404 unless it begins anew', async () => {
    const to = `${rig.url}/dm?s=no-such-token`;
    const next = good().replace('<MsgID>1<', '<MsgID>2<');
    expect((await rig.post(next, { to })).httpStatus).toBe(404);
    expect((await rig.refusals())[0]).toMatchObject({ httpStatus: 404, devId: DEVICE });
    expect(said(await rig.post(good().replace('<SessionID>1<', '<SessionID>77<'), { to })).statuses[0]).toBe(
      'SyncHdr 212',
    );
    await expectWell();
  });

  it('of a DevId that is not registered is answered with 401, and noted', async () => {
    const phone = new HandDevice(rig, 'IMEI:nobody');
    for (let n = 0; n < ATTEMPTS; n++) {
      const { statuses, asks } = await phone
        .begin(String(n))
        .say(packageOne('IMEI:nobody'), { more: goodCred });
      expect(statuses).toEqual(['SyncHdr 401', 'Alert 401', 'Replace 401']);
      expect(asks).toEqual([]);
    }
    expect((await rig.refusals())[0]).toMatchObject({
      devId: 'IMEI:nobody',
      httpStatus: 200,
      status: 401,
      reason: 'the DevId is not registered',
    });
    await expectWell();
  });

  it('with wrong credentials again and again is refused at last, and the next one begins anew', async () => {
    const phone = new HandDevice(rig, DEVICE).begin('wrong');
    const more = cred('basic', basicDigest('device', 'guess'));
    const said = [];
    for (let n = 0; n < 3; n++) said.push(await phone.say(packageOne(DEVICE), { more }));
    expect(said.map(({ statuses }) => statuses[0])).toEqual(Array(3).fill('SyncHdr 401'));
    const challenged = said.map(({ answer }) => answer.text.includes('<Chal>'));
    expect(challenged).toEqual([true, true, false]);
    const session = (await rig.sessions(DEVICE)).find(({ sessionId }) => sessionId === 'wrong');
    expect(session).toMatchObject({
      state: 'ended',
      outcome: 'refused',
      reason: 'wrong credentials, 3 times',
    });
    // Right credentials come too late for this session, but not for the next.
    const late = xmlMessage(
      { device: DEVICE, sessionID: 'wrong', msgID: 4, more: goodCred },
      packageOne(DEVICE),
    );
    expect((await rig.post(late, { to: phone.respURI ?? '' })).httpStatus).toBe(404);
    expect((await phone.begin('right').say(packageOne(DEVICE), { more: goodCred })).statuses[0]).toBe(
      'SyncHdr 212',
    );
    await expectWell();
  });
});

describe('a command that is wrong gets its status, and a line in the trace', () => {
  let sessions = 0;

  it.each<[string, string, string, string]>([
    [
      'without Target and Source',
      '<Replace><CmdID>5</CmdID><Item><Data>x</Data></Item></Replace>',
      'Replace 400',
      'without Source and Target',
    ],
    ['without Item', '<Replace><CmdID>5</CmdID></Replace>', 'Replace 400', ''],
    [
      'that only servers send',
      '<Exec><CmdID>5</CmdID><Item><Target><LocURI>./X</LocURI></Target></Item></Exec>',
      'Exec 405',
      'not Exec',
    ],
    ['that DM does not have', '<Sync><CmdID>5</CmdID></Sync>', 'Sync 406', 'Sync'],
    [
      'that nobody has',
      '<Fancy xmlns="urn:fancy"><CmdID xmlns="SYNCML:SYNCML1.2">5</CmdID></Fancy>',
      'Fancy 406',
      'Fancy',
    ],
    ['without CmdID', '<Alert><Data>1226</Data></Alert>', 'Alert 200', 'no CmdID'],
    [
      'with an alert code that is no number',
      '<Alert><CmdID>5</CmdID><Data>many</Data></Alert>',
      'Alert 406',
      '"many"',
    ],
    [
      'with an alert code without end',
      `<Alert><CmdID>5</CmdID><Data>${'9'.repeat(5000)}</Data></Alert>`,
      'Alert 406',
      '',
    ],
    [
      'with markup that nobody knows',
      '<Alert><CmdID>5</CmdID><Data>1226</Data><Item><Data><b xmlns="urn:b">x</b></Data></Item></Alert>',
      'Alert 200',
      '',
    ],
    [
      'with a URI without end',
      `<Replace><CmdID>5</CmdID><Item><Source><LocURI>./${'a'.repeat(50_000)}</LocURI></Source><Data>x</Data></Item></Replace>`,
      'Replace 414',
      'characters',
    ],
    [
      'with a value without end',
      `<Replace><CmdID>5</CmdID><Item><Source><LocURI>./DevInfo/Man</LocURI></Source><Data>${'x'.repeat(100_000)}</Data></Item></Replace>`,
      'Replace 200',
      '',
    ],
    [
      'with very many nodes',
      `<Replace><CmdID>5</CmdID>${'<Item><Source><LocURI>./A</LocURI></Source></Item>'.repeat(3000)}</Replace>`,
      'Replace 413',
      'more than 1000',
    ],
    [
      'with very many alerts',
      `<Alert><CmdID>5</CmdID><Data>1226</Data>${'<Item><Data>x</Data></Item>'.repeat(900)}</Alert>`.repeat(
        2,
      ),
      'Alert 413',
      'more than 1000',
    ],
    ['among very many', '<Alert><CmdID>5</CmdID><Data>7</Data></Alert>'.repeat(2000), 'Alert 406', 'alert 7'],
    [
      'that answers what was never asked',
      '<Status><CmdID>5</CmdID><MsgRef>9</MsgRef><CmdRef>9</CmdRef><Cmd>Get</Cmd><Data>200</Data></Status>'.repeat(
        500,
      ),
      'SyncHdr 212',
      'was not sent',
    ],
  ])('%s', async (_, command, status, deviation) => {
    const phone = new HandDevice(rig, DEVICE).begin(`command-${sessions++}`);
    const { statuses } = await phone.say(`${command}<Final/>`, { more: goodCred });
    expect(statuses.at(-1)).toBe(status);
    const session = (await rig.sessions(DEVICE)).at(-1);
    const trace = await rig.trace(session?.id ?? 0);
    expect(trace.map(({ error }) => error)).toEqual([null, null]);
    expect(trace[0]?.deviations.join('\n')).toContain(deviation);
    expect(trace[0]?.deviations.length).toBeLessThanOrEqual(200);
    await expectWell();
  });

  it('and so does a version that is not spoken', async () => {
    const phone = new HandDevice(rig, DEVICE).begin('version');
    await phone.say(packageOne(DEVICE), { more: goodCred });
    const future = phone.sent.replace('DM/1.2', 'DM/2.0').replace('>version<', '>future<');
    const { statuses, asks } = said(await rig.post(future));
    expect([statuses, asks]).toEqual([['SyncHdr 513', 'Alert 513', 'Replace 513'], []]);
    expect((await rig.sessions(DEVICE)).at(-1)).toMatchObject({
      outcome: 'refused',
      reason: 'VerProto DM/2.0 is not spoken; expected DM/1.2',
    });
    await expectWell();
  });

  it('and a Cred without end is masked in little time', async () => {
    const phone = new HandDevice(rig, DEVICE).begin('endless');
    const { statuses } = await phone.say(packageOne(DEVICE), { more: cred('basic', 'A'.repeat(200_000)) });
    expect(statuses[0]).toBe('SyncHdr 401');
    await expectWell();
  });
});

it('a session without end comes to one', async () => {
  const small = await startRig({ limits: { maxMessages: 20 } });
  await small.register(DEVICE);
  const phone = new HandDevice(small, DEVICE);
  await phone.say(packageOne(DEVICE).replace('<Final/>', '<Alert><CmdID>3</CmdID><Data>1222</Data></Alert>'));
  const asks = [];
  for (let n = 0; n < 19; n++) {
    asks.push((await phone.say('<Alert><CmdID>1</CmdID><Data>1222</Data></Alert>')).asks.join());
  }
  expect(asks.at(-1)).toBe('Alert 1223');
  expect(new Set(asks.slice(0, -1))).toEqual(new Set(['Alert 1222']));
  expect((await small.sessions(DEVICE))[0]).toMatchObject({ outcome: 'aborted' });
  await small.close();
});
