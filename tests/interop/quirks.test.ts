/** What devices of a model have shown that they cannot do, the next ones are not asked for. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HandDevice, packageOne, type Said } from '../rig/device.testing.ts';
import { type Rig, startRig } from '../rig/rig.testing.ts';

interface Known {
  readonly id: number;
  readonly quirk: string;
  readonly holds: boolean;
  readonly origin: string;
  readonly devices: number;
  readonly sessionId: number | null;
  readonly status: number | null;
  readonly request: string | null;
}

let rig: Rig;
let clock = Date.UTC(2026, 0, 1);
beforeAll(async () => {
  rig = await startRig({ now: () => clock });
});
afterAll(() => rig.close());

let devices = 0;
/** A device of a model that has work to do. */
async function device(
  mod: string,
  ...steps: object[]
): Promise<{ phone: HandDevice; first: Said; task: number }> {
  const devId = `IMEI:4000000000000${String(devices++).padStart(2, '0')}`;
  await rig.register(devId);
  const task = await rig.task(devId, steps);
  const phone = new HandDevice(rig, devId);
  const first = await phone.say(packageOne(devId, mod));
  return { phone, first, task };
}

const known = async (mod: string) =>
  (await rig.api<{ items: Known[] }>('GET', `/quirks?man=Acme&mod=${encodeURIComponent(mod)}`)).items;

/** Answers the commands of a message, each with a status, and a Get with a value besides. */
function replies(to: Said, statuses: readonly number[], value?: string): string {
  const { msgID } = to.message.header;
  const status = (cmdID: number, ref: string, cmd: string, code: number) =>
    `<Status><CmdID>${cmdID}</CmdID><MsgRef>${msgID}</MsgRef><CmdRef>${ref}</CmdRef><Cmd>${cmd}</Cmd><Data>${code}</Data></Status>`;
  const said = to.commands.map(({ name, cmdID }, index) =>
    status(index + 2, cmdID, name, statuses[index] ?? 200),
  );
  const [only] = to.commands;
  const results =
    value === undefined || only === undefined
      ? ''
      : `<Results><CmdID>90</CmdID><MsgRef>${msgID}</MsgRef><CmdRef>${only.cmdID}</CmdRef><Item><Source><LocURI>./A</LocURI></Source><Meta><Format xmlns="syncml:metinf">chr</Format></Meta><Data>${value}</Data></Item></Results>`;
  return `${status(1, '0', 'SyncHdr', 212)}${said.join('')}${results}<Final/>`;
}

const LIST = { kind: 'list', uri: './A', as: 'Struct' };
const TREE = {
  kind: 'tree',
  mode: 'add',
  uri: './T',
  nodes: [{ path: 'B', value: '1' }],
};
const ADD = { kind: 'add', uri: './B', value: '1' };
const ATOMIC = { kind: 'atomic', steps: [ADD, { ...ADD, uri: './C' }], unsupported: 'separately' };
const SEQUENCE = { kind: 'sequence', steps: [ADD, { ...ADD, uri: './C' }] };

describe('a device that lacks', () => {
  it.each<[string, object, number, string, string, string]>([
    ['?list=Struct', LIST, 406, 'no-list', 'Get ./A?list=Struct', 'Get ./A'],
    ['?list=TNDS', { ...LIST, as: 'TNDS' }, 415, 'no-tnds', 'Get ./A?list=TNDS', 'Get ./A'],
    ['serialized trees', TREE, 415, 'no-tnds', 'Add ./T', 'Atomic'],
    ['Atomic', ATOMIC, 406, 'no-atomic', 'Atomic', 'Add ./B'],
    ['Sequence', SEQUENCE, 405, 'no-sequence', 'Sequence', 'Add ./B'],
  ])(
    '%s saves those of its model from being asked, with two more',
    async (name, step, status, quirk, asked, instead) => {
      const mod = `lacks ${name}`;
      const lacking = async () => {
        const { phone, first } = await device(mod, step);
        expect(first.asks).toEqual([asked]);
        const second = await phone.say(replies(first, [status]));
        expect(second.asks[0]).toBe(instead);
        return phone;
      };
      const witness = await lacking();
      const [session] = await rig.sessions(witness.devId);
      expect(await known(mod)).toMatchObject([
        { quirk, holds: true, origin: 'learnt', status, sessionId: session?.id, devices: 1 },
      ]);
      // It counts for the device itself at once, and for no other: its owner does not speak for the model.
      await rig.task(witness.devId, [step]);
      const again = new HandDevice(rig, witness.devId);
      expect((await again.say(packageOne(witness.devId, mod))).asks[0]).toBe(instead);
      await lacking();
      await lacking();
      expect((await known(mod)).map(({ devices }) => devices)).toEqual([3]);

      const other = await device(mod, step);
      expect(other.first.asks[0]).toBe(instead);
      expect((await device(`${mod}, not`, step)).first.asks).toEqual([asked]);
      const shown = await rig.api<{ quirks: Known[] }>(
        'GET',
        `/devices/${encodeURIComponent(other.phone.devId)}`,
      );
      expect(shown.quirks.map((each) => each.quirk)).toEqual([quirk]);
    },
  );
});

