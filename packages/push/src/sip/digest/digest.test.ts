import { expect, test } from 'vitest';
import { NO_BODY, type SipResponse } from '../message/index.ts';
import { authorizationOf, type Challenge, challengesOf, isProvedBy, type Proof } from './index.ts';

const MUFASA = { user: 'Mufasa', password: 'Circle of Life' };

function refusal(...headers: (readonly [string, string])[]): SipResponse {
  return { kind: 'response', status: 401, reason: 'Unauthorized', headers, body: NO_BODY };
}

function only(challenges: Challenge[]): Challenge {
  const [challenge] = challenges;
  if (!challenge || challenges.length > 1) throw new Error(`${challenges.length} challenges`);
  return challenge;
}

test.each([
  ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
  ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
])('%s gives the response of the example in RFC 7616, 3.9.1', (algorithm, response) => {
  const challenge = only(
    challengesOf(
      refusal([
        'www-authenticate',
        `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, ` +
          'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"',
      ]),
    ),
  );
  const [name, value] = authorizationOf({
    challenge,
    credentials: MUFASA,
    method: 'GET',
    uri: '/dir/index.html',
    count: 1,
    cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
  });
  expect(name).toBe('authorization');
  expect(value).toContain(`response="${response}"`);
  expect(value).toContain(`algorithm=${algorithm}, opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`);
  expect(value).toContain('qop=auth, nc=00000001');
});

test('a challenge without qop gets the digest of RFC 2069, as in RFC 2617 errata 749', () => {
  const challenge = only(
    challengesOf(
      refusal([
        'proxy-authenticate',
        'digest realm="testrealm@host.com",nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093" , stale=TRUE',
      ]),
    ),
  );
  expect(challenge).toMatchObject({ ofProxy: true, algorithm: 'MD5', qop: false, stale: true });
  const [name, value] = authorizationOf({
    challenge,
    credentials: { user: 'Mufasa', password: 'CircleOfLife' },
    method: 'GET',
    uri: '/dir/index.html',
    count: 1,
    cnonce: '',
  });
  expect(name).toBe('proxy-authorization');
  expect(value).toContain('response="1949323746fe6a43ef61f9606e7febea"');
  expect(value).not.toMatch(/qop|nc=|algorithm/);
});

test('the strongest challenge comes first; what cannot be answered or read is passed over', () => {
  const challenges = challengesOf(
    refusal(
      ['www-authenticate', 'Digest realm="a", nonce="1", algorithm=MD5, qop="auth"'],
      ['www-authenticate', 'Digest realm="a", nonce="2", algorithm=sha-256, qop="auth"'],
      ['www-authenticate', 'Digest realm="a", nonce="3", algorithm=MD5-sess'],
      ['www-authenticate', 'Digest realm="a", nonce="4", qop="auth-int"'],
      ['www-authenticate', 'Digest realm="a'],
      ['www-authenticate', 'Basic realm="a"'],
      ['www-authenticate', ''],
    ),
  );
  expect(challenges.map(({ nonce }) => nonce)).toEqual(['2', '1']);
});

test('a server proves itself by the digest over an empty method, the client nonce and the count', () => {
  const challenge = only(
    challengesOf(refusal(['www-authenticate', 'Digest realm="a", nonce="1", qop="auth"'])),
  );
  const proof: Proof = {
    challenge,
    credentials: MUFASA,
    method: 'REGISTER',
    uri: 'sip:a',
    count: 2,
    cnonce: 'c',
  };
  const [, own] = authorizationOf({ ...proof, method: '' });
  const right = /response="([0-9a-f]+)"/.exec(own)?.[1];
  expect(isProvedBy(`rspauth="${right}", cnonce="c", nc=00000002, qop=auth`, proof)).toBe(true);
  expect(isProvedBy(`rspauth="${right}", cnonce="c", nc=00000003, qop=auth`, proof)).toBe(false);
  expect(isProvedBy(`rspauth="", cnonce="c", nc=00000002`, proof)).toBe(false);
  expect(isProvedBy('nextnonce="2"', proof)).toBe(false);
  expect(isProvedBy('"', proof)).toBe(false);
});
