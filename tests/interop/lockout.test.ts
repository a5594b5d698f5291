/** Who tries passwords is locked out, and cannot keep out the device whose name he uses. */
import { request } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  basicDigest,
  cred,
  HandDevice,
  md5Digest,
  packageOne,
  said,
  xmlMessage,
} from '../rig/device.testing.ts';
import { type Rig, startRig, XML } from '../rig/rig.testing.ts';

const AFTER = 3;
const SECOND = 1000;
let rig: Rig;
let clock = Date.UTC(2026, 0, 1);
beforeAll(async () => {
  rig = await startRig({
    now: () => clock,
    limits: { lockout: { after: AFTER, first: 10 * SECOND, longest: 40 * SECOND } },
  });
});
afterAll(() => rig.close());

const b64 = (text: string): string => Buffer.from(text).toString('base64');
const MD5 = { auth: 'md5', user: 'device', password: 'device-password', nonce: b64('device-nonce-1') };
const BASIC = { auth: 'basic', user: 'device', password: 'device-password' };
const right = (nonce = b64('device-nonce-1')): string =>
  cred('md5', md5Digest('device', 'device-password', nonce));
const rightBasic = cred('basic', basicDigest('device', 'device-password'));
const guess = cred('md5', b64('guess guess guess'));

interface Failures {
  source: string;
  count: number;
  lockedUntil: string | null;
}
const failuresOf = async (devId: string): Promise<Failures[]> =>
  (await rig.api<{ failures: Failures[] }>('GET', `/devices/${encodeURIComponent(devId)}`)).failures;

let devices = 0;
async function device(client: object): Promise<string> {
  const devId = `IMEI:6000000000000${String(devices++).padStart(2, '0')}`;
  await rig.register(devId, { client });
  return devId;
}

let sessions = 0;
/** The first message of a new session, from an address of this machine. */
async function call(devId: string, more = '', from = '127.0.0.1') {
  const body = xmlMessage({ device: devId, sessionID: `s${sessions++}`, more }, packageOne(devId));
  return said(await postFrom(from, body));
}

it('locks out whoever guesses, longer and longer, and looks at nothing from there', async () => {
  const devId = await device(BASIC);
  const wrong = cred('basic', basicDigest('device', 'guess'));
  for (let n = 0; n < AFTER; n++) expect((await call(devId, wrong)).statuses[0]).toBe('SyncHdr 401');
  const kept = (await rig.sessions(devId)).length;
  for (const lock of [10, 20, 40, 40]) {
    expect(await failuresOf(devId)).toMatchObject([
      { source: '127.0.0.1', lockedUntil: new Date(clock + lock * SECOND).toISOString() },
    ]);
    clock += lock * SECOND - 1;
    // The right password at last; but nobody has looked.
    const answer = await call(devId, rightBasic);
    expect(answer.statuses).toEqual(['SyncHdr 401', 'Alert 401', 'Replace 401']);
    expect(answer.answer.text).toContain('syncml:auth-basic');
    expect((await rig.refusals())[0]).toMatchObject({ devId, httpStatus: 200, status: 401 });
    expect((await rig.refusals())[0]?.reason).toMatch(
      /^locked out until .*: wrong credentials from 127\.0\.0\.1/,
    );
    clock += 1;
    expect((await call(devId, wrong)).statuses[0]).toBe('SyncHdr 401');
  }
  expect(await rig.sessions(devId)).toHaveLength(kept + 4);
  // Elsewhere the device is as welcome as ever.
  expect((await call(devId, rightBasic, '127.0.0.2')).statuses[0]).toBe('SyncHdr 212');
  await rig.api('POST', `/devices/${encodeURIComponent(devId)}/unlock`);
  expect(await failuresOf(devId)).toEqual([]);
  expect((await call(devId, rightBasic)).statuses[0]).toBe('SyncHdr 212');
});

