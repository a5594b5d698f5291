import { describe, expect, it } from 'vitest';
import type { SessionState } from '../../session/index.ts';
import { type Arrival, type KnownSession, type KnownSessions, placeOf } from './place.ts';

const NOW = 1_000_000;

function session(
  id: number,
  more: Partial<KnownSession> & { begun?: boolean; msgID?: number; anywhere?: boolean } = {},
): KnownSession {
  const { begun = true, msgID = 3, anywhere = false, ...rest } = more;
  const state: SessionState = {
    sessionID: '1',
    device: 'IMEI:1',
    serverURI: 'http://grove.example/dm',
    verDTD: '1.2',
    verProto: 'DM/1.2',
    token: `token-${id}`,
    msgID,
    client: { authenticated: begun, failures: 0 },
    server: { accepted: false, failures: 0 },
    sent: [],
  };
  return {
    id,
    open: true,
    goesOn: true,
    expiresAt: NOW + 10,
    messages: 2,
    stored: { state, hash: `hash-${id}`, anywhere },
    ...rest,
  };
}

const first: Partial<Arrival> = { msgID: '1' };
const at = (token: string): Partial<Arrival> => ({ token });
const live = session(7);
const over = session(7, { open: false, goesOn: false });
const complete = session(7, { open: false });
const unproven = session(8, { begun: false, msgID: 1 });
const old = session(7, { expiresAt: NOW });

describe('the place of a message', () => {
  it.each<[string, Partial<KnownSessions>, Partial<Arrival>, string]>([
    ['from a device without a session is a new one', {}, first, 'new'],
    ['from a device without a session, whatever its MsgID, is a new one', {}, {}, 'new'],
    ['at a RespURI that nobody knows is unknown', {}, at('token-7'), 'unknown'],
    ['at a RespURI that nobody knows is new when it is the first', {}, { ...first, ...at('token-7') }, 'new'],

    ['at the RespURI is next', { named: live, last: live }, at('token-7'), 'next 7'],
    [
      'at the RespURI with MsgID 1 begins anew',
      { named: live, last: live },
      { ...first, ...at('token-7') },
      'new',
    ],
    [
      'at the RespURI of a session that began under another SessionID is unknown',
      { last: live },
      { ...at('token-7'), sessionID: '2' },
      'unknown',
    ],
    [
      'at the RespURI is next, whoever has used the SessionID since',
      { named: unproven, last: live },
      at('token-7'),
      'next 7',
    ],
    [
      'at the RespURI of a session that was taken over is unknown',
      { named: live, last: session(9) },
      at('token-7'),
      'unknown',
    ],
    [
      'at the RespURI of a session that nothing is known of since is unknown',
      { named: live },
      at('token-7'),
      'unknown',
    ],
    [
      'at the RespURI of a session that ended well is next',
      { named: complete, last: complete },
      at('token-7'),
      'next 7',
    ],
    [
      'at the RespURI of a session that was refused or aborted is unknown',
      { named: over, last: over },
      at('token-7'),
      'unknown',
    ],
    ['at the RespURI after too long a time is unknown', { named: old, last: old }, at('token-7'), 'unknown'],
    [
      'at the RespURI where the device has yet to prove itself is next',
      { named: unproven, last: live },
      at('token-8'),
      'next 8',
    ],

    [
      'that was answered last is answered again',
      { named: live, last: live },
      { hash: 'hash-7', token: 'token-7' },
      'again 7',
    ],
    [
      'that proves itself is answered again elsewhere, too',
      { named: session(7, { anywhere: true }), last: live },
      { hash: 'hash-7' },
      'again 7',
    ],
    [
      'that proves itself is answered again at the RespURI that it was sent to',
      { named: session(7, { anywhere: true }) },
      { hash: 'hash-7', token: 'token-before' },
      'again 7',
    ],
    [
      'that others may guess is not answered again elsewhere',
      { named: live, last: live },
      { hash: 'hash-7' },
      'next 7',
    ],
    [
      'that was the last of its session is answered again',
      { named: complete, last: complete },
      { hash: 'hash-7', token: 'token-7' },
      'again 7',
    ],
    [
      'that began the session is answered again',
      { named: session(7, { msgID: 1, anywhere: true }) },
      { ...first, hash: 'hash-7' },
      'again 7',
    ],
    [
      'that was a whole session is a new one: nothing tells it from the next call',
      { named: session(7, { msgID: 1, open: false, anywhere: true }) },
      { ...first, hash: 'hash-7' },
      'new',
    ],
    [
      'that is sent again after too long a time is a new one',
      { named: old, last: old },
      { ...first, hash: 'hash-7' },
      'new',
    ],

    ['with the same SessionID and MsgID 1 begins anew', { named: live, last: live }, first, 'new'],
    ['with MsgID 1 goes on while the device has yet to prove itself', { named: unproven }, first, 'next 8'],
    ['elsewhere may be next, if it proves itself', { named: live, last: live }, {}, 'next 7'],
    ['elsewhere is new when the session was taken over', { named: live, last: session(9) }, {}, 'new'],
    ['elsewhere is new when the session is over', { named: complete, last: complete }, {}, 'new'],
  ])('%s', (_, sessions, arrival, expected) => {
    const place = placeOf(
      { named: undefined, last: undefined, ...sessions },
      {
        sessionID: '1',
        msgID: '2',
        token: undefined,
        hash: 'other',
        now: NOW,
        ...arrival,
      },
    );
    expect('session' in place ? `${place.kind} ${place.session.id}` : place.kind).toBe(expected);
  });
});
