/** SIPp in the core's place: what the gateway makes of answers that no good core gives, and of those that it has to give. */
import type { Attempt } from '@grove/push';
import { expect, test } from 'vitest';
import { openSipBearer, shipmentTo } from '../rig/sip.testing.ts';
import { respond, type Sipp, send, startSipp } from '../rig/sipp.testing.ts';

const MESSAGE = '<recv request="MESSAGE"/>';

async function push(steps: string, settings: object = {}): Promise<{ attempt: Attempt; messages: string }> {
  const sipp: Sipp = await startSipp(steps);
  const bearer = await openSipBearer({
    proxy: `sip:127.0.0.1:${sipp.port}`,
    identity: 'sip:gateway@grove.test',
    password: 'secret',
    pingSeconds: 0,
    t1: 50,
    ...settings,
  });
  try {
    const attempt = await bearer.send(shipmentTo('sip:phone@grove.test'), new AbortController().signal);
    return { attempt, messages: await sipp.messages() };
  } finally {
    await bearer.close();
    await sipp.close();
  }
}

test.each([
  ['200 OK', [], { kind: 'delivered' }],
  ['202 Accepted', [], { kind: 'accepted', awaitsReceipt: false }],
  ['403 Forbidden', [], { kind: 'failed' }],
  ['404 Not Found', [], { kind: 'failed' }],
  ['408 Request Timeout', [], { kind: 'retry' }],
  ['480 Temporarily Unavailable', ['Retry-After: 30'], { kind: 'retry', after: 30_000 }],
  ['486 Busy Here', [], { kind: 'retry' }],
  ['503 Service Unavailable', ['Retry-After: 7'], { kind: 'retry', after: 7000 }],
  ['606 Not Acceptable', [], { kind: 'failed' }],
])('%s', async (status, headers, expected) => {
  const { attempt } = await push(`${MESSAGE}${respond(status, ...headers)}`);
  expect(attempt).toMatchObject(expected);
  expect(attempt.text).toContain(`(${status})`);
});

test('a response is awaited over provisional responses, and the request sent again meanwhile', async () => {
  const { attempt, messages } = await push(
    `${MESSAGE}${respond('100 Trying')}<pause milliseconds="300"/>${respond('200 OK')}`,
  );
  expect(attempt).toMatchObject({ kind: 'delivered' });
  expect(messages.match(/received.*\n\nMESSAGE /g)?.length).toBeGreaterThan(1);
});

test('no answer at all is a reason to try again', async () => {
  const { attempt } = await push(`${MESSAGE}<pause milliseconds="10000"/>`);
  expect(attempt).toMatchObject({
    kind: 'retry',
    text: expect.stringContaining('did not respond within 3.2 s'),
  });
});

const challenge = (nonce: number): string =>
  respond(
    '401 Unauthorized',
    `WWW-Authenticate: Digest realm="grove.test", nonce="n${nonce}", algorithm=MD5, qop="auth"`,
  );

test('SIPp finds the answer to its challenge right', async () => {
  const { attempt } = await push(
    [
      MESSAGE,
      challenge(1),
      '<recv request="MESSAGE"><action>',
      '<verifyauth assign_to="valid" username="gateway" password="secret"/>',
      '</action></recv>',
      '<nop test="valid" next="good"/>',
      respond('403 Wrong Digest'),
      '<nop next="end"/>',
      '<label id="good"/>',
      respond('200 OK'),
      '<label id="end"/>',
    ].join('\n'),
  );
  expect(attempt).toMatchObject({ kind: 'delivered' });
});

test('challenges without end do not go on without end', async () => {
  const { attempt, messages } = await push(
    [1, 2, 3, 4].map((nonce) => MESSAGE + challenge(nonce)).join('\n'),
  );
  expect(attempt).toMatchObject({ kind: 'failed', text: expect.stringContaining('credentials (401') });
  expect(new Set(messages.match(/branch=[^;\s]+/g)).size).toBe(2);
});

test('what is no response, or that of somebody else, is passed over', async () => {
  const vias = ['[last_Via:]', '[last_From:]', '[last_To:]', '[last_Call-ID:]'];
  const { attempt } = await push(
    [
      MESSAGE,
      send(['SIP/2.0 200 OK', ...vias, 'CSeq: 1 INVITE', 'Content-Length: 0', '']),
      send(['SIP/2.0 200 OK', ...vias, 'Content-Length: 0', '']),
      send(['SIP/2.0 200 OK', ...vias, '[last_CSeq:]', 'Content-Length: 77', '']),
      send(['SIP/2.0 200 OK', ': nothing', ...vias, '[last_CSeq:]', 'Content-Length: 0', '']),
      respond('486 Busy Here'),
      respond('200 OK'),
    ].join('\n'),
  );
  expect(attempt).toMatchObject({ kind: 'retry', text: expect.stringContaining('(486 Busy Here)') });
});
