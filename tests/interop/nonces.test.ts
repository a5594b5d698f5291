/** Grove on both ends, whose nonces have parted: how they find together, and that nothing is taken twice. */
import {
  createHttpTransport,
  createPhone,
  type HttpTransport,
  type Request,
  type SessionOptions,
  type Transport,
} from '@grove/device';
import { type DmAuth, decodeMessage, RESYNC_NONCE } from '@grove/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Rig, startRig } from '../rig/rig.testing.ts';

let rig: Rig;
let http: HttpTransport;
beforeAll(async () => {
  rig = await startRig();
  http = createHttpTransport();
});
afterAll(async () => {
  await http.close();
  await rig.close();
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const TEXT_NONCE = bytes('0x00000000');

/** What each side has as the nonce of one side's proof. */
interface Nonces {
  readonly device: Uint8Array | undefined;
  readonly server: Uint8Array;
}
const SAME: Nonces = { device: bytes('the same nonce'), server: bytes('the same nonce') };
const BEHIND: Nonces = { device: bytes('an older nonce'), server: bytes('a newer nonce!') };
const EMPTY: Nonces = { device: new Uint8Array(), server: bytes('a newer nonce!') };
const NONE: Nonces = { device: undefined, server: bytes('a newer nonce!') };
const RESYNC: Nonces = { device: bytes('an older nonce'), server: RESYNC_NONCE };

const KINDS = { md5: 'DIGEST', hmac: 'HMAC' } as const;
type Scheme = keyof typeof KINDS;

let devices = 0;
/** A phone with its account on both sides; `sent` is what it has sent. */
async function phoneWith(scheme: Scheme, client: Nonces, server: Nonces) {
  const devId = `IMEI:5000000000000${String(devices++).padStart(2, '0')}`;
  const side = (user: string, { server: nonce }: Nonces) => ({
    auth: scheme,
    user,
    password: `${user}-password`,
    nonce: nonce.toBase64(),
  });
  await rig.register(devId, { client: side('phone', client), server: side('grove', server) });
  const auth = (level: DmAuth['level'], name: string, { device }: Nonces): DmAuth => ({
    level,
    type: KINDS[scheme],
    name,
    secret: `${name}-password`,
    ...(device === undefined ? {} : { data: device }),
  });
  const sent: Request[] = [];
  const transport: Transport = {
    exchange(request) {
      sent.push({ ...request, body: request.body.slice() });
      return http.exchange(request);
    },
  };
  const phone = await createPhone({
    devId,
    account: {
      serverId: 'grove',
      addresses: [{ addr: `${rig.url}/dm` }],
      auth: [auth('CLCRED', 'phone', client), auth('SRVCRED', 'grove', server)],
    },
    transport,
    encoding: 'xml',
  });
  return { phone, sent };
}

/** One session in which the phone is asked for a value; how many messages it sent until it was over. */
async function session(phone: Awaited<ReturnType<typeof createPhone>>, options?: SessionOptions) {
  const task = await rig.task(phone.devId, [{ kind: 'get', uri: './DevInfo/Man' }]);
  const report = await phone.session(options);
  expect(report.outcome).toMatchObject({ kind: 'completed' });
  expect((await rig.showTask(task)).state).toBe('succeeded');
  return report.messages.sent;
}

const statusOf = ({ body }: { body: Uint8Array }): number | undefined => {
  const [first] = decodeMessage(body, 'xml').message.body.commands;
  return first?.name === 'Status' ? first.code : undefined;
};

describe.each(['md5', 'hmac'] as const)('nonces of %s', (scheme) => {
  it.each<[string, Nonces, Nonces, number, SessionOptions?]>([
    ['are the same', SAME, SAME, 2],
    ["the device's is behind", BEHIND, SAME, 3],
    ["the device's is empty", EMPTY, SAME, 3],
    ['the device has none', NONE, SAME, 3],
    ["the server's is behind", SAME, BEHIND, 3],
    ["the server's is empty on the device", SAME, EMPTY, 3],
    ["the device has none of the server's", SAME, NONE, 3],
    ['both are behind', BEHIND, BEHIND, 3],
    ['the device has neither', NONE, NONE, 3],
    ['are given up for four zero bytes', RESYNC, RESYNC, 2, { resync: RESYNC_NONCE }],
    [
      'are given up for the text of zero',
      RESYNC,
      { ...RESYNC, server: TEXT_NONCE },
      2,
      { resync: TEXT_NONCE },
    ],
    ['are given up by the device alone', SAME, SAME, 3, { resync: RESYNC_NONCE }],
    ['are given up by the server alone', RESYNC, RESYNC, 3],
  ])('%s', async (_, client, server, messages, options) => {
    const { phone, sent } = await phoneWith(scheme, client, server);
    expect(await session(phone, options)).toBe(messages);
    expect(await session(phone)).toBe(2);
    // Whatever was right once is wrong by now.
    for (const request of sent.filter(({ uri }) => uri === `${rig.url}/dm`)) {
      expect([401, 407]).toContain(statusOf(await http.exchange(request)));
    }
    expect(await session(phone)).toBe(2);
  });
});

describe('a message with a MAC', () => {
  it('that is sent again gets the same answer with the same MAC, and only with its own', async () => {
    const { phone, sent } = await phoneWith('hmac', SAME, SAME);
    await session(phone);
    const last = sent.at(-1);
    if (last === undefined) throw new Error('the phone has sent nothing');
    const [first, second] = [await http.exchange(last), await http.exchange(last)];
    expect(first.mac).toMatch(/^algorithm=MD5, username="grove", mac=.{24}$/);
    expect(second).toEqual(first);
    expect(statusOf(first)).toBe(200);
    const { mac: _, ...without } = last;
    expect(statusOf(await http.exchange(without))).toBe(407);
    expect(await session(phone)).toBe(2);
  });

  it('that was changed on its way, by a byte, is not believed', async () => {
    const { phone, sent } = await phoneWith('hmac', SAME, SAME);
    const devId = phone.devId;
    const task = await rig.task(devId, [{ kind: 'get', uri: './DevInfo/Man' }]);
    const forging: Transport = {
      async exchange(request) {
        const text = new TextDecoder().decode(request.body).replace('>Arbor<', '>Other<');
        return http.exchange({ ...request, body: bytes(text) });
      },
    };
    const forged = await createPhone({
      devId,
      account: {
        serverId: 'grove',
        addresses: [{ addr: `${rig.url}/dm` }],
        auth: [
          {
            level: 'CLCRED',
            type: 'HMAC',
            name: 'phone',
            secret: 'phone-password',
            data: bytes('the same nonce'),
          },
        ],
      },
      transport: forging,
      encoding: 'xml',
    });
    expect((await forged.session()).outcome.kind).toBe('refused');
    expect((await rig.showTask(task)).state).toBe('pending');
    expect(sent).toEqual([]);
  });

  it('leaves no trace of it', async () => {
    const { phone, sent } = await phoneWith('hmac', SAME, SAME);
    await session(phone);
    const macs = sent.map(({ mac }) => /mac=(.*)$/.exec(mac ?? '')?.[1] ?? 'none');
    expect(macs).toHaveLength(2);
    const kept = JSON.stringify([
      await rig.trace(phone.devId),
      await rig.store.reader.selectFrom('sessions').select('engine').execute(),
      await rig.store.reader.selectFrom('accounts').selectAll().execute(),
    ]);
    for (const mac of [...macs, 'phone-password', 'grove-password']) expect(kept).not.toContain(mac);
  });
});
