/** The cases certify clients that call over HTTP: tried with Grove's phone and its own HTTP transport. */
import { createHttpTransport } from '@grove/device';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runSuite } from '../framework/index.ts';
import { type HttpClientOptions, httpClient } from './http.ts';
import { clientSuite } from './index.ts';
import { accountOf, createTestedPhone, storedAccount } from './phone.ts';
import { FIXTURE, OTHER_SERVER_ID, SERVER_ID } from './phone-fixture.ts';
import type { ClientSource } from './subject.ts';

let source: ClientSource;

beforeAll(async () => {
  const own = accountOf(SERVER_ID, '');
  let call: HttpClientOptions['call'];
  const listening = await httpClient({
    name: 'a phone over HTTP',
    host: '127.0.0.1',
    port: 0,
    encoding: 'wbxml',
    account: own,
    fixture: FIXTURE,
    silence: 5000,
    wait: 5000,
    call: (signal) => call?.(signal) ?? Promise.resolve(),
  });
  own.address = listening.url;
  source = listening;
  const transport = createHttpTransport();
  const phone = await createTestedPhone({
    encoding: 'wbxml',
    transport,
    own: storedAccount(own),
    others: [storedAccount(accountOf(OTHER_SERVER_ID, listening.url))],
  });
  call = (signal) => phone.session({ serverID: SERVER_ID, signal });
});
afterAll(() => source.close());

test('the same cases pass over HTTP, or say what they would need', async () => {
  const filters = [
    'C-01',
    'C-04',
    'C-05',
    'C-12',
    'C-13.1',
    'C-19.2',
    'C-19.11',
    'C-21',
    'C-38',
    'C-43',
    'C-16.2',
  ];
  const results = await runSuite(clientSuite(source), filters, () => {});
  const failed = results.filter(({ verdict }) => verdict === 'fail');
  expect(failed.map(({ id, reason }) => `${id} ${reason}`)).toEqual([]);
  const notApplicable = results.filter(({ verdict }) => verdict === 'not applicable');
  expect(notApplicable.map(({ id, reason }) => `${id} ${reason}`)).toEqual([
    'C-01.2 wbxml: over HTTP the client is not asked for sessions',
    'C-16.2 wbxml: over HTTP the client has no user who does as a case says',
    'C-21.13 wbxml: over HTTP the client wants the server to prove itself by md5, not by basic',
    'C-21.16 wbxml: over HTTP the client wants the server to prove itself by md5, not by basic',
    'C-43.6 wbxml: over HTTP the client proves itself by md5, not by hmac',
  ]);
}, 60_000);
