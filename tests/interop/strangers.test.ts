/** What somebody can do to a device of which he knows no more than its DevId, and perhaps what it says first. */
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cred, HandDevice, md5Digest, packageOne, said, xmlMessage } from '../rig/device.testing.ts';
import { type Answer, type Rig, startRig, XML } from '../rig/rig.testing.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.close());

const MD5 = { auth: 'md5', user: 'device', password: 'device-password' };

let devices = 0;
async function device(client: object = MD5): Promise<string> {
  const devId = `IMEI:7000000000000${String(devices++).padStart(2, '0')}`;
  await rig.register(devId, { client });
  return devId;
}

/** Posts a message under another name of the server than the one that leads to it. */
function postTo(host: string, body: string, localAddress = '127.0.0.1'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      `${rig.url}/dm`,
      { method: 'POST', headers: { 'content-type': XML, host }, localAddress },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const bytes = Buffer.concat(chunks);
          resolve({
            httpStatus: response.statusCode ?? 0,
            contentType: response.headers['content-type'] ?? null,
            headers: {},
            bytes,
            text: bytes.toString(),
          });
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

describe('the name by which somebody calls the server', () => {
  it('leads nobody else away who says the same', async () => {
    const devId = await device();
    const message = xmlMessage({ device: devId }, packageOne(devId));
    expect(said(await postTo('evil.example:8080', message)).respURI).toMatch(
      /^http:\/\/evil\.example:8080\/dm/,
    );
    expect(said(await rig.post(message)).respURI.startsWith(`${rig.url}/dm?s=`)).toBe(true);
  });

  it.each(['a b', 'user@evil.example', 'evil.example/x?y=', 'evil.example#', '"><Cred>', ''])(
    'is a name: not %j',
    async (host) => {
      const devId = await device();
      const { httpStatus, text } = await postTo(host, xmlMessage({ device: devId }, packageOne(devId)));
      if (host === '') expect(text).toContain(`${rig.url}/dm?s=`);
      else expect(httpStatus).toBe(400);
    },
  );
});

describe('sessions in the name of a device', () => {
  const KEPT = 20;
  const messages = async (devId: string) => (await rig.trace(devId)).length;

  it('are kept to a bound, of which those from elsewhere are no part', async () => {
    const devId = await device();
    const phone = new HandDevice(rig, devId);
    phone.sessionID = 'own';
    const challenged = await phone.say(packageOne(devId));
    const from = '127.0.0.2';
    for (let n = 0; n < KEPT + 5; n++) {
      const body = xmlMessage({ device: devId, sessionID: `s${n}` }, packageOne(devId));
      expect(said(await postTo('localhost', body, from)).statuses[0]).toBe('SyncHdr 407');
    }
    const sessions = await rig.sessions(devId);
    expect(sessions).toHaveLength(1 + KEPT);
    expect(sessions.map(({ sessionId }) => sessionId)).toContain('own');
    const right = cred('md5', md5Digest(MD5.user, MD5.password, challenged.nonce ?? ''));
    expect((await phone.say(packageOne(devId), { more: right })).statuses[0]).toBe('SyncHdr 212');
  });

  it('are none of those in which a device has proved itself', async () => {
    const devId = await device();
    for (let n = 0; n < KEPT + 5; n++) {
      const phone = new HandDevice(rig, devId).begin(`s${n}`);
      const { nonce = '' } = await phone.say(packageOne(devId));
      const right = cred('md5', md5Digest(MD5.user, MD5.password, nonce));
      expect((await phone.say(packageOne(devId), { more: right })).statuses[0]).toBe('SyncHdr 212');
    }
    expect(await rig.sessions(devId)).toHaveLength(KEPT + 5);
  });

  it('end when message after message proves nothing', async () => {
    const devId = await device();
    const phone = new HandDevice(rig, devId);
    for (let n = 0; n < 11; n++) await phone.say(packageOne(devId));
    expect(await rig.sessions(devId)).toMatchObject([
      { outcome: 'refused', reason: '10 messages, and none of them proved anything' },
    ]);
    expect(await messages(devId)).toBe(22);
    await expect(phone.say(packageOne(devId))).rejects.toThrow('HTTP 404');
  });
});

describe('an account in which both sides have the same name and password', () => {
  const server = MD5;

  it('is refused: the server would make the proof of the device', async () => {
    await expect(rig.register('IMEI:700000000000099', { client: MD5, server })).rejects.toThrow(
      /400.*account\/server: expected another name or password/,
    );
    const devices = [{ devId: 'IMEI:700000000000098', account: { client: MD5, server } }];
    await expect(rig.api('POST', '/devices/bulk', { devices })).rejects.toThrow('400');
    const devId = await device();
    await expect(rig.api('PUT', `/devices/${devId}/account`, { client: MD5, server })).rejects.toThrow('400');
  });

  it('may be where neither side has a digest made for strangers', async () => {
    for (const auth of ['basic', 'hmac']) {
      const same = { ...MD5, auth };
      const devId = await device();
      await rig.api('PUT', `/devices/${devId}/account`, { client: same, server: same });
    }
  });
});
