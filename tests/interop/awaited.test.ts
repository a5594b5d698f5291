/** Outcomes that devices tell by generic alerts, in whichever session (DM_Protocol 1.2.1, generic alert). */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HandDevice, packageOne } from '../rig/device.testing.ts';
import { type Rig, startRig } from '../rig/rig.testing.ts';

/** An alert as the hook tells of it. */
interface Told {
  readonly devId: string;
  readonly type: string | null;
  readonly taskId: number | null;
  readonly campaignId: number | null;
}

let rig: Rig;
let now = Date.now();
const told: Told[] = [];
beforeAll(async () => {
  rig = await startRig({
    now: () => now,
    housekeepingInterval: 10,
    onAlert: (alerts) => {
      told.push(...alerts);
      throw new Error('what a hook throws is not the devices’ affair');
    },
  });
});
afterAll(() => rig.close());

const header =
  '<Status><CmdID>1</CmdID><MsgRef>1</MsgRef><CmdRef>0</CmdRef><Cmd>SyncHdr</Cmd><Data>200</Data></Status>';
const status = (cmdRef: string, cmd: string, code: number) =>
  `<Status><CmdID>2</CmdID><MsgRef>1</MsgRef><CmdRef>${cmdRef}</CmdRef><Cmd>${cmd}</Cmd><Data>${code}</Data></Status>`;
const alert = (correlator: string, data = '200') =>
  `<Alert><CmdID>9</CmdID><Data>1226</Data><Correlator>${correlator}</Correlator><Item>
   <Source><LocURI>./Vendor/Update</LocURI></Source>
   <Meta><Type xmlns="syncml:metinf">Reversed-Domain-Name: org.example.updated</Type><Format xmlns="syncml:metinf">chr</Format></Meta>
   <Data>${data}</Data></Item></Alert>`;

const exec = { kind: 'exec', uri: './Vendor/Update', await: { seconds: 3600 } };
const get = { kind: 'get', uri: './DevDetail/SwV' };

/** Lets a device take an Exec and leave. @returns the device, and the correlator of the Exec */
async function begin(devId: string): Promise<{ device: HandDevice; correlator: string }> {
  const device = new HandDevice(rig, devId);
  const first = await device.say(packageOne(devId));
  const [command] = first.commands;
  if (command?.name !== 'Exec') throw new Error(`expected Exec, not ${command?.name}`);
  const last = await device.say(`${header}${status(command.cmdID, 'Exec', 202)}<Final/>`);
  expect(last.asks).toEqual([]);
  return { device, correlator: command.correlator ?? '' };
}

const withAlert = (devId: string, said: string) => packageOne(devId).replace('<Replace>', `${said}<Replace>`);

it('a task waits over sessions, and goes on in the one in which its alert comes', async () => {
  await rig.register('IMEI:1');
  await rig.register('IMEI:2');
  const id = await rig.task('IMEI:1', [exec, get]);
  const { device, correlator } = await begin('IMEI:1');
  expect(await rig.showTask(id)).toMatchObject({ state: 'waiting', results: [{ status: 202 }] });
  // A session in which nothing is told changes nothing, nor does another device.
  expect((await device.begin('2').say(packageOne('IMEI:1'))).asks).toEqual([]);
  const stranger = new HandDevice(rig, 'IMEI:2');
  expect((await stranger.say(withAlert('IMEI:2', alert(correlator)))).asks).toEqual([]);
  expect((await rig.showTask(id)).state).toBe('waiting');

  const next = await device.begin('3').say(withAlert('IMEI:1', alert(correlator)));
  expect(next.statuses).toEqual(['SyncHdr 200', 'Alert 200', 'Alert 200', 'Replace 200']);
  expect(next.asks).toEqual(['Get ./DevDetail/SwV']);
  expect((await rig.showTask(id)).state).toBe('running');
  const [command] = next.commands;
  await device.say(`${header}${status(command?.cmdID ?? '', 'Get', 404)}<Final/>`);
  expect(await rig.showTask(id)).toMatchObject({
    state: 'failed',
    reason: 'the device answered Get ./DevDetail/SwV with 404',
    results: [
      { command: 'Exec', status: 202 },
      { command: 'Alert', value: '200', type: 'org.example.updated' },
      { command: 'Get', status: 404 },
    ],
  });
  // One that comes too late is still known to be about the task; another device's is not.
  await device.begin('4').say(withAlert('IMEI:1', alert(correlator, 'late')));
  const { items } = await rig.api<{ items: object[] }>('GET', `/alerts?task=${id}`);
  expect(items).toMatchObject([
    { data: 'late', taskId: id },
    {
      data: '200',
      taskId: id,
      type: 'org.example.updated',
      saidType: 'Reversed-Domain-Name: org.example.updated',
      mark: 'informational',
    },
  ]);
  expect(told.map(({ devId, taskId }) => [devId, taskId])).toEqual([
    ['IMEI:2', null],
    ['IMEI:1', id],
    ['IMEI:1', id],
  ]);
});

it('a task fails that has waited for too long, without the device', async () => {
  await rig.register('IMEI:3');
  const id = await rig.task('IMEI:3', [exec]);
  const { device, correlator } = await begin('IMEI:3');
  now += 3600_000;
  expect(await rig.api('GET', `/tasks/${id}?wait=60`)).toMatchObject({
    state: 'failed',
    reason: 'no alert told the outcome of Exec ./Vendor/Update within 3600 seconds',
  });
  expect((await device.begin('2').say(withAlert('IMEI:3', alert(correlator)))).asks).toEqual([]);
});

it('a task that waits can be cancelled', async () => {
  await rig.register('IMEI:4');
  const id = await rig.task('IMEI:4', [exec, get]);
  const { device, correlator } = await begin('IMEI:4');
  expect(await rig.api('POST', `/tasks/${id}/cancel`)).toMatchObject({ state: 'cancelled' });
  expect((await device.begin('2').say(withAlert('IMEI:4', alert(correlator)))).asks).toEqual([]);
});

it('a campaign waits on each device by itself', async () => {
  await rig.register('IMEI:5');
  const { id } = await rig.api<{ id: number }>('POST', '/campaigns', { name: 'update', steps: [exec] });
  const { device, correlator } = await begin('IMEI:5');
  expect(await device.begin('2').say(packageOne('IMEI:5'))).toMatchObject({ asks: [] });
  await device.begin('3').say(withAlert('IMEI:5', alert(correlator)));
  expect(await rig.api('GET', `/campaigns/${id}`)).toMatchObject({ counts: { succeeded: 1, failed: 0 } });
  const { items } = await rig.api<{ items: object[] }>('GET', `/alerts?campaign=${id}`);
  expect(items).toMatchObject([{ campaignId: id, taskId: null }]);
  await rig.api('POST', `/campaigns/${id}/cancel`);
});
