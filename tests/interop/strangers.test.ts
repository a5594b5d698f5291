/** What somebody can do to a device of which he knows no more than its DevId, and perhaps what it says first. */
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageOne, said, xmlMessage } from '../rig/device.testing.ts';
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
function postTo(host: string, body: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      `${rig.url}/dm`,
      { method: 'POST', headers: { 'content-type': XML, host } },
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
