import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  essentialsOf,
  headerOf,
  headersOf,
  listOf,
  parameterOf,
  parseMessage,
  parseNameAddress,
  parseUri,
  parseVia,
  SipFramer,
  type SipMessage,
  SipSyntaxError,
  writeMessage,
  writeNameAddress,
  writeUri,
  writeVia,
} from './index.ts';

const utf8 = new TextEncoder();
const bytes = (...lines: string[]): Uint8Array => utf8.encode(lines.join('\r\n'));
const text = (body: Uint8Array): string => new TextDecoder().decode(body);

const HEAD = [
  'Via: SIP/2.0/UDP gateway.example.net:5070;branch=z9hG4bK1;rport',
  'From: <sip:gateway@example.net>;tag=a',
  'To: <sip:phone@example.net>',
  'Call-ID: 1@gateway',
  'CSeq: 7 MESSAGE',
];
const MESSAGE = ['MESSAGE sip:phone@example.net SIP/2.0', ...HEAD];

/** What is thrown. */
function fault(run: () => unknown): SipSyntaxError {
  try {
    run();
  } catch (error) {
    if (error instanceof SipSyntaxError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('a message', () => {
  test('compact forms, any case, blanks before the colon and folded lines mean the same', () => {
    const message = parseMessage(
      bytes(
        '',
        'MESSAGE sip:phone@example.net SIP/2.0',
        'v  :  SIP / 2.0 / udp',
        '  gateway.example.net : 5070 ;branch = z9hG4bK1',
        '\t;rport',
        'F: "A \\"quoted\\" name" <sip:gateway@example.net> ; tag = a',
        't: sip:phone@example.net;tag=b',
        'I: 1@gateway',
        'cSEQ: 0007   MESSAGE',
        'c: application/vnd.syncml.notification',
        'l: 2',
        '',
        'abc',
      ),
    );
    const { via, from, to, fromTag, toTag, callId, cseq } = essentialsOf(message);
    expect(via).toMatchObject({ transport: 'UDP', host: 'gateway.example.net', port: 5070 });
    expect(parameterOf(via.parameters, 'branch')).toBe('z9hG4bK1');
    expect(parameterOf(via.parameters, 'rport')).toBe('');
    expect(from.name).toBe('A "quoted" name');
    expect(to.uri).toBe('sip:phone@example.net');
    expect([fromTag, toTag, callId, cseq]).toEqual(['a', 'b', '1@gateway', { number: 7, method: 'MESSAGE' }]);
    expect(headerOf(message, 'content-type')).toBe('application/vnd.syncml.notification');
    expect(text(message.body)).toBe('ab');
  });

  test('a response may have no reason, and one in any script', () => {
    expect(parseMessage(bytes('SIP/2.0 200', ...HEAD, '', ''))).toMatchObject({ status: 200, reason: '' });
    expect(parseMessage(bytes('SIP/2.0 480 Не в сети', ...HEAD, '', ''))).toMatchObject({
      reason: 'Не в сети',
    });
  });

  test.each([
    ['blanks in the start line', 400, ['MESSAGE  sip:a@b SIP/2.0', ...HEAD, '', '']],
    ['no version', 400, ['MESSAGE sip:a@b', ...HEAD, '', '']],
    ['a version of the future', 505, ['MESSAGE sip:a@b SIP/7.0', ...HEAD, '', '']],
    ['a status of four digits', 400, ['SIP/2.0 4294967301 better not break', ...HEAD, '', '']],
    ['a header without a colon', 400, [...MESSAGE, 'Nothing', '', '']],
    ['a header without a name', 400, [...MESSAGE, ': nothing', '', '']],
    ['folding before the first header', 400, ['MESSAGE sip:a@b SIP/2.0', ' folded', ...HEAD, '', '']],
    ['a NUL', 400, [...MESSAGE, 'Subject: a\0b', '', '']],
    ['a carriage return within a line', 400, [...MESSAGE, 'Subject: a\rVia: b', '', '']],
    ['a negative length', 400, [...MESSAGE, 'Content-Length: -999', '', '']],
    ['two lengths', 400, [...MESSAGE, 'Content-Length: 1', 'l: 2', '', 'ab']],
    ['a length beyond the datagram', 400, [...MESSAGE, 'Content-Length: 9999', '', 'ab']],
    ['no end of the head', 400, MESSAGE],
    ['129 headers', 513, [...MESSAGE, ...Array.from({ length: 124 }, () => 'X: 1'), '', '']],
    ['a head beyond 16 KiB', 513, [...MESSAGE, `X: ${'x'.repeat(16_384)}`, '', '']],
  ])('%s: %i', (_, status, lines) => {
    expect(fault(() => parseMessage(bytes(...lines))).status).toBe(status);
  });

  test('a body that is too large is told with the head, so that it can be answered', () => {
    const limits = { head: 1000, headers: 10, body: 3 };
    const error = fault(() => parseMessage(bytes(...MESSAGE, '', 'abcd'), limits));
    expect(error).toMatchObject({ status: 413, head: { method: 'MESSAGE' } });
  });

  test.each([
    ['Via', 'is absent', HEAD.filter((line) => !line.startsWith('Via'))],
    ['Call-ID', 'is absent', HEAD.filter((line) => !line.startsWith('Call'))],
    ['From', 'is there twice', [...HEAD, 'f: <sip:b@example.net>']],
    ['CSeq', 'below 2^31', [...HEAD.slice(0, 4), 'CSeq: 36893488147419103232 MESSAGE']],
    ['CSeq', 'names INVITE', [...HEAD.slice(0, 4), 'CSeq: 1 INVITE']],
    ['To', '">" is expected', [...HEAD.filter((line) => !line.startsWith('To')), 'To: <sip:a@b']],
    [
      'From',
      'the end of the value',
      [...HEAD.filter((line) => !line.startsWith('From')), 'From: <sip:a@b> and more'],
    ],
    ['Via', 'a host is expected', ['Via: SIP/2.0/UDP ;branch=z9hG4bK1', ...HEAD.slice(1)]],
    ['Via', 'SIP/2.0 is expected', ['Via: SIP/7.0/UDP a;branch=z9hG4bK1', ...HEAD.slice(1)]],
  ])('%s %s', (where, what, head) => {
    const error = fault(() => essentialsOf(parseMessage(bytes('MESSAGE sip:a@b SIP/2.0', ...head, '', ''))));
    expect(error.where).toBe(where);
    expect(error.message).toContain(what);
  });

  test('what would leave its line is not written', () => {
    const request = {
      kind: 'request',
      method: 'MESSAGE',
      uri: 'sip:a@b',
      headers: [],
      body: bytes(),
    } as const;
    expect(fault(() => writeMessage({ ...request, uri: 'sip:a@b SIP/2.0\r\nVia:' })).where).toBe(
      'start line',
    );
    expect(fault(() => writeMessage({ ...request, headers: [['subject', 'a\r\nVia: b']] })).where).toBe(
      'subject',
    );
    expect(fault(() => writeMessage({ ...request, headers: [['a b', 'c']] })).where).toBe('head');
  });
});

describe('values', () => {
  test('lists are cut at commas outside of quotations and angle brackets', () => {
    const values = ['<sip:a,b@c>;x="1,2", "d, e" <sip:f@g>', '', '*'];
    expect(listOf(values, 'Contact')).toEqual(['<sip:a,b@c>;x="1,2"', '"d, e" <sip:f@g>', '*']);
    expect(() => listOf(['"open'], 'Contact')).toThrow(SipSyntaxError);
  });

  test.each([
    ['sip:phone@example.net', { user: 'phone', host: 'example.net' }],
    [
      'SIPS:+44163296;phone-context=x@[2001:DB8::1]:5061;lr',
      { scheme: 'sips', host: '2001:db8::1', port: 5061 },
    ],
    ['sip:a;b?c@example.net;transport=TCP?subject=x', { user: 'a;b?c', headers: 'subject=x' }],
    ['sip:example.net', { host: 'example.net' }],
  ])('%s', (uri, parts) => {
    expect(parseUri(uri)).toMatchObject(parts);
  });

  test.each([
    ['tel:+441632960001', 416],
    ['sip:', 400],
    ['sip:a@b:99999', 400],
    ['sip:a b@c', 400],
    ['sip:a%4@c', 400],
    ['sip:a@b;=c', 400],
    [`sip:${'a'.repeat(3000)}@b`, 414],
  ])('%s is refused with %i', (uri, status) => {
    expect(fault(() => parseUri(uri)).status).toBe(status);
  });

  test('names and addresses', () => {
    expect(parseNameAddress('sip:a@b;tag=c', 'From')).toEqual({ uri: 'sip:a@b', parameters: [['tag', 'c']] });
    expect(parseNameAddress('My Operator <sip:a@b;lr>', 'From')).toMatchObject({
      name: 'My Operator',
      uri: 'sip:a@b;lr',
    });
    const contact = '<sip:p@127.0.0.1:5060>;+g.oma.pusheventapp="syncml.dm";expires=60';
    expect(writeNameAddress(parseNameAddress(contact, 'Contact'))).toBe(contact);
    expect(parameterOf(parseNameAddress(contact, 'Contact').parameters, '+g.oma.pusheventapp')).toBe(
      'syncml.dm',
    );
  });
});

const token = fc.stringMatching(/^[A-Za-z0-9\-.!%*_+`'~]{1,12}$/);
const value = fc
  .string({ unit: 'binary', maxLength: 60 })
  .filter((line) => line === line.trim() && !/[\p{Cc}\p{Cs}]/u.test(line));
const name = token
  .map((chosen) => chosen.toLowerCase())
  .filter((chosen) => chosen.length > 1 && chosen !== 'content-length');
const common = { headers: fc.array(fc.tuple(name, value), { maxLength: 20 }), body: fc.uint8Array() };
const message: fc.Arbitrary<SipMessage> = fc.oneof(
  fc.record({
    kind: fc.constant('request' as const),
    method: token.filter((method) => !/^sip/i.test(method)),
    uri: fc.stringMatching(/^[!-~]{1,30}$/),
    ...common,
  }),
  fc.record({
    kind: fc.constant('response' as const),
    status: fc.integer({ min: 100, max: 699 }),
    reason: value,
    ...common,
  }),
);

/** Bytes that look like a message but for some damage. */
const damaged = fc
  .tuple(
    fc.constantFrom(
      bytes(...MESSAGE, 'Content-Length: 2', '', 'ab'),
      bytes('SIP/2.0 200 OK', ...HEAD, '', ''),
    ),
    fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 6 }),
    fc.nat(400),
  )
  .map(([whole, changes, cut]) => {
    const copy = whole.slice(0, Math.max(1, whole.length - (cut % 60)));
    for (const [at, to] of changes) copy[at % copy.length] = to;
    return copy;
  });

/** Runs what may throw nothing but a SipSyntaxError. */
function lenient(run: () => void): void {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(SipSyntaxError);
  }
}

describe('properties', () => {
  test('what is written is read again', () => {
    fc.assert(
      fc.property(message, (whole) => {
        expect(parseMessage(writeMessage(whole))).toEqual(whole);
      }),
    );
  });

  test('a connection gives the same messages however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 5 }),
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 }),
        (messages, sizes) => {
          const stream = Buffer.concat(messages.flatMap((one) => [writeMessage(one), bytes('', '')]));
          const framer = new SipFramer();
          const frames = [];
          for (let at = 0, turn = 0; at < stream.length; turn++) {
            const size = sizes[turn % sizes.length] ?? 1;
            frames.push(...framer.push(stream.subarray(at, at + size)));
            at += size;
          }
          expect(frames).toEqual(
            messages.flatMap((one) => [{ kind: 'message', message: one }, { kind: 'line' }]),
          );
        },
      ),
    );
  });

  test('nothing but a SipSyntaxError comes of any bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 400 }), damaged), (input) => {
        lenient(() => {
          const read = parseMessage(input);
          essentialsOf(read);
          listOf(headersOf(read, 'via'), 'Via').map(parseVia);
          if (read.kind === 'request') parseUri(read.uri);
        });
        lenient(() => [...new SipFramer().push(input)]);
      }),
      { numRuns: 2000 },
    );
  });

  test('values that are read are written so that they are read again', () => {
    const line = fc.string({ unit: fc.constantFrom(...'sip:ab@c.<>;="\\,/ 1[]?%'), maxLength: 40 });
    fc.assert(
      fc.property(line, (input) => {
        lenient(() => {
          const read = parseNameAddress(input, 'From');
          expect(parseNameAddress(writeNameAddress(read), 'From')).toEqual(read);
        });
        lenient(() => {
          const read = parseUri(`sip:${input}`);
          expect(parseUri(writeUri(read))).toEqual(read);
        });
        lenient(() => {
          const read = parseVia(`SIP/2.0/UDP ${input}`);
          expect(parseVia(writeVia(read))).toEqual(read);
        });
      }),
      { numRuns: 2000 },
    );
  });

  test('hostile values take time that grows with their length', () => {
    const long = 200_000;
    const values = ['"', '\\"', '<', ';', ' ', 'a', '=', '"a",', ';a="\\', 'sip:', '%'].map((part) =>
      part.repeat(long / part.length),
    );
    for (const hostile of values) {
      lenient(() => listOf([hostile], 'Contact'));
      lenient(() => parseNameAddress(hostile, 'Contact'));
      lenient(() => parseVia(`SIP/2.0/UDP ${hostile}`));
    }
    const framer = new SipFramer({ head: 1_000_000, headers: 1_000_000, body: 0 });
    for (let at = 0; at < long; at++) expect([...framer.push(utf8.encode('x'))]).toEqual([]);
  }, 20_000);
});
