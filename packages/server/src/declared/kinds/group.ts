import { Conflict } from '@grove/api';
import { type Static, Type } from 'typebox';
import {
  changeMembers,
  createGroup,
  deleteGroup,
  listedDevices,
  requireDevices,
  showGroup,
  updateGroup,
} from '../../groups/index.ts';
import type { Queries } from '../../store/index.ts';
import { declaredKind } from '../kind.ts';
import { unlessMissing } from '../missing.ts';

/** Devices that a file lists at most. */
const LISTED = 10_000;

const GroupDocument = Type.Object(
  {
    description: Type.Optional(Type.String({ maxLength: 1000 })),
    query: Type.Optional(
      Type.String({ minLength: 1, maxLength: 8192, description: 'The devices are those for which it holds' }),
    ),
    devices: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 400 }), {
        maxItems: LISTED,
        description:
          'The devices, by DevId. Without these and without a query, who is in the group is not for files to say',
      }),
    ),
    variables: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), { description: 'What profiles can say of its devices' }),
    ),
  },
  { additionalProperties: false },
);
type GroupDocument = Static<typeof GroupDocument>;

/** Devices that have a name together: those of a query, or of a list. */
export const group = declaredKind<GroupDocument>({
  kind: 'group',
  schema: GroupDocument,

  read: (db, name, declared) =>
    unlessMissing(async (): Promise<GroupDocument> => {
      const { description, query, variables } = await showGroup(db, name);
      const isListed = query === null && declared?.devices !== undefined;
      const devices = isListed ? await listedDevices(db, name, LISTED + 1) : undefined;
      return {
        ...(description === null ? {} : { description }),
        ...(query === null ? {} : { query }),
        ...(devices === undefined ? {} : { devices: devices.map(({ devId }) => devId) }),
        ...(Object.keys(variables).length === 0 ? {} : { variables }),
      };
    }),

  async write(db, name, { description = null, query, devices, variables = {} }, exists, { now }) {
    const ids = devices === undefined ? undefined : await requireDevices(db, devices, 'devices');
    if (!exists) {
      await createGroup(db, { name, description, query, devices: ids, variables }, now);
      return;
    }
    if (query === undefined && (await showGroup(db, name)).query !== null) {
      throw new Conflict('its devices are those of a query, and the file has none; delete it first');
    }
    await updateGroup(db, name, { description, query, variables }, now);
    if (ids !== undefined) await setMembers(db, name, ids, now);
  },

  remove: (db, name, { now }) => deleteGroup(db, name, now),
});

/** Gives a group these devices and no others. */
async function setMembers(db: Queries, name: string, ids: readonly number[], now: number): Promise<void> {
  const wanted = new Set(ids);
  const members = (await listedDevices(db, name)).map(({ id }) => id);
  const before = new Set(members);
  const add = ids.filter((id) => !before.has(id));
  const remove = members.filter((id) => !wanted.has(id));
  if (add.length > 0 || remove.length > 0) await changeMembers(db, name, { add, remove }, now);
}
