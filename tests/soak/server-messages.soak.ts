/**
 * A million messages to the server, good ones and damaged ones in both encodings: it answers each of them, and
 * holds no more memory after the last than after the first hundred thousands.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { damage, spoil } from '../rig/damage.testing.ts';
import { basicDigest, cred, packageOne, xmlMessage } from '../rig/device.testing.ts';
import type { Soak } from './main.ts';
import { type Held, MemoryWatch } from './messages/memory.ts';
import { oneOf } from './random.ts';

const DEVICES = 200;
const LANES = 32;
const DAMAGES = 5_000;
const GOOD = 0.6;
const TYPES = { xml: 'application/vnd.syncml.dm+xml', wbxml: 'application/vnd.syncml.dm+wbxml' } as const;
/** What a damaged message may be answered with. */
const ANSWERS = new Set([200, 400, 404, 413]);

const CREDENTIALS = { auth: 'basic', user: 'device', password: 'device-password' } as const;
const CRED = cred('basic', basicDigest(CREDENTIALS.user, CREDENTIALS.password));
const ALERT =
  '<Alert><CmdID>7</CmdID><Data>1226</Data><Item><Source><LocURI>./A</LocURI></Source><Meta><Type xmlns="syncml:metinf">org.example.soak</Type><Format xmlns="syncml:metinf">chr</Format></Meta><Data>x</Data></Item></Alert>';
const STATUSES = [4, 5]
  .map(
    (ref) =>
      `<Status><CmdID>${ref}</CmdID><MsgRef>1</MsgRef><CmdRef>${ref}</CmdRef><Cmd>Replace</Cmd><Data>200</Data></Status>`,
  )
  .join('');

const soak: Soak = async ({ messages: total, random, seed, say }) => {
  const data = mkdtempSync(join(tmpdir(), 'grove-soak-'));
  const server = fork(join(import.meta.dirname, 'messages', 'server.ts'), [data], {
    execArgv: ['--expose-gc'],
  });
  const [{ url, token }] = (await once(server, 'message')) as [{ url: string; token: string }];
  const api = async (path: string, body: object): Promise<void> => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  };
  const look = async (): Promise<Held> => {
    const answer = once(server, 'message') as Promise<[Held]>;
    server.send('memory');
    return (await answer)[0];
  };
  const damages = fc.sample(fc.array(damage, { minLength: 1, maxLength: 3 }), { numRuns: DAMAGES, seed });
  const watch = new MemoryWatch(total, look, say);
  let sent = 0;
  let good = 0;

  const post = async (
    body: string | Buffer,
    type: string,
    to: string,
  ): Promise<{ code: number; text: string }> => {
    sent += 1;
    const response = await fetch(to, {
      method: 'POST',
      headers: { 'content-type': type },
      body: new Uint8Array(Buffer.from(body)),
    });
    return { code: response.status, text: await response.text() };
  };

  const lane = async (first: number): Promise<void> => {
    for (let turn = 0; sent < total; turn += 1) {
      const device = devIdOf((first + turn * LANES) % DEVICES);
      const sessionID = String(turn % 60_000);
      const begin = xmlMessage(
        { device, sessionID, more: CRED },
        packageOne(device).replace('<Final/>', `${ALERT}<Final/>`),
      );
      if (random() >= GOOD) {
        const encoding = oneOf(random, ['xml', 'wbxml'] as const);
        const { code, text } = await post(
          spoil(begin, oneOf(random, damages), encoding),
          TYPES[encoding],
          `${url}/dm`,
        );
        if (!ANSWERS.has(code)) throw new Error(`a damaged message was answered with ${code}: ${text}`);
        continue;
      }
      const answer = await post(begin, TYPES.xml, `${url}/dm`);
      const respURI = /<RespURI>([^<]*)/.exec(answer.text)?.[1];
      if (answer.code !== 200 || respURI === undefined) {
        throw new Error(`a good message was answered with ${answer.code}: ${answer.text}`);
      }
      const goOn = xmlMessage({ device, sessionID, msgID: 2 }, `${STATUSES}<Final/>`);
      const spoilt = random() < GOOD ? goOn : spoil(goOn, oneOf(random, damages), 'xml');
      const { code, text } = await post(spoilt, TYPES.xml, respURI);
      if (!ANSWERS.has(code)) throw new Error(`a message was answered with ${code}: ${text}`);
      good += 1;
    }
  };

  try {
    await api('/devices/bulk', {
      devices: Array.from({ length: DEVICES }, (_, index) => ({
        devId: devIdOf(index),
        account: { client: CREDENTIALS },
      })),
    });
    let campaigns = 0;
    const watching = async (): Promise<void> => {
      while (sent < total) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        if (!watch.isDue(sent)) continue;
        // More work, so that what is done for a device goes on to be measured.
        campaigns += 1;
        await api('/campaigns', {
          name: `soak ${campaigns}`,
          steps: ['./A', './B'].map((uri) => ({ kind: 'replace', uri, value: `value ${campaigns}` })),
        });
        await watch.look(sent);
      }
    };
    await Promise.all([watching(), ...Array.from({ length: LANES }, (_, index) => lane(index))]);
    if (watch.isDue(sent)) await watch.look(sent);
    say(`${sent} messages, ${good} good sessions among them`);
    watch.judge();
  } finally {
    server.disconnect();
    await once(server, 'exit');
    rmSync(data, { recursive: true });
  }
};

function devIdOf(index: number): string {
  return `IMEI:${String(600_000_000_000_000 + index)}`;
}

export default soak;
