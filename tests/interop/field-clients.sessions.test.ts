/** How clients in the field begin, repeat and abandon sessions, and what is kept of what they say. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answers,
  basicDigest,
  chal,
  cred,
  HandDevice,
  md5Digest,
  packageOne,
} from '../rig/device.testing.ts';
import { type Rig, startRig } from '../rig/rig.testing.ts';

let rig: Rig;
let clock = Date.UTC(2026, 0, 1);
beforeAll(async () => {
  rig = await startRig({ now: () => clock });
});
afterAll(() => rig.close());

const MINUTE = 60_000;
const b64 = (text: string): string => Buffer.from(text).toString('base64');
const GET = { kind: 'get', uri: './DevDetail/SwV' };
const EXEC = { kind: 'exec', uri: './Reboot' };
const VALUES = { './DevDetail/SwV': '7' };

let devices = 0;
async function device(
  account: object,
  ...tasks: object[][]
): Promise<{ phone: HandDevice; tasks: number[] }> {
  const devId = `IMEI:3000000000000${String(devices++).padStart(2, '0')}`;
  await rig.register(devId, account);
  const ids: number[] = [];
  for (const steps of tasks) ids.push(await rig.task(devId, steps));
  return { phone: new HandDevice(rig, devId), tasks: ids };
}

const md5Cred = (nonce: string): string => cred('md5', md5Digest('device', 'device-password', nonce));
const taskState = async (id: number | undefined) => (await rig.showTask(id ?? 0)).state;

describe('sessions', () => {
  it('have the SessionID 1 each time, and begin anew with the MsgID 1', async () => {
    const { phone } = await device({});
    for (let session = 1; session <= 3; session++) {
      const task = await rig.task(phone.devId, [GET]);
      const first = await phone.begin('1').say(packageOne(phone.devId));
      expect(first.message.header).toMatchObject({ sessionID: '1', msgID: '1' });
      expect(first.asks).toEqual(['Get ./DevDetail/SwV']);
      const second = await phone.say(`${answers(first, VALUES)}<Final/>`);
      expect(second.message.header).toMatchObject({ sessionID: '1', msgID: '2' });
      expect(await taskState(task)).toBe('succeeded');
    }
    expect((await rig.sessions(phone.devId)).map(({ outcome }) => outcome)).toEqual(
      Array(3).fill('completed'),
    );
  });

  it('have an absolute RespURI in every message, the same for the whole session', async () => {
    const { phone } = await device({}, [GET], [GET, EXEC]);
    const seen: string[] = [];
    let answer = await phone.say(packageOne(phone.devId));
    for (;;) {
      seen.push(answer.respURI);
      if (answer.asks.length === 0) break;
      answer = await phone.say(`${answers(answer, VALUES)}<Final/>`);
    }
    expect(seen).toHaveLength(3);
    expect(new Set(seen).size).toBe(1);
    expect(URL.parse(seen[0] ?? '')?.href).toBe(seen[0]);
    expect(seen[0]?.startsWith(`${rig.url}/dm?`)).toBe(true);
  });

  it('that were over when the device came back to their RespURI are not gone on with', async () => {
    const { phone, tasks } = await device({}, [GET]);
    const first = await phone.say(packageOne(phone.devId));
    clock += 16 * MINUTE;
    const late = await rig.post(phone.sent.replace('<MsgID>1<', '<MsgID>2<'), { to: first.respURI });
    expect(late.httpStatus).toBe(404);
    expect((await rig.refusals())[0]).toMatchObject({ httpStatus: 404, devId: phone.devId });
    // With MsgID 1 it is a new session, wherever it comes.
    const anew = await phone.say(packageOne(phone.devId), { msgID: 1, to: first.respURI });
    expect(anew.asks).toEqual(['Get ./DevDetail/SwV']);
    await phone.say(`${answers(anew, VALUES)}<Final/>`, { msgID: 2 });
    expect(await taskState(tasks[0])).toBe('succeeded');
  });
});

describe('a message that is sent again', () => {
  const server = { auth: 'md5', user: 'grove', password: 'server-password', nonce: b64('server-nonce') };
  const client = { auth: 'md5', user: 'device', password: 'device-password', nonce: b64('device-nonce') };

  it('gets the same answer, byte for byte, and has no second effect', async () => {
    const { phone, tasks } = await device({ client, server }, [GET, EXEC]);
    const alert = `<Alert><CmdID>9</CmdID><Data>1226</Data><Item><Meta><Type xmlns="syncml:metinf">x:y</Type></Meta><Data>boom</Data></Item></Alert>`;
    const first = await phone.say(packageOne(phone.devId).replace('<Final/>', `${alert}<Final/>`), {
      more: md5Cred(b64('device-nonce')),
    });
    // The answer has credentials in it, which nothing but the device gets to see.
    expect(first.message.header.cred?.data).toBe(md5Digest('grove', 'server-password', b64('server-nonce')));
    const again = await phone.again();
    expect(Buffer.from(again.answer.bytes).equals(Buffer.from(first.answer.bytes))).toBe(true);
    const second = await phone.say(
      `<Status><CmdID>1</CmdID><MsgRef>1</MsgRef><CmdRef>0</CmdRef><Cmd>SyncHdr</Cmd>${chal('md5', b64('n2'))}<Data>200</Data></Status>${answers(first, VALUES).replace(/^.*?<\/Status>/, '')}${alert}<Final/>`,
    );
    expect(second.asks).toEqual([]);
    for (let n = 0; n < 3; n++) {
      expect(Buffer.from((await phone.again()).answer.bytes).equals(Buffer.from(second.answer.bytes))).toBe(
        true,
      );
    }
    expect(await rig.sessions(phone.devId)).toHaveLength(1);
    expect(await rig.alerts(phone.devId)).toHaveLength(2);
    expect(await rig.trace(phone.devId)).toHaveLength(4);
    expect(await rig.showTask(tasks[0] ?? 0)).toMatchObject({
      state: 'succeeded',
      results: [{ status: 200 }, { status: 200 }],
    });
  });

  it('gets the same challenge', async () => {
    const { phone } = await device({ client });
    const first = await phone.say(packageOne(phone.devId));
    expect((await phone.again()).answer.text).toBe(first.answer.text);
    const retry = await phone.say(packageOne(phone.devId), { more: md5Cred(first.nonce ?? '') });
    expect(retry.statuses[0]).toBe('SyncHdr 212');
  });

  it('twice at the same time is answered once', async () => {
    const { phone, tasks } = await device({}, [EXEC]);
    const first = await phone.say(packageOne(phone.devId));
    const body = `${answers(first)}<Final/>`;
    const second = await phone.say(body);
    const copies = await Promise.all([phone.again(), phone.again(), phone.again()]);
    for (const copy of copies) expect(copy.answer.text).toBe(second.answer.text);
    expect((await rig.showTask(tasks[0] ?? 0)).results).toHaveLength(1);
  });
});

describe('a session that was abandoned', () => {
  it('is taken over by the next one: what can be repeated is, an Exec is not', async () => {
    const { phone, tasks } = await device(
      {},
      [GET, { kind: 'replace', uri: './A', value: '1' }],
      [EXEC, GET],
    );
    const first = await phone.say(packageOne(phone.devId));
    expect(first.asks).toEqual(['Get ./DevDetail/SwV', 'Replace ./A']);
    const second = await phone.begin('2').say(packageOne(phone.devId));
    expect(second.asks).toEqual(first.asks);
    const third = await phone.say(`${answers(second, VALUES)}<Final/>`);
    expect(third.asks).toEqual(['Exec ./Reboot', 'Get ./DevDetail/SwV']);
    // The phone reboots, and calls again.
    const fourth = await phone.begin('3').say(packageOne(phone.devId));
    expect(fourth.asks).toEqual(['Get ./DevDetail/SwV']);
    await phone.say(`${answers(fourth, VALUES)}<Final/>`);
    expect(await taskState(tasks[0])).toBe('succeeded');
    expect(await rig.showTask(tasks[1] ?? 0)).toMatchObject({
      state: 'failed',
      reason: 'the device did not answer Exec ./Reboot',
      results: [
        { command: 'Exec', status: null },
        { command: 'Get', status: 200 },
      ],
    });
    expect((await rig.sessions(phone.devId)).map(({ outcome }) => outcome)).toEqual([
      'superseded',
      'superseded',
      'completed',
    ]);
  });

  it('does not go on with work that another one has taken over', async () => {
    const { phone } = await device({}, [
      GET,
      { kind: 'converge', root: './A', nodes: [{ path: 'b', value: '1' }] },
      EXEC,
    ]);
    const first = await phone.say(packageOne(phone.devId));
    const old = phone.respURI;
    await phone.begin('2').say(packageOne(phone.devId));
    const late = phone.sent
      .replace('<SessionID>2<', '<SessionID>1<')
      .replace('<MsgID>1<', '<MsgID>2<')
      .replace(/<SyncBody>.*<\/SyncBody>/s, `<SyncBody>${answers(first, VALUES)}<Final/></SyncBody>`);
    expect((await rig.post(late, old === undefined ? {} : { to: old })).httpStatus).toBe(404);
  });

  it('is taken over after the device has ended it, and after it was refused', async () => {
    const { phone, tasks } = await device({}, [GET]);
    await phone.say(packageOne(phone.devId));
    const ended = await phone.say('<Alert><CmdID>1</CmdID><Data>1223</Data></Alert><Final/>');
    expect(ended.asks).toEqual([]);
    const next = await phone.begin('2').say(packageOne(phone.devId));
    expect(next.asks).toEqual(['Get ./DevDetail/SwV']);
    await phone.say(`${answers(next, VALUES)}<Final/>`);
    expect(await taskState(tasks[0])).toBe('succeeded');
    expect((await rig.sessions(phone.devId)).map(({ outcome }) => outcome)).toEqual(['aborted', 'completed']);
  });

  it('is not taken over by one that proves nothing', async () => {
    const client = { auth: 'basic', user: 'device', password: 'device-password' };
    const more = cred('basic', basicDigest('device', 'device-password'));
    const { phone } = await device({ client }, [GET]);
    const first = await phone.say(packageOne(phone.devId), { more });
    const wrong = cred('basic', basicDigest('device', 'guess'));
    expect(
      (await new HandDevice(rig, phone.devId).say(packageOne(phone.devId), { more: wrong })).asks,
    ).toEqual([]);
    expect((await phone.say(`${answers(first, VALUES)}<Final/>`)).statuses).toEqual(['SyncHdr 212']);
  });
});

describe('what is kept of a session', () => {
  const secrets = ['device-password', 'server-password', 'apn-password', 'phone-pin-4711'];
  const account = {
    client: { auth: 'basic', user: 'device', password: 'device-password' },
    server: { auth: 'basic', user: 'grove', password: 'server-password' },
  };

  it('shows every message, what was odd in it, and no secret', async () => {
    const { phone } = await device(account, [
      { kind: 'replace', uri: './AP/1/Password', value: 'apn-password' },
      { kind: 'get', uri: './Lock/PIN' },
      { kind: 'get', uri: './DevDetail/SwV' },
    ]);
    const data = basicDigest('device', 'device-password');
    const inLines = cred('basic', `\r\n   ${data.slice(0, 8)}\r\n   ${data.slice(8)}\r\n`);
    const tree = `<MgmtTree xmlns="syncml:dmddf1.2"><VerDTD>1.2</VerDTD><Node><NodeName>AAuthSecret</NodeName><Value>apn-password</Value></Node></MgmtTree>`;
    const escapedTree = tree.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    await phone.say(packageOne(phone.devId));
    const first = await phone.say(
      packageOne(phone.devId).replace(
        '<Final/>',
        `<Alert><CmdID>5</CmdID>${cred('basic', data)}<Data>1226</Data><Item><Meta><Type xmlns="syncml:metinf">x</Type></Meta><Data>${tree}</Data></Item></Alert>
         <Alert><CmdID>6</CmdID><Data>1226</Data><Item><Meta><Type xmlns="syncml:metinf">x</Type></Meta><Data>${escapedTree}</Data></Item></Alert>
         <Replace><CmdID>7</CmdID><Item><Source><LocURI>./AP/2/AuthSecret</LocURI></Source><Data>apn-password</Data></Item></Replace><Final/>`,
      ),
      { more: inLines },
    );
    expect(first.statuses[0]).toBe('SyncHdr 212');
    expect(first.asks).toEqual(['Replace ./AP/1/Password', 'Get ./Lock/PIN', 'Get ./DevDetail/SwV']);
    expect(first.answer.text).toContain('apn-password');
    const last = await phone.say(
      `${answers(first, { './Lock/PIN': 'phone-pin-4711', './DevDetail/SwV': '7' })}<Final/>`.replace(
        '<CmdRef>0</CmdRef>',
        '',
      ),
    );
    expect(last.asks).toEqual([]);

    const trace = await rig.trace(phone.devId);
    expect(trace.map(({ n, direction }) => `${n} ${direction}`)).toEqual(
      [1, 2, 3].flatMap((n) => [`${n} request`, `${n} response`]),
    );
    expect(trace.map(({ error }) => error)).toEqual(Array(6).fill(null));
    expect(trace[2]?.commands).toContain('Alert 1201 Client-initiated management');
    expect(trace[3]?.commands).toContain('Get ./DevDetail/SwV');
    expect(trace[4]?.deviations.map(({ found }) => found).join()).toContain('no CmdRef');
    const creds = [basicDigest('device', 'device-password'), basicDigest('grove', 'server-password')];
    const shown = trace.map(
      ({ raw, ...rest }) => `${Buffer.from(raw, 'base64').toString('latin1')} ${JSON.stringify(rest)}`,
    );
    for (const secret of [...secrets, ...creds, data.slice(0, 8), data.slice(8)]) {
      for (const text of shown) expect(text).not.toContain(secret);
    }
    // What is known of the tree tells that the nodes are there, and not what they hold.
    const nodes = JSON.stringify(await rig.api('GET', `/devices/${encodeURIComponent(phone.devId)}/nodes`));
    expect(nodes).toContain('./AP/1/Password');
    for (const secret of secrets) expect(nodes).not.toContain(secret);
  });

  it.each<[string, (message: string) => string | Uint8Array, string]>([
    ['cut off', (message) => message.slice(0, -20), 'application/vnd.syncml.dm+xml'],
    [
      'cut off within its Cred',
      (message) => message.slice(0, message.indexOf('ZGV2aWN') + 20),
      'application/vnd.syncml.dm+xml',
    ],
    ['not XML', (message) => message.replace('<SyncBody>', '<<'), 'application/vnd.syncml.dm+xml'],
    [
      'in another encoding',
      (message) => Buffer.from(`\uFEFF${message}<`, 'utf16le'),
      'application/vnd.syncml.dm+xml',
    ],
    ['not WBXML', (message) => message, 'application/vnd.syncml.dm+wbxml'],
    ['from a stranger', (message) => message.replaceAll('IMEI:3', 'IMEI:4'), 'application/vnd.syncml.dm+xml'],
    ['broken WBXML', () => octetsWithCred('device-password'), 'application/vnd.syncml.dm+wbxml'],
  ])('of a message that is %s has no credentials in it', async (_, damage, type) => {
    const { phone } = await device(account);
    const data = basicDigest('device', 'device-password');
    expect(data.startsWith('ZGV2aWN')).toBe(true);
    await phone.say(packageOne(phone.devId), { more: cred('basic', data) });
    await rig.post(damage(phone.sent), { type });
    const [refusal] = await rig.refusals();
    const excerpt = Buffer.from(refusal?.excerpt ?? '', 'base64')
      .toString('latin1')
      .replaceAll('\0', '');
    expect(excerpt.length).toBeGreaterThan(10);
    expect(excerpt).not.toContain(data.slice(0, 16));
    expect(`${excerpt}${refusal?.reason}`).not.toContain('device-password');
  });

  it('of a device that is registered and of one that is not look alike from outside', async () => {
    const { phone } = await device({ client: { auth: 'md5', user: 'd', password: 'p' } });
    const shape = async (devId: string) => {
      const stranger = new HandDevice(rig, devId);
      const shapes: unknown[] = [];
      for (let n = 0; n < 2; n++) {
        const more = cred('md5', b64('guess guess guess'));
        const { answer, statuses, nonce } = await stranger.say(packageOne(devId), { more });
        shapes.push([
          statuses,
          Buffer.from(nonce ?? '', 'base64').length,
          answer.text
            .replaceAll(nonce ?? 'no nonce', 'N')
            .replaceAll(devId, 'D')
            .replace(/\?s=[\w-]{22}</, '?s=T<'),
        ]);
      }
      return shapes;
    };
    expect(await shape('IMEI:999999999999999')).toEqual(await shape(phone.devId));
    expect((await rig.refusals())[0]).toMatchObject({
      devId: 'IMEI:999999999999999',
      httpStatus: 200,
      status: 401,
    });
  });
});

/** The beginning of a WBXML message with a Cred, and then nothing. */
function octetsWithCred(password: string): Uint8Array {
  const hex = (text: string): number[] => [...Buffer.from(text.replaceAll(' ', ''), 'hex')];
  return Uint8Array.from([
    ...hex('02 A4 01 6A 00 6D 6C 71 03'),
    ...Buffer.from('1.2'),
    ...hex('00 01 4E 5A 00 01 47 03'),
    ...Buffer.from('b64'),
    ...hex('00 01 01 00 00 4F 03'),
    ...Buffer.from(basicDigest('device', password)),
    ...hex('00 01 01'),
  ]);
}
