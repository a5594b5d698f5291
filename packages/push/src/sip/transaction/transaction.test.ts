import fc from 'fast-check';
import { expect, test } from 'vitest';
import { essentialsOf, parseMessage } from '../message/index.ts';
import {
  type ClientTransaction,
  clientDue,
  clientResponse,
  clientTime,
  SIP_TIMERS,
  serverDue,
  serverKey,
  serverResponse,
  serverTime,
  startClient,
  startServer,
} from './index.ts';

/** Lets time pass until nothing is due any more. */
function run(start: ClientTransaction, arrivals: Readonly<Record<number, number>> = {}): string[] {
  const log: string[] = [];
  let transaction = start;
  const responses = Object.entries(arrivals).map(([at, status]) => ({ at: Number(at), status }));
  for (let turn = 0; turn < 100; turn++) {
    const due = clientDue(transaction);
    const next = responses[0];
    if (next && next.at <= (due ?? Number.POSITIVE_INFINITY)) {
      responses.shift();
      const done = clientResponse(transaction, next.status, next.at);
      transaction = done.transaction;
      if (done.isFinal) log.push(`${next.status} at ${next.at}`);
    } else if (due === undefined) {
      return log;
    } else {
      const done = clientTime(transaction, due);
      transaction = done.transaction;
      if (done.effect) log.push(`${done.effect} at ${due}`);
    }
  }
  throw new Error('it never ends');
}

test('over UDP a request is sent again after T1, twice that and so on up to T2, and given up after 64 × T1', () => {
  expect(run(startClient(SIP_TIMERS, false, 0))).toEqual([
    ...[500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500].map((at) => `send at ${at}`),
    'timeout at 32000',
  ]);
});

test('after a provisional response it is sent again only every T2', () => {
  expect(run(startClient(SIP_TIMERS, false, 0), { 600: 100, 14000: 200 })).toEqual([
    'send at 500',
    'send at 1500',
    'send at 5500',
    'send at 9500',
    'send at 13500',
    '200 at 14000',
  ]);
});

test('on a connection nothing is sent again, and the first final response ends it', () => {
  expect(run(startClient(SIP_TIMERS, true, 0))).toEqual(['timeout at 32000']);
  expect(run(startClient(SIP_TIMERS, true, 0), { 7: 200, 8: 404 })).toEqual(['200 at 7']);
});

test('whatever comes and when, exactly one end is told', () => {
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.dictionary(fc.nat(40_000).map(String), fc.integer({ min: 100, max: 699 })),
      (reliable, arrivals) => {
        const ends = run(startClient(SIP_TIMERS, reliable, 0), arrivals).filter(
          (line) => !line.startsWith('send'),
        );
        expect(ends).toHaveLength(1);
      },
    ),
  );
});

test('a request that came over UDP is remembered for 64 × T1 after its response, on a connection not at all', () => {
  const trying = startServer(SIP_TIMERS, false);
  expect(serverDue(trying)).toBeUndefined();
  const completed = serverResponse(trying, 100);
  expect(serverDue(completed)).toBe(32_100);
  expect(serverResponse(completed, 200)).toBe(completed);
  expect(serverTime(completed, 32_099)).toBe(completed);
  expect(serverTime(completed, 32_100)).toEqual({ state: 'terminated' });
  expect(serverResponse(startServer(SIP_TIMERS, true), 100)).toEqual({ state: 'terminated' });
});

test('requests are told apart by branch, sender and method; old ones by all that names them', () => {
  const key = (via: string, method = 'MESSAGE', tag = 'a'): string =>
    serverKey(
      essentialsOf(
        parseMessage(
          new TextEncoder().encode(
            `${method} sip:a@b SIP/2.0\r\nVia: ${via}\r\nFrom: <sip:a@b>;tag=${tag}\r\nTo: <sip:b@b>\r\nCall-ID: 1\r\nCSeq: 1 ${method}\r\n\r\n`,
          ),
        ),
      ),
    );
  const branch = 'SIP/2.0/UDP a;branch=z9hG4bK1';
  expect(key(branch, 'MESSAGE', 'b')).toBe(key(branch));
  expect(key('SIP/2.0/UDP b;branch=z9hG4bK1')).not.toBe(key(branch));
  expect(key(branch, 'OPTIONS')).not.toBe(key(branch));
  expect(key('SIP/2.0/UDP a;branch=1', 'MESSAGE', 'b')).not.toBe(key('SIP/2.0/UDP a;branch=1'));
});
