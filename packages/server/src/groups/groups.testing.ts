import { Conflict, InvalidInput } from '@grove/api';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { deleteDevice } from '../devices/index.ts';
import { openStore, type Queries, type Store } from '../store/index.ts';
import {
  countTarget,
  prepareTarget,
  snapshotTarget,
  type Target,
  targetsHold,
  useTarget,
} from '../targets/index.ts';
import {
  changeMembers,
  createGroup,
  deleteGroup,
  groupMembers,
  groupsOfDevice,
  updateGroup,
} from './index.ts';

const NOW = 1_000_000;

/** What groups, and targets over them, do on either engine. */
export function groupSuite(freshUrl: () => Promise<string>): void {
  let store: Store;
  let ids: number[];
  const unit = <T>(work: (db: Queries) => Promise<T>) => store.transaction(work);
  const members = async (name: string) =>
    (await groupMembers(store, name, { limit: 100 }, { now: NOW })).items.map((id) => ids.indexOf(id));

  beforeEach(async () => {
    store = await openStore({ url: await freshUrl() });
    const rows = await unit((db) =>
      db
        .insertInto('devices')
        .values(
          ['Acme', 'Acme', 'Birch', null].map((man, n) => ({ dev_id: `IMEI:${n}`, man, created_at: 0 })),
        )
        .returning('id')
        .execute(),
    );
    ids = rows.map(({ id }) => id);
  });
  afterEach(() => store.close());

  it('have the devices of a list or of a query, and of each other', async () => {
    await unit((db) => createGroup(db, { name: 'listed', devices: [ids[1], ids[3]] as number[] }, NOW));
    await unit((db) => createGroup(db, { name: 'acme', query: 'manufacturer = "Acme"' }, NOW));
    await unit((db) => createGroup(db, { name: 'either', query: 'group in ("listed", acme)' }, NOW));
    await unit((db) => createGroup(db, { name: 'rest', query: 'not group = either' }, NOW));
    expect(await members('listed')).toEqual([1, 3]);
    expect(await members('acme')).toEqual([0, 1]);
    expect(await members('either')).toEqual([0, 1, 3]);
    expect(await members('rest')).toEqual([2]);
    const changed = await unit((db) =>
      changeMembers(db, 'listed', { add: [ids[2] as number], remove: [ids[3] as number] }, NOW),
    );
    expect(changed).toEqual({ added: 1, removed: 1, devices: 2 });
    expect(await members('rest')).toEqual([3]);
    await unit((db) => updateGroup(db, 'acme', { query: 'devId = "IMEI:3"' }, NOW));
    expect(await members('either')).toEqual([1, 2, 3]);
    await unit((db) => deleteDevice(db, ids[2] as number, NOW));
    expect(await members('listed')).toEqual([1]);
  });

  it('never lead back to themselves, and the way is named', async () => {
    await unit((db) => createGroup(db, { name: 'a', query: 'fw = "1"' }, NOW));
    await unit((db) => createGroup(db, { name: 'b', query: 'group = "a" or fw = "2"' }, NOW));
    await unit((db) => createGroup(db, { name: 'c', query: 'group = "b"' }, NOW));
    await expect(unit((db) => updateGroup(db, 'a', { query: 'group = "c"' }, NOW))).rejects.toThrow(
      /a → c → b → a/,
    );
    await expect(unit((db) => updateGroup(db, 'a', { query: 'group = "a"' }, NOW))).rejects.toThrow(/a → a/);
    await expect(unit((db) => createGroup(db, { name: 'd', query: 'group = "d"' }, NOW))).rejects.toThrow(
      InvalidInput,
    );
  });

  it('are kept while something uses them', async () => {
    await unit((db) => createGroup(db, { name: 'a', devices: [] }, NOW));
    await unit((db) => createGroup(db, { name: 'b', query: 'group = "a"' }, NOW));
    await expect(unit((db) => deleteGroup(db, 'a', NOW))).rejects.toThrow(/used by group "b"/);
    await unit((db) => useTarget(db, { group: 'b' }, { kind: 'campaign', id: 7 }));
    await expect(unit((db) => deleteGroup(db, 'b', NOW))).rejects.toThrow(/used by campaign 7/);
    await unit((db) => useTarget(db, { all: true }, { kind: 'campaign', id: 7 }));
    await unit((db) => deleteGroup(db, 'b', NOW));
    await unit((db) => deleteGroup(db, 'a', NOW));
    await expect(
      unit((db) => createGroup(db, { name: 'c', query: 'group = "a"' }, NOW)),
    ).rejects.toMatchObject({
      problems: [{ field: 'query', start: 8, end: 11 }],
    });
  });

  it('tell of a device which it belongs to, with their variables', async () => {
    await unit((db) =>
      createGroup(db, { name: 'b', query: 'manufacturer = "Acme"', variables: { apn: 'b', tier: 2 } }, NOW),
    );
    await unit((db) =>
      createGroup(db, { name: 'a', devices: [ids[0] as number], variables: { apn: 'a' } }, NOW),
    );
    await unit((db) => createGroup(db, { name: 'none', query: 'manufacturer = "Birch"' }, NOW));
    const first = ids[0] as number;
    expect(await groupsOfDevice(store.reader, first, NOW)).toMatchObject([
      { name: 'a', variables: { apn: 'a' } },
      { name: 'b', variables: { apn: 'b', tier: 2 } },
    ]);
    await unit((db) => updateGroup(db, 'b', { query: 'manufacturer = "Birch"' }, NOW));
    expect(await groupsOfDevice(store.reader, first, NOW)).toMatchObject([{ name: 'a' }]);
    await expect(
      unit((db) => updateGroup(db, 'b', { variables: { 'no name': 1 } }, NOW)),
    ).rejects.toMatchObject({ problems: [{ field: 'variables/no name' }] });
    await expect(unit((db) => updateGroup(db, 'a', { query: 'fw = 1' }, NOW))).rejects.toThrow(Conflict);
  });

  it('make targets, with queries and lists of devices', async () => {
    await unit((db) => createGroup(db, { name: 'a', devices: [ids[0], ids[3]] as number[] }, NOW));
    const targets: Target[] = [
      { all: true },
      { group: 'a' },
      { query: 'manufacturer exists' },
      { devices: ['IMEI:3', String(ids[1]), 'IMEI:gone'] },
    ];
    const prepared = await Promise.all(targets.map((target) => prepareTarget(store.reader, target)));
    const found = await Promise.all(prepared.map((each) => snapshotTarget(store, each, { now: NOW })));
    const indexes = found.map((each) => [...each.ids()].map((id) => ids.indexOf(id)));
    expect(indexes).toEqual([
      [0, 1, 2, 3],
      [0, 3],
      [0, 1, 2],
      [1, 3],
    ]);
    expect(await Promise.all(prepared.map((each) => countTarget(store, each, { now: NOW })))).toEqual([
      4, 2, 3, 2,
    ]);
    for (const [at, id] of ids.entries()) {
      expect(await targetsHold(store.reader, id, prepared, NOW)).toEqual(
        indexes.map((each) => each.includes(at)),
      );
    }
  });
}