it('lets in a device that has the nonce, even from there, and begins to count anew', async () => {
  const devId = await device(MD5);
  for (let n = 0; n < AFTER + 2; n++) await call(devId, guess);
  expect((await failuresOf(devId))[0]?.lockedUntil).not.toBeNull();
  const challenge = (await call(devId)).nonce ?? '';
  // A challenge of this time is worth nothing: it could be anybody's.
  expect((await call(devId, right(challenge))).statuses[0]).toBe('SyncHdr 401');
  expect((await call(devId, right())).statuses[0]).toBe('SyncHdr 212');
  expect(await failuresOf(devId)).toEqual([]);
});

it('lets in a device that is one nonce behind, by a challenge, and does not count that against it', async () => {
  const devId = await device(MD5);
  // The answers with the new nonces never reach it.
  for (let n = 0; n < AFTER + 2; n++) {
    const phone = new HandDevice(rig, devId).begin(`behind ${n}`);
    const first = await phone.say(packageOne(devId), { more: right() });
    if (n > 0) expect(first.statuses[0]).toBe('SyncHdr 401');
  }
  expect(await failuresOf(devId)).toEqual([]);
  for (let n = 0; n < AFTER; n++) await call(devId, guess);
  expect((await failuresOf(devId))[0]?.lockedUntil).not.toBeNull();
  const phone = new HandDevice(rig, devId).begin('behind and locked out');
  const first = await phone.say(packageOne(devId), { more: right() });
  expect(first.statuses[0]).toBe('SyncHdr 401');
  const second = await phone.say(packageOne(devId), { more: right(first.nonce) });
  expect(second.statuses[0]).toBe('SyncHdr 212');
});

it('does not disturb a session under way', async () => {
  const devId = await device(BASIC);
  await rig.task(devId, [{ kind: 'get', uri: './DevDetail/SwV' }]);
  const phone = new HandDevice(rig, devId);
  await phone.say(packageOne(devId), { more: rightBasic });
  for (let n = 0; n < AFTER; n++) await call(devId, cred('basic', basicDigest('device', 'guess')));
  const message = xmlMessage({ device: devId, msgID: 2 }, '<Alert><CmdID>1</CmdID><Data>1222</Data></Alert>');
  expect(said(await rig.post(message, { to: phone.respURI ?? '' })).statuses[0]).toBe('SyncHdr 212');
  // Nor can the password be tried out on it.
  const more = rightBasic;
  expect(said(await rig.post(xmlMessage({ device: devId, msgID: 3, more }, '<Final/>'))).statuses[0]).toBe(
    'SyncHdr 401',
  );
});

it('counts neither questions, nor one stale nonce, and forgets in time', async () => {
  const devId = await device(MD5);
  for (let n = 0; n < AFTER * 2; n++) await call(devId);
  expect(await failuresOf(devId)).toEqual([]);
  const phone = new HandDevice(rig, devId);
  const stale = await phone.say(packageOne(devId), { more: right(b64('much older')) });
  expect(await failuresOf(devId)).toMatchObject([{ count: 1, lockedUntil: null }]);
  await phone.say(packageOne(devId), { more: right(stale.nonce) });
  expect(await failuresOf(devId)).toEqual([]);
  for (let n = 0; n < AFTER - 1; n++) await call(devId, guess);
  clock += 81 * SECOND;
  expect(await failuresOf(devId)).toEqual([]);
  await call(devId, guess);
  expect(await failuresOf(devId)).toMatchObject([{ count: 1, lockedUntil: null }]);
});

function postFrom(localAddress: string, body: string) {
  return new Promise<Awaited<ReturnType<Rig['post']>>>((resolve, reject) => {
    const sent = request(
      `${rig.url}/dm`,
      { method: 'POST', localAddress, headers: { 'content-type': XML } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const bytes = new Uint8Array(Buffer.concat(chunks));
          resolve({
            httpStatus: response.statusCode ?? 0,
            contentType: response.headers['content-type'] ?? null,
            headers: {},
            bytes,
            text: new TextDecoder().decode(bytes),
          });
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
