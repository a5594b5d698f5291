/** What users type unseen, and what servers propose to them, stands nowhere afterwards. */
import { type Encoding, isMarkup } from '@grove/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answers, HandDevice, macHeader, packageOne, type Said } from '../rig/device.testing.ts';
import { type Rig, startRig } from '../rig/rig.testing.ts';

const TYPED = 'ge"heim & wort';
const AS_XML = 'ge&quot;heim &amp; wort';
const PRESET = 'preset=1234';
const QUESTION = { kind: 'input', text: 'PIN?', hidden: true, default: PRESET };
const NONCE = Buffer.from('nonce of the account').toString('base64');
const HMAC = { auth: 'hmac', user: 'phone', password: 'its secret', nonce: NONCE };

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.close());

/** All that the database holds but the steps of tasks, as text. */
async function everything(): Promise<string> {
  const db = rig.store.reader;
  const rows: object[] = [
    ...(await db.selectFrom('tasks').select(['results', 'reason']).execute()),
    ...(await db.selectFrom('waits').selectAll().execute()),
    ...(await db.selectFrom('exchanges').selectAll().execute()),
    ...(await db.selectFrom('refusals').selectAll().execute()),
    ...(await db.selectFrom('node_values').selectAll().execute()),
    ...(await db.selectFrom('sessions').selectAll().execute()),
  ];
  const texts = rows.flatMap((row) =>
    Object.values(row).map((value) => (value instanceof Uint8Array ? Buffer.from(value) : String(value))),
  );
  return texts.map(String).join('\n');
}

let devices = 0;
async function ask(encoding: Encoding, step: object = {}, account: object = {}) {
  const devId = `IMEI:7000000000000${String(devices++).padStart(2, '0')}`;
  await rig.register(devId, account);
  const steps = [
    { kind: 'ask', question: QUESTION, ...step },
    { kind: 'exec', uri: './Next', await: { seconds: 60 } },
  ];
  const task = await rig.task(devId, steps);
  const phone = new HandDevice(rig, devId, encoding);
  const mac = 'client' in account ? withMac(NONCE) : {};
  return { phone, task, asked: await phone.say(packageOne(devId), mac) };
}
const withMac = (nonce: string) => ({
  headers: (body: Uint8Array) => ({ 'x-syncml-hmac': macHeader(HMAC.user, HMAC.password, nonce, body) }),
});

const typed = (asked: Said, text = AS_XML): string =>
  answers(asked).replace(/(<Cmd>Alert<\/Cmd><Data>200<\/Data>)/, `$1<Item><Data>${text}</Data></Item>`);

function optionsOf({ commands }: Said): string {
  const [alert] = commands;
  const data = alert?.name === 'Alert' ? alert.items[0]?.data : undefined;
  return data === undefined || isMarkup(data) ? '' : String(data);
}

describe.each<Encoding>(['xml', 'wbxml'])('what is typed unseen, in %s', (encoding) => {
  it('is neither in the trace nor in the results, nor is the default', async () => {
    const { phone, task, asked } = await ask(encoding);
    expect(optionsOf(asked)).toContain('DR=preset%3D1234');
    const next = await phone.say(`${typed(asked)}<Final/>`);
    expect(next.asks).toEqual(['Exec ./Next']);
    await phone.say(
      `${answers(next).replace('<Data>200</Data></Status>', '<Data>202</Data></Status>')}<Final/>`,
    );
    const [result] = (await rig.showTask(task)).results ?? [];
    expect(result).toMatchObject({ status: 200, outcome: 'answered' });
    const all = await everything();
    expect(all).toContain('PIN?');
    for (const secret of [TYPED, 'heim', 'wort', 'preset%3D1234']) expect(all).not.toContain(secret);
  });

  it('is not in the trace when it comes in a message that proves nothing', async () => {
    const { phone, asked } = await ask(encoding, {}, { client: HMAC });
    const refused = await phone.say(`${typed(asked)}<Final/>`, withMac(NONCE));
    expect(refused.statuses[0]).toBe('SyncHdr 401');
    expect(await everything()).not.toContain('heim');
  });

  it('is not in the trace when nobody has asked, nor in what is kept of refused messages', async () => {
    const { phone, asked } = await ask(encoding);
    const body = `${typed(asked)}<Final/>`;
    await phone.say(body.replaceAll('<MsgRef>1<', '<MsgRef>9<'));
    await expect(phone.say(body, { to: `${rig.url}/dm?s=nobody` })).rejects.toThrow('HTTP 404');
    expect(await everything()).not.toContain('heim');
  });

  it('is in the results of a step that says so, and in nothing else', async () => {
    const { phone, task, asked } = await ask(encoding, { reveal: true });
    await phone.say(`${typed(asked, 'wanted')}<Final/>`);
    await phone.say('<Alert><CmdID>1</CmdID><Data>1223</Data></Alert><Final/>');
    await phone.begin('2').say(packageOne(phone.devId));
    const [result] = (await rig.showTask(task)).results ?? [];
    expect(result).toMatchObject({ outcome: 'answered', value: 'wanted' });
    const traced = await rig.trace(phone.devId);
    expect(traced.map(({ raw }) => Buffer.from(raw, 'base64').toString()).join()).not.toContain('wanted');
  });
});

it('is for questions that hide what is typed', async () => {
  const devId = 'IMEI:700000000000099';
  await rig.register(devId);
  const steps = [{ kind: 'ask', question: { ...QUESTION, hidden: false }, reveal: true }];
  await expect(rig.task(devId, steps)).rejects.toThrow('steps/0/reveal');
});
