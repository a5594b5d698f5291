/** Two processes on one database, and devices that send things twice at the same time. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freshDatabase } from '../../rig/database.testing.ts';
import { answers, packageOne, type Said, said, xmlMessage } from '../../rig/device.testing.ts';
import { type Rig, startRig } from '../../rig/rig.testing.ts';

let rigs: [Rig, Rig];
beforeAll(async () => {
  // Devices know both processes by one address, as behind a proxy.
  const options = { db: freshDatabase(), publicUrl: 'http://dm.example.com/dm' };
  const first = await startRig(options);
  rigs = [first, await startRig(options)];
}, 60_000);
afterAll(() => Promise.all(rigs.map((rig) => rig.close())));

const EXEC = { kind: 'exec', uri: './Reboot' };
const DEVICES = 20;

/** Both processes take a message at the same time. */
function both(messages: [string, string], query = ''): Promise<Said[]> {
  return Promise.all(
    rigs.map(async (rig, index) =>
      said(await rig.post(messages[index] ?? '', { to: `${rig.url}/dm${query}` })),
    ),
  );
}

/** What was said, whoever said it. */
const words = ({ answer }: Said): string => answer.text;
const queryOf = ({ respURI }: Said): string => respURI.replace(/^.*\?/, '?');

it('a message that two processes get at the same time has one answer', async () => {
  const [rig] = rigs;
  for (let n = 0; n < DEVICES; n++) {
    const device = `IMEI:same-${n}`;
    await rig.register(device);
    const task = await rig.task(device, [EXEC]);
    const message = xmlMessage({ device }, packageOne(device));
    const [one, other] = await both([message, message]);
    expect(one?.asks).toEqual(['Exec ./Reboot']);
    expect(words(one as Said)).toBe(words(other as Said));
    const next = xmlMessage({ device, msgID: 2 }, `${answers(one as Said)}<Final/>`);
    const [end, otherEnd] = await both([next, next], queryOf(one as Said));
    expect(words(end as Said)).toBe(words(otherEnd as Said));
    expect(await rig.showTask(task)).toMatchObject({ state: 'succeeded', results: [{ status: 200 }] });
  }
}, 60_000);

describe('an Exec for all devices', () => {
  // Nothing is written for a device when a campaign begins there, so that no row of it says whose it is.
  let campaign: number;
  beforeAll(async () => {
    const all = { name: 'all', steps: [EXEC], dynamic: true, allowEmpty: true };
    const { id } = await rigs[0].api<{ id: number }>('POST', '/campaigns', all);
    campaign = id;
    // The other process has read of it when it has given it to a device.
    const device = 'IMEI:first';
    await rigs[0].register(device);
    const calls = () => rigs[1].post(xmlMessage({ device }, packageOne(device)));
    await vi.waitFor(async () => expect(said(await calls()).asks).toEqual(['Exec ./Reboot']), 5_000);
  });
  afterAll(() => rigs[0].api('POST', `/campaigns/${campaign}/cancel`));

  it('is sent in one of two sessions that begin at the same time', async () => {
    for (let n = 0; n < DEVICES; n++) {
      const device = `IMEI:two-${n}`;
      await rigs[0].register(device);
      const begin = (sessionID: string) => xmlMessage({ device, sessionID }, packageOne(device));
      const begun = await both([begin('1'), begin('2')]);
      expect(begun.flatMap(({ asks }) => asks)).toEqual(['Exec ./Reboot']);
    }
  }, 60_000);

  it('is not sent by a session and by the one that takes it over', async () => {
    for (let n = 0; n < DEVICES; n++) {
      const device = `IMEI:over-${n}`;
      await rigs[0].register(device);
      await rigs[0].task(device, [{ kind: 'get', uri: './A' }]);
      const first = said(await rigs[0].post(xmlMessage({ device }, packageOne(device))));
      // While its answer is taken, the device begins anew elsewhere.
      const next = xmlMessage({ device, msgID: 2 }, `${answers(first, { './A': '1' })}<Final/>`);
      const [gone, taken] = await Promise.all([
        rigs[0].post(next, { to: `${rigs[0].url}/dm${queryOf(first)}` }),
        rigs[1].post(xmlMessage({ device, sessionID: '2' }, packageOne(device))),
      ]);
      const said2 = said(taken);
      const all = [...(gone.httpStatus === 200 ? said(gone).asks : []), ...said2.asks];
      // Where the new session has taken over the task, the Exec comes after it.
      if (said2.asks.includes('Get ./A')) {
        const later = xmlMessage(
          { device, sessionID: '2', msgID: 2 },
          `${answers(said2, { './A': '1' })}<Final/>`,
        );
        const at = { to: `${rigs[1].url}/dm${queryOf(said2)}` };
        all.push(...said(await rigs[1].post(later, at)).asks);
      }
      expect(all.filter((ask) => ask === 'Exec ./Reboot').length).toBeLessThanOrEqual(1);
    }
  }, 60_000);
});