describe('a listing that is refused with 404', () => {
  it('says nothing of the model where the node is not there', async () => {
    const { phone, first, task } = await device('no node', LIST);
    const second = await phone.say(replies(first, [404]));
    expect(second.asks).toEqual(['Get ./A']);
    await phone.say(replies(second, [404]));
    expect((await rig.showTask(task)).state).toBe('failed');
    expect(await known('no node')).toEqual([]);
  });

  it('does where the node can be read', async () => {
    const { phone, first, task } = await device('node', LIST);
    const second = await phone.say(replies(first, [404]));
    await phone.say(replies(second, [200], '1'));
    expect((await rig.showTask(task)).state).toBe('succeeded');
    expect(await known('node')).toMatchObject([{ quirk: 'no-list', status: 404, request: 'Get ./A?list=…' }]);
  });
});

describe('what a person says of a model', () => {
  const set = (mod: string, quirk: string, holds = true) =>
    rig.api<Known>('PUT', '/quirks', { man: 'Acme', mod, quirk, holds });

  it('wins over what was learnt', async () => {
    for (let n = 0; n < 3; n++) {
      const { phone, first } = await device('mended', LIST);
      await phone.say(replies(first, [406]));
    }
    expect((await device('mended', LIST)).first.asks).toEqual(['Get ./A']);
    await set('mended', 'no-list', false);
    clock += 6000;
    expect((await device('mended', LIST)).first.asks).toEqual(['Get ./A?list=Struct']);
    const rows = await known('mended');
    expect(rows.map(({ origin, holds }) => [origin, holds])).toEqual([
      ['set', false],
      ['learnt', true],
    ]);
    for (const { id } of rows) await rig.api('DELETE', `/quirks/${id}`);
    expect(await known('mended')).toEqual([]);
  });

  it('counts for one software version where it says so, once the device has told its own', async () => {
    await rig.api('PUT', '/quirks', { man: 'Acme', mod: 'versions', swv: '2', quirk: 'no-list' });
    const { phone, first } = await device('versions', { kind: 'get', uri: './DevDetail/SwV' }, LIST);
    const second = await phone.say(
      replies(first, [200], '2').replace('<LocURI>./A<', '<LocURI>./DevDetail/SwV<'),
    );
    expect(second.asks).toEqual(['Get ./A']);
    const shown = await rig.api<{ swv: string }>('GET', `/devices/${encodeURIComponent(phone.devId)}`);
    expect(shown.swv).toBe('2');
  });

  it('keeps packages within one message where Final is ignored', async () => {
    await set('no final', 'final-ignored');
    const value = 'x'.repeat(40_000);
    const devId = 'IMEI:499999999999999';
    await rig.register(devId);
    const task = await rig.task(devId, [{ kind: 'replace', uri: './A', value }]);
    const phone = new HandDevice(rig, devId);
    const limit = '<Meta><MaxMsgSize xmlns="syncml:metinf">10000</MaxMsgSize></Meta>';
    const first = await phone.say(packageOne(devId, 'no final'), {
      more: limit,
    });
    expect(first.asks).toEqual([]);
    expect(await rig.showTask(task)).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('not sent'),
    });
  });

  it('changes what messages call themselves', async () => {
    await set('old id', 'syncml-1.1-id');
    const { first } = await device('old id', LIST);
    expect(first.answer.text).toContain('SYNCML:SYNCML1.1');
    expect(first.message.header.verProto).toBe('DM/1.2');
  });

  it('is refused where no quirk has that name', async () => {
    await expect(set('One', 'no-such')).rejects.toThrow('400');
  });
});
