/** Messages that can be read, and are wrong all the same: each gets its status and a line in the trace. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { basicDigest, cred, HandDevice, packageOne, said, xmlMessage } from '../../rig/device.testing.ts';
import { type Rig, startRig } from '../../rig/rig.testing.ts';
import { DEVICE, expectWell, goodCred, goodMessage, registerSubject } from './subject.testing.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig({ limits: { maxMsgSize: 256 * 1024 } });
  await registerSubject(rig);
});
afterAll(() => rig.close());

const ATTEMPTS = 200;

describe('a session that the message does not belong to', () => {
  it('at an unknown RespURI gets 404 unless it begins anew', async () => {
    const to = `${rig.url}/dm?s=no-such-token`;
    const next = goodMessage().replace('<MsgID>1<', '<MsgID>2<');
    expect((await rig.post(next, { to })).httpStatus).toBe(404);
    expect((await rig.refusals())[0]).toMatchObject({ httpStatus: 404, devId: DEVICE });
    expect(
      said(await rig.post(goodMessage().replace('<SessionID>1<', '<SessionID>77<'), { to })).statuses[0],
    ).toBe('SyncHdr 212');
    await expectWell(rig);
  });

  it('of a DevId that is not registered is answered with 401, and noted', async () => {
    const phone = new HandDevice(rig, 'IMEI:nobody');
    for (let n = 0; n < ATTEMPTS; n++) {
      const { statuses, asks } = await phone
        .begin(String(n))
        .say(packageOne('IMEI:nobody'), { more: goodCred });
      expect(statuses).toEqual(['SyncHdr 401', 'Alert 401', 'Replace 401']);
      expect(asks).toEqual([]);
    }
    expect((await rig.refusals())[0]).toMatchObject({
      devId: 'IMEI:nobody',
      httpStatus: 200,
      status: 401,
      reason: 'the DevId is not registered',
    });
    await expectWell(rig);
  });

  it('with wrong credentials again and again is refused at last, and the next one begins anew', async () => {
    const phone = new HandDevice(rig, DEVICE).begin('wrong');
    const more = cred('basic', basicDigest('device', 'guess'));
    const said = [];
    for (let n = 0; n < 2; n++) said.push(await phone.say(packageOne(DEVICE), { more }));
    expect(said.map(({ statuses }) => statuses[0])).toEqual(Array(2).fill('SyncHdr 401'));
    const challenged = said.map(({ answer }) => answer.text.includes('<Chal>'));
    expect(challenged).toEqual([true, false]);
    const session = (await rig.sessions(DEVICE)).find(({ sessionId }) => sessionId === 'wrong');
    expect(session).toMatchObject({
      state: 'ended',
      outcome: 'refused',
      reason: 'wrong credentials, 2 times',
    });
    // Right credentials come too late for this session, but not for the next.
    const late = xmlMessage(
      { device: DEVICE, sessionID: 'wrong', msgID: 3, more: goodCred },
      packageOne(DEVICE),
    );
    expect((await rig.post(late, { to: phone.respURI ?? '' })).httpStatus).toBe(404);
    expect((await phone.begin('right').say(packageOne(DEVICE), { more: goodCred })).statuses[0]).toBe(
      'SyncHdr 212',
    );
    await expectWell(rig);
  });
});

describe('a command that is wrong gets its status, and a line in the trace', () => {
  let sessions = 0;

  it.each<[string, string, string, string]>([
    [
      'without Target and Source',
      '<Replace><CmdID>5</CmdID><Item><Data>x</Data></Item></Replace>',
      'Replace 400',
      'no LocURI',
    ],
    ['without Item', '<Replace><CmdID>5</CmdID></Replace>', 'Replace 400', ''],
    [
      'that only servers send',
      '<Exec><CmdID>5</CmdID><Item><Target><LocURI>./X</LocURI></Target></Item></Exec>',
      'Exec 405',
      'Exec from a client',
    ],
    ['that DM does not have', '<Sync><CmdID>5</CmdID></Sync>', 'Sync 406', 'Sync'],
    [
      'that nobody has',
      '<Fancy xmlns="urn:fancy"><CmdID xmlns="SYNCML:SYNCML1.2">5</CmdID></Fancy>',
      'Fancy 406',
      'Fancy',
    ],
    ['without CmdID', '<Alert><Data>1201</Data></Alert>', 'Alert 200', 'no CmdID'],
    [
      'with an alert code that is no number',
      '<Alert><CmdID>5</CmdID><Data>many</Data></Alert>',
      'Alert 406',
      '"many"',
    ],
    [
      'with an alert code without end',
      `<Alert><CmdID>5</CmdID><Data>${'9'.repeat(5000)}</Data></Alert>`,
      'Alert 406',
      '',
    ],
    [
      'with markup that nobody knows',
      '<Alert><CmdID>5</CmdID><Data>1226</Data><Item><Meta><Type xmlns="syncml:metinf">t</Type></Meta><Data><b xmlns="urn:b">x</b></Data></Item></Alert>',
      'Alert 200',
      '',
    ],
    [
      'with a URI without end',
      `<Replace><CmdID>5</CmdID><Item><Source><LocURI>./${'a'.repeat(50_000)}</LocURI></Source><Data>x</Data></Item></Replace>`,
      'Replace 414',
      'characters',
    ],
    [
      'with a value without end',
      `<Replace><CmdID>5</CmdID><Item><Source><LocURI>./DevInfo/Man</LocURI></Source><Data>${'x'.repeat(100_000)}</Data></Item></Replace>`,
      'Replace 200',
      '',
    ],
    [
      'with very many nodes',
      `<Replace><CmdID>5</CmdID>${'<Item><Source><LocURI>./A</LocURI></Source></Item>'.repeat(3000)}</Replace>`,
      'Replace 413',
      'more than 1000',
    ],
    [
      'with very many alerts',
      `<Alert><CmdID>5</CmdID><Data>1226</Data>${'<Item><Meta><Type xmlns="syncml:metinf">t</Type></Meta><Data>x</Data></Item>'.repeat(900)}</Alert>`.repeat(
        2,
      ),
      'Alert 413',
      'more than 1000',
    ],
    ['among very many', '<Alert><CmdID>5</CmdID><Data>7</Data></Alert>'.repeat(2000), 'Alert 406', 'Alert 7'],
    [
      'that answers what was never asked',
      '<Status><CmdID>5</CmdID><MsgRef>9</MsgRef><CmdRef>9</CmdRef><Cmd>Get</Cmd><Data>200</Data></Status>'.repeat(
        500,
      ),
      'SyncHdr 212',
      'was not sent',
    ],
  ])('%s', async (_, command, status, deviation) => {
    const phone = new HandDevice(rig, DEVICE).begin(`command-${sessions++}`);
    const { statuses } = await phone.say(`${command}<Final/>`, { more: goodCred });
    expect(statuses.at(-1)).toBe(status);
    const session = (await rig.sessions(DEVICE)).at(-1);
    const trace = await rig.trace(session?.id ?? 0);
    expect(trace.map(({ error }) => error)).toEqual([null, null]);
    const { deviations = [], notes = [] } = trace[0] ?? {};
    expect([...deviations.map(({ found }) => found), ...notes].join('\n')).toContain(deviation);
    expect(deviations.length).toBeLessThanOrEqual(200);
    expect(notes.length).toBeLessThanOrEqual(100);
    await expectWell(rig);
  });

  it('and so does a version that is not spoken', async () => {
    const phone = new HandDevice(rig, DEVICE).begin('version');
    await phone.say(packageOne(DEVICE), { more: goodCred });
    const future = phone.sent.replace('DM/1.2', 'DM/2.0').replace('>version<', '>future<');
    const { statuses, asks } = said(await rig.post(future));
    expect([statuses, asks]).toEqual([['SyncHdr 513', 'Alert 513', 'Replace 513'], []]);
    expect((await rig.sessions(DEVICE)).at(-1)).toMatchObject({
      outcome: 'refused',
      reason: 'VerProto DM/2.0 is not spoken; expected DM/1.2',
    });
    await expectWell(rig);
  });

  it('and a Cred without end is masked in little time', async () => {
    const phone = new HandDevice(rig, DEVICE).begin('endless');
    const { statuses } = await phone.say(packageOne(DEVICE), { more: cred('basic', 'A'.repeat(200_000)) });
    expect(statuses[0]).toBe('SyncHdr 401');
    await expectWell(rig);
  });
});

it('much that proves nothing leaves little behind', async () => {
  const phone = new HandDevice(rig, DEVICE).begin('much');
  const alert = '<Alert><CmdID>5</CmdID><Data>1226</Data><Item><Data>x</Data></Item></Alert>';
  const { statuses, answer } = await phone.say(`${alert.repeat(3000)}<Final/>`);
  expect(new Set(statuses)).toEqual(new Set(['SyncHdr 407', 'Alert 407']));
  expect(answer.bytes.length).toBeLessThan(64 * 1024);
  const [request] = await rig.trace((await rig.sessions(DEVICE)).at(-1)?.id ?? 0);
  expect(Buffer.from(request?.raw ?? '', 'base64').toString()).toContain('not kept');
  await expectWell(rig);
});

it('a session without end comes to one', async () => {
  const small = await startRig({ limits: { maxMessages: 20 } });
  await small.register(DEVICE);
  const phone = new HandDevice(small, DEVICE);
  await phone.say(packageOne(DEVICE).replace('<Final/>', '<Alert><CmdID>3</CmdID><Data>1222</Data></Alert>'));
  const asks = [];
  for (let n = 0; n < 19; n++) {
    asks.push((await phone.say('<Alert><CmdID>1</CmdID><Data>1222</Data></Alert>')).asks.join());
  }
  expect(asks.at(-1)).toBe('Alert 1223');
  expect(new Set(asks.slice(0, -1))).toEqual(new Set(['Alert 1222']));
  expect((await small.sessions(DEVICE))[0]).toMatchObject({ outcome: 'aborted' });
  await small.close();
});
