/** How clients in the field prove themselves, and what they want of the server's own proof. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answers,
  basicDigest,
  chal,
  cred,
  HandDevice,
  md5Digest,
  packageOne,
  type Said,
  said,
  xmlMessage,
} from '../rig/device.testing.ts';
import { type Rig, startRig } from '../rig/rig.testing.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.close());

const b64 = (text: string): string => Buffer.from(text).toString('base64');
const BASIC = { auth: 'basic', user: 'device', password: 'device-password' };
const MD5 = { auth: 'md5', user: 'device', password: 'device-password', nonce: b64('device-nonce-1') };
const SERVER_MD5 = { auth: 'md5', user: 'grove', password: 'server-password', nonce: b64('server-nonce-1') };
const GET = { kind: 'get', uri: './DevDetail/SwV' };

let devices = 0;
async function device(account: object, ...steps: object[]): Promise<{ device: HandDevice; tasks: number[] }> {
  const devId = `IMEI:1000000000000${String(devices++).padStart(2, '0')}`;
  await rig.register(devId, account);
  const tasks = steps.length === 0 ? [] : [await rig.task(devId, steps)];
  return { device: new HandDevice(rig, devId), tasks };
}

const credOf = ({ message }: Said) => message.header.cred;
const md5Cred = (nonce: string): string => cred('md5', md5Digest('device', 'device-password', nonce));
const basicCred = cred('basic', basicDigest('device', 'device-password'));

describe('the server proves itself', () => {
  it.each([
    ['basic', { auth: 'basic', user: 'grove', password: 'server-password' }, b64('grove:server-password')],
    ['md5', SERVER_MD5, md5Digest('grove', 'server-password', b64('server-nonce-1'))],
  ])('with %s in its first answer', async (type, server, data) => {
    const { device: phone } = await device({ client: BASIC, server }, GET);
    const first = await phone.say(packageOne(phone.devId), { more: basicCred });
    expect(credOf(first)?.meta).toMatchObject({ type: `syncml:auth-${type}`, format: 'b64' });
    expect(credOf(first)?.data).toBe(data);
    expect(first.message.header.source.locName).toBe('grove');
    expect(first.asks).toEqual(['Get ./DevDetail/SwV']);
  });

  it('in an answer that asks the device for credentials, too', async () => {
    const { device: phone } = await device({ client: BASIC, server: SERVER_MD5 });
    const first = await phone.say(packageOne(phone.devId));
    expect(first.statuses[0]).toBe('SyncHdr 407');
    expect(credOf(first)?.data).toBe(md5Digest('grove', 'server-password', b64('server-nonce-1')));
  });

  it('with the NextNonce of each challenge, and with the last of them in the next session', async () => {
    const { device: phone, tasks } = await device({ server: SERVER_MD5 }, GET);
    const first = await phone.say(packageOne(phone.devId));
    expect(credOf(first)?.data).toBe(md5Digest('grove', 'server-password', b64('server-nonce-1')));
    // Right for this message; the next is to be made with a nonce whose bytes are no text.
    const next = Buffer.from([0, 255, 128, 10, 7]).toString('base64');
    const second = await phone.say(
      `<Status><CmdID>1</CmdID><MsgRef>1</MsgRef><CmdRef>0</CmdRef><Cmd>SyncHdr</Cmd>${chal('md5', next)}<Data>200</Data></Status>
       <Status><CmdID>2</CmdID><MsgRef>1</MsgRef><CmdRef>4</CmdRef><Cmd>Get</Cmd><Data>200</Data></Status><Final/>`,
    );
    expect(credOf(second)?.data).toBe(md5Digest('grove', 'server-password', next));
    expect((await rig.showTask(tasks[0] ?? 0)).state).toBe('succeeded');
    const again = await phone.begin('2').say(packageOne(phone.devId));
    expect(credOf(again)?.data).toBe(md5Digest('grove', 'server-password', next));
  });

  it('until the device has accepted it for the session', async () => {
    const { device: phone } = await device({ server: SERVER_MD5 }, GET, {
      kind: 'converge',
      root: './A',
      nodes: [{ path: 'b', value: '1' }],
    });
    const first = await phone.say(packageOne(phone.devId));
    const second = await phone.say(
      `<Status><CmdID>1</CmdID><MsgRef>1</MsgRef><CmdRef>0</CmdRef><Cmd>SyncHdr</Cmd>${chal('md5', b64('n2'))}<Data>212</Data></Status>
       <Status><CmdID>2</CmdID><MsgRef>1</MsgRef><CmdRef>${first.commands[0]?.cmdID}</CmdRef><Cmd>Get</Cmd><Data>404</Data></Status><Final/>`,
    );
    expect(credOf(second)).toBeUndefined();
    const other = await phone.begin('2').say(packageOne(phone.devId));
    expect(credOf(other)?.data).toBe(md5Digest('grove', 'server-password', b64('n2')));
  });

  it.each([401, 407])(
    'to a device that answers %i with its own challenge, which gets the commands again',
    async (code) => {
      const { device: phone, tasks } = await device({ server: SERVER_MD5 }, GET);
      const first = await phone.say(packageOne(phone.devId));
      const nonce = b64(`fresh-${code}`);
      const challenge = chal('md5', nonce);
      const second = await phone.say(
        `<Status><CmdID>1</CmdID><MsgRef>1</MsgRef><CmdRef>0</CmdRef><Cmd>SyncHdr</Cmd>${challenge}<Data>${code}</Data></Status>
       <Status><CmdID>2</CmdID><MsgRef>1</MsgRef><CmdRef>${first.commands[0]?.cmdID}</CmdRef><Cmd>Get</Cmd>${challenge}<Data>${code}</Data></Status><Final/>`,
      );
      expect(credOf(second)?.data).toBe(md5Digest('grove', 'server-password', nonce));
      expect(second.asks).toEqual(first.asks);
      const third = await phone.say(`${answers(second, { './DevDetail/SwV': '7' })}<Final/>`);
      expect(third.asks).toEqual([]);
      expect(await rig.showTask(tasks[0] ?? 0)).toMatchObject({
        state: 'succeeded',
        results: [{ value: '7' }],
      });
    },
  );

  it('no more than three times in a session, and says so; the work waits', async () => {
    const { device: phone, tasks } = await device({ server: SERVER_MD5 }, GET);
    let answer = await phone.say(packageOne(phone.devId));
    let sent = 1;
    const refusal = () =>
      `<Status><CmdID>1</CmdID><MsgRef>${phone.msgID}</MsgRef><CmdRef>0</CmdRef><Cmd>SyncHdr</Cmd>${chal('md5', b64('x'))}<Data>401</Data></Status><Final/>`;
    for (; answer.asks.length > 0; sent++) answer = await phone.say(refusal());
    expect(sent).toBe(4);
    const [session] = await rig.sessions(phone.devId);
    expect(session).toMatchObject({ outcome: 'refused' });
    expect(session?.reason).toContain("did not accept the server's credentials");
    expect((await rig.showTask(tasks[0] ?? 0)).state).toBe('running');
  });

  it('or says that it cannot, where the device gives its commands Status 0', async () => {
    const { device: phone, tasks } = await device({}, GET, { kind: 'exec', uri: './X' });
    const first = await phone.say(packageOne(phone.devId));
    const [get, exec] = first.commands.map(({ cmdID }) => cmdID);
    const second = await phone.say(
      `<Status><CmdID>1</CmdID><MsgRef>1</MsgRef><CmdRef>0</CmdRef><Cmd>SyncHdr</Cmd><Data>200</Data></Status>
       <Status><CmdID>2</CmdID><MsgRef>1</MsgRef><CmdRef>${get}</CmdRef><Cmd>Get</Cmd><Data>0</Data></Status>
       <Status><CmdID>3</CmdID><MsgRef>1</MsgRef><CmdRef>${exec}</CmdRef><Cmd>Exec</Cmd><Data>0</Data></Status><Final/>`,
    );
    expect(second.asks).toEqual([]);
    const [session] = await rig.sessions(phone.devId);
    expect(session?.reason).toBe(
      'the device wants the server to authenticate itself (Status 0), and its account has no server credentials',
    );
    // Once the account has them, the device gets what it has not carried out: the Exec too.
    await rig.api('PUT', `/devices/${encodeURIComponent(phone.devId)}/account`, {
      client: { auth: 'none' },
      server: SERVER_MD5,
    });
    const retry = await phone.begin('2').say(packageOne(phone.devId));
    expect(retry.asks).toEqual(['Get ./DevDetail/SwV', 'Exec ./X']);
    await phone.say(`${answers(retry, { './DevDetail/SwV': '7' })}<Final/>`);
    expect((await rig.showTask(tasks[0] ?? 0)).state).toBe('succeeded');
  });
});

describe('a device proves itself', () => {
  it.each([
    ['basic', BASIC],
    ['md5', MD5],
  ] as const)(
    'after a package without Cred, each command of which is challenged: %s',
    async (type, client) => {
      const { device: phone } = await device({ client }, GET);
      const first = await phone.say(packageOne(phone.devId));
      expect(first.statuses).toEqual(['SyncHdr 407', 'Alert 407', 'Replace 407']);
      expect(first.asks).toEqual([]);
      const chals = first.message.body.commands.map((command) =>
        command.name === 'Status' ? command.chal?.meta : undefined,
      );
      expect(chals).toHaveLength(3);
      for (const meta of chals) {
        expect(meta).toMatchObject({ type: `syncml:auth-${type}`, format: 'b64' });
        expect(meta?.nextNonce).toEqual(chals[0]?.nextNonce);
      }
      expect(first.nonce === undefined).toBe(type === 'basic');
      // It begins the package anew, to the RespURI, with the same SessionID and the next MsgID.
      const more = type === 'basic' ? basicCred : md5Cred(first.nonce ?? '');
      const second = await phone.say(packageOne(phone.devId), { more });
      expect(second.statuses).toEqual(['SyncHdr 212', 'Alert 200', 'Replace 200']);
      expect(second.asks).toEqual(['Get ./DevDetail/SwV']);
      expect(await rig.sessions(phone.devId)).toHaveLength(1);
    },
  );

  it.each([
    ['basic', BASIC, cred('basic', basicDigest('device', 'wrong'))],
    ['md5', MD5, cred('md5', md5Digest('device', 'wrong', b64('device-nonce-1')))],
    ['basic instead of md5', MD5, basicCred],
  ])('and is challenged by each command when its Cred is wrong: %s', async (_, client, more) => {
    const { device: phone } = await device({ client }, GET);
    const first = await phone.say(packageOne(phone.devId), { more });
    expect(first.statuses).toEqual(['SyncHdr 401', 'Alert 401', 'Replace 401']);
    expect(first.asks).toEqual([]);
    const challenged = first.message.body.commands.filter(
      (command) => command.name === 'Status' && command.chal !== undefined,
    );
    expect(challenged).toHaveLength(3);
  });

  it('with another nonce in each of three sessions', async () => {
    const { device: phone } = await device({ client: MD5 }, GET);
    let nonce = b64('device-nonce-1');
    const seen = new Set([nonce]);
    for (let session = 1; session <= 3; session++) {
      const first = await phone.begin(String(session)).say(packageOne(phone.devId), { more: md5Cred(nonce) });
      expect(first.statuses[0]).toBe('SyncHdr 212');
      nonce = first.nonce ?? '';
      expect(Buffer.from(nonce, 'base64')).toHaveLength(16);
      seen.add(nonce);
    }
    expect(seen.size).toBe(4);
    // A nonce is good for one session only.
    const replayed = await phone
      .begin('4')
      .say(packageOne(phone.devId), { more: md5Cred(b64('device-nonce-1')) });
    expect(replayed.statuses[0]).toBe('SyncHdr 401');
  });

  it('when the answer with its new nonce was lost', async () => {
    const { device: phone } = await device({ client: MD5 }, GET);
    await phone.say(packageOne(phone.devId), { more: md5Cred(b64('device-nonce-1')) });
    // The device never got that answer, and calls again later with the nonce that it has.
    const stale = await phone
      .begin('2')
      .say(packageOne(phone.devId), { more: md5Cred(b64('device-nonce-1')) });
    expect(stale.statuses[0]).toBe('SyncHdr 401');
    const retry = await phone.say(packageOne(phone.devId), { more: md5Cred(stale.nonce ?? '') });
    expect(retry.statuses[0]).toBe('SyncHdr 212');
    expect(retry.asks).toEqual(['Get ./DevDetail/SwV']);
    const next = await phone.begin('3').say(packageOne(phone.devId), { more: md5Cred(retry.nonce ?? '') });
    expect(next.statuses[0]).toBe('SyncHdr 212');
  });

  it('with each message, as some do until they get 212', async () => {
    const { device: phone } = await device({ client: BASIC }, GET);
    const first = await phone.say(packageOne(phone.devId), { more: basicCred });
    const second = await phone.say(`${answers(first)}<Final/>`, { more: basicCred });
    expect(second.statuses).toEqual(['SyncHdr 212']);
  });

  it('at the address of the server with each message, where it follows no RespURI', async () => {
    const { device: phone, tasks } = await device({ client: BASIC }, GET);
    const first = await phone.say(packageOne(phone.devId), { more: basicCred, to: 'server' });
    await phone.say(`${answers(first, { './DevDetail/SwV': '7' })}<Final/>`, {
      more: basicCred,
      to: 'server',
    });
    expect((await rig.showTask(tasks[0] ?? 0)).state).toBe('succeeded');
    expect(await rig.sessions(phone.devId)).toHaveLength(1);
  });

  it('anew when a message does not come to the RespURI, without harm to the session there', async () => {
    const { device: phone, tasks } = await device({ client: BASIC }, GET);
    const first = await phone.say(packageOne(phone.devId), { more: basicCred });
    const answer = `${answers(first, { './DevDetail/SwV': '7' })}<Final/>`;
    const stranger = new HandDevice(rig, phone.devId);
    stranger.msgID = 1;
    const refused = await stranger.say(answer);
    expect(refused.statuses).toEqual(['SyncHdr 407']);
    expect((await rig.showTask(tasks[0] ?? 0)).state).toBe('running');
    for (const body of [
      packageOne(phone.devId),
      '<Alert><CmdID>1</CmdID><Data>1223</Data></Alert><Final/>',
    ]) {
      expect((await stranger.begin().say(body)).statuses[0]).toBe('SyncHdr 407');
    }
    const second = await phone.say(answer);
    expect(second.statuses).toEqual(['SyncHdr 212']);
    expect((await rig.showTask(tasks[0] ?? 0)).state).toBe('succeeded');
  });

  it('and nobody gets into its session who was there before', async () => {
    const { device: phone } = await device({ client: BASIC }, GET, { kind: 'exec', uri: './X' });
    const other = new HandDevice(rig, phone.devId);
    // The other one says what the device will say, and gets the same challenge and the same RespURI.
    const begun = await other.say(packageOne(phone.devId));
    const first = await phone.say(packageOne(phone.devId));
    expect(first.statuses[0]).toBe('SyncHdr 407');
    const second = await phone.say(packageOne(phone.devId), { more: basicCred });
    expect(second.statuses[0]).toBe('SyncHdr 212');
    expect(second.respURI).not.toBe(begun.respURI);
    expect(second.respURI).not.toBe(first.respURI);
    const guess = `${answers(second, { './DevDetail/SwV': 'forged' })}<Final/>`;
    const at = xmlMessage({ device: phone.devId, msgID: 3 }, guess);
    expect((await rig.post(at, { to: begun.respURI })).httpStatus).toBe(404);
    // The answer that was lost is there for the one who proves itself, at the RespURI of before, too.
    expect((await phone.again()).answer.text).toBe(second.answer.text);
    expect((await phone.again(first.respURI)).answer.text).toBe(second.answer.text);
    // What the device says next can be guessed to the letter; the answer is its own all the same.
    const third = await phone.say(`${answers(second, { './DevDetail/SwV': '7' })}<Final/>`, {
      to: second.respURI,
    });
    expect(third.statuses).toEqual(['SyncHdr 212']);
    const guessed = said(await rig.post(phone.sent));
    expect(guessed.statuses).toEqual(['SyncHdr 407']);
    expect(guessed.respURI).not.toBe(third.respURI);
  });
});
