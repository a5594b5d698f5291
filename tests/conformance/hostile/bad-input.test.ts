/** Whatever comes gets its status and a note, costs little, and leaves the server as it was. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, type Rig, startRig, WBXML, XML } from '../../rig/rig.testing.ts';
import { DEVICE, expectWell, goodMessage, message, registerSubject } from './subject.testing.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig({ limits: { maxMsgSize: 256 * 1024 } });
  await registerSubject(rig);
});
afterAll(() => rig.close());

const octets = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const ATTEMPTS = 200;
const AT_ONCE = 20;

describe('what cannot be read is refused with HTTP 400', () => {
  const utf16 = (text: string): Uint8Array => new Uint8Array(Buffer.from(`\uFEFF${text}`, 'utf16le'));
  const deep = `${'<Item>'.repeat(10_000)}${'</Item>'.repeat(10_000)}`;
  const entities = Array.from({ length: 10 }, (_, n) => `<!ENTITY e${n + 1} "${`&e${n};`.repeat(10)}">`).join(
    '',
  );
  const withDoctype = (doctype: string): string => goodMessage().replace('<SyncML ', `${doctype}<SyncML `);
  const HEAD = '02 A4 01 6A';

  it.each<[string, string | Uint8Array, string, string]>([
    ['nothing', '', XML, 'end of document'],
    ['text', 'hello', XML, 'expected markup'],
    ['HTML', '<html><body>not here</body></html>', XML, 'document element'],
    ['another document', '<DevInf xmlns="syncml:devinf"/>', XML, 'DevInf'],
    ['a document that is cut off', goodMessage().slice(0, -40), XML, 'SyncBody'],
    [
      'tags that do not match',
      goodMessage().replace('</SyncBody>', '</SyncHdr>'),
      XML,
      '</SyncHdr>; expected',
    ],
    [
      'bytes that are not UTF-8',
      new Uint8Array(Buffer.from(goodMessage().replace('Acme', 'Acm\u00e9'), 'latin1')),
      XML,
      'not UTF-8',
    ],
    ['UTF-16 that ends within a character', utf16(goodMessage()).subarray(0, -1), XML, 'UTF-16'],
    ['an encoding that is not read', goodMessage().replace('UTF-8', 'EBCDIC-US'), XML, 'EBCDIC-US'],
    ['a DOCTYPE', withDoctype('<!DOCTYPE SyncML SYSTEM "file:///etc/passwd">'), XML, 'DOCTYPE'],
    [
      'an entity bomb',
      withDoctype(`<!DOCTYPE SyncML [<!ENTITY e0 "x">${entities}]>`).replace('Acme', '&e10;'),
      XML,
      'DOCTYPE',
    ],
    ['an entity that nobody declared', goodMessage().replace('Acme', '&acme;'), XML, 'acme'],
    ['a NUL in Data', goodMessage().replace('Acme', 'Ac\0me'), XML, 'at byte'],
    ['a NUL by reference', goodMessage().replace('Acme', 'Ac&#0;me'), XML, 'at byte'],
    ['10 000 elements in each other', message(deep), XML, 'nested deeper'],
    ['no SyncHdr', '<SyncML xmlns="SYNCML:SYNCML1.2"><SyncBody/></SyncML>', XML, 'SyncHdr'],
    ['no SessionID', goodMessage().replace(/<SessionID>.*<\/SessionID>/, ''), XML, 'SessionID'],
    ['no DevId', goodMessage().replace(DEVICE, ''), XML, 'Source'],
    [
      'a SessionID without end',
      goodMessage().replace('<SessionID>1', `<SessionID>${'1'.repeat(5000)}`),
      XML,
      'SessionID',
    ],
    ['XML called WBXML', goodMessage(), WBXML, 'version byte'],
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
      await expectWell(rig);
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
    await expectWell(rig);
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
    await expectWell(rig);
  });

  it('a body that comes to no end', async () => {
    const impatient = await startRig({ limits: { silenceTimeout: 200 } });
    await raw(impatient.url, head('Content-Length: 1000'), goodMessage().slice(0, 200));
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
    await expectWell(rig);
  });

  it.each(['http://[', '/dm?s=%zz', '//x/dm', '/dm/../dm', 'http://grove.example/dm?s=x'])(
    'an address such as %s',
    async (address) => {
      const body = goodMessage();
      const text = await raw(
        rig.url,
        `POST ${address} HTTP/1.1\r\nHost: grove.example\r\nConnection: close\r\nContent-Type: ${XML}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
      expect(text).toMatch(/^HTTP\/1.1 [24]\d\d /);
      await expectWell(rig);
    },
  );

  it('a device of HTTP/1.0 without Host is served, and told an address that it can reach', async () => {
    const body = goodMessage();
    const text = await raw(
      rig.url,
      `POST /dm HTTP/1.0\r\nContent-Type: ${XML}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    expect(text).toContain(`<RespURI>${rig.url}/dm?s=`);
  });
});
