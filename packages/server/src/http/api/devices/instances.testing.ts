import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { findDevice, recordNodes } from '../../../devices/index.ts';
import { recordMarks } from '../../../instances/index.ts';
import type { ReportedMark } from '../../../session/index.ts';
import { type Client, openClient } from '../client.testing.ts';

interface Known {
  supported: boolean | null;
  instances: { uri: string; active: boolean | null; default: boolean | null; inUse: boolean | null }[];
}

const account = { client: { auth: 'none' } };
const MMS = 'urn:oma:mo:oma-mms:1';

/** What is known of devices' instances, on whatever database. */
export function instanceSuite(url: () => Promise<string>): void {
  let client: Client;
  beforeAll(async () => {
    client = await openClient(await url());
  });
  afterAll(() => client.close());
  beforeEach(async () => {
    await client.store.transaction(async (db) => {
      for (const table of ['devices', 'events'] as const) await db.deleteFrom(table).execute();
    });
    await client.call('POST', '/devices', { devId: 'IMEI:1', account });
  });

  /** What a device has said in one message. */
  const say = (marks: ReportedMark[], more: { gone?: string[]; lacking?: boolean; types?: string[] } = {}) =>
    client.store.transaction(async (db) => {
      const id = await findDevice(db, 'IMEI:1');
      const { gone = [], lacking = false, types = [] } = more;
      const nodes = types.map((uri) => ({ uri, format: 'node', type: `${MMS}.3` }));
      await recordNodes(db, id, nodes, gone, client.clock.now);
      await recordMarks(db, id, { marks, gone, lacking }, client.clock.now);
    });
  const mark = (uri: string, name: ReportedMark['name'], on = true): ReportedMark => ({ uri, name, on });
  const show = async () => (await client.call<Known>('GET', '/devices/IMEI:1/instances')).body;

  it('is nothing until the device has said something', async () => {
    expect(await show()).toEqual({ supported: null, instances: [] });
    expect((await client.call<{ instanceState: unknown }>('GET', '/devices/IMEI:1')).body.instanceState).toBe(
      null,
    );
    expect((await client.call('GET', '/devices/IMEI:2/instances')).status).toBe(404);
  });

  it('is one Active and one Default for each service, and what is in use by them', async () => {
    const types = ['./MMS/A', './MMS/B'];
    await say([mark('./MMS/A', 'active'), mark('./MMS/A', 'default'), mark('./MMS/B', 'active', false)], {
      types,
    });
    await say([mark('./MMS/B', 'active')]);
    expect(await show()).toMatchObject({
      supported: true,
      instances: [
        { uri: './MMS/A', service: MMS, active: false, default: true, locked: null, inUse: false },
        { uri: './MMS/B', service: MMS, active: true, default: null, inUse: true },
      ],
    });
    await say([mark('./MMS/B', 'active', false)]);
    expect((await show()).instances.map(({ inUse }) => inUse)).toEqual([true, null]);
  });

  it('is not known any more where it may have changed', async () => {
    await say([mark('./MMS/A', 'active')]);
    await say([mark('./MMS/B', 'active')]);
    expect((await show()).instances).toMatchObject([
      { uri: './MMS/A', active: null, inUse: null },
      { uri: './MMS/B', active: true },
    ]);
  });

  it('goes with the nodes that are gone', async () => {
    await say([mark('./MMS/A', 'active'), mark('./MMS/AB', 'locked'), mark('./MMSC/A', 'locked')]);
    await say([], { gone: ['./MMS/A', './MMS/A/Addr'] });
    expect((await show()).instances.map(({ uri }) => uri)).toEqual(['./MMS/AB', './MMSC/A']);
    await say([], { gone: ['./MMS'] });
    expect((await show()).instances.map(({ uri }) => uri)).toEqual(['./MMSC/A']);
  });

  it('says that a device has no such properties, until it shows them', async () => {
    await say([], { lacking: true });
    expect(await show()).toEqual({ supported: false, instances: [] });
    await say([mark('./MMS/A', 'locked')]);
    expect((await show()).supported).toBe(true);
  });

  it('is bounded, whatever a device says', async () => {
    const many = Array.from({ length: 1_200 }, (_, index) => mark(`./MMS/${index}`, 'locked'));
    await say(many);
    expect((await show()).instances).toHaveLength(1_000);
  });

  it('is changed and asked for by tasks', async () => {
    const step = { uri: './MMS/A', state: { locked: true }, expect: { active: true } };
    const made = await client.call('POST', '/devices/IMEI:1/instances', step);
    expect(made).toMatchObject({ status: 201, body: { steps: [{ kind: 'instance', ...step }] } });
    const asked = await client.call('POST', '/devices/IMEI:1/instances/query', { object: MMS });
    expect(asked).toMatchObject({ status: 201, body: { steps: [{ kind: 'instances', object: MMS }] } });
    for (const [path, body, field] of [
      ['instances', { uri: './MMS/A?prop=ACL', state: { locked: true } }, 'uri'],
      ['instances', { uri: './MMS/A' }, 'state'],
      ['instances', { uri: './MMS/A', state: { locked: 'yes' } }, 'state/locked'],
      ['instances/query', { roots: ['./A?x'] }, 'roots/0'],
    ] as const) {
      const refused = await client.call('POST', `/devices/IMEI:1/${path}`, body);
      expect(refused).toMatchObject({ status: 400, body: { errors: [{ field }] } });
    }
  });
}
