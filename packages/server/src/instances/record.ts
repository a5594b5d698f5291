import { serviceOf } from '@grove/protocol';
import { typesOfNodes } from '../devices/index.ts';
import type { ReportedMark } from '../session/index.ts';
import { type InstanceStateTable, type Params, type Queries, statement } from '../store/index.ts';

type Row = Omit<InstanceStateTable, 'device_id'>;

/** Instances of one device that are kept. */
const MAX_INSTANCES = 1000;

/** What a message said of instances. */
export interface Said {
  readonly marks: readonly ReportedMark[];
  /** URIs of nodes that do not exist, with all below them. */
  readonly gone: readonly string[];
  /** Whether it showed that the device does not have the properties. */
  readonly lacking: boolean;
}

/**
 * Keeps what a device said of its instances, after what it said of its tree. What is Active (Default) takes that from the
 * others of its service, as it does on the device.
 */
export async function recordMarks(
  db: Queries,
  deviceId: number,
  { marks, gone, lacking }: Said,
  now: number,
): Promise<void> {
  // `0` follows `/`: between the two lies all that begins with the URI and a slash.
  for (const uri of outermost(gone))
    await forget.run(db, { deviceId, uri, below: `${uri}/`, beyond: `${uri}0` });
  const isSupported = marks.length > 0;
  if (!isSupported && !lacking) return;
  await db
    .insertInto('instance_support')
    .values({ device_id: deviceId, supported: isSupported ? 1 : 0, reported_at: now })
    .onConflict((conflict) =>
      conflict.column('device_id').doUpdateSet({ supported: isSupported ? 1 : 0, reported_at: now }),
    )
    .execute();
  if (isSupported) await keep(db, deviceId, marks, now);
}

/** Runs with each message that says of nodes that they are not there. */
const forget = statement((q, p: Params<{ deviceId: number; uri: string; below: string; beyond: string }>) =>
  q
    .deleteFrom('instance_states')
    .where('device_id', '=', p('deviceId'))
    .where((where) =>
      where.or([
        where('uri', '=', p('uri')),
        where.and([where('uri', '>=', p('below')), where('uri', '<', p('beyond'))]),
      ]),
    ),
);

/** Without those that lie below another: a device says of each child of a missing node that it is missing. */
function outermost(uris: readonly string[]): string[] {
  const found: string[] = [];
  for (const uri of [...new Set(uris)].sort()) {
    if (!found.some((above) => uri.startsWith(`${above}/`))) found.push(uri);
  }
  return found;
}

async function keep(
  db: Queries,
  deviceId: number,
  marks: readonly ReportedMark[],
  now: number,
): Promise<void> {
  const known = await db
    .selectFrom('instance_states')
    .select(['uri', 'service', 'active', 'by_default', 'locked', 'reported_at'])
    .where('device_id', '=', deviceId)
    .limit(MAX_INSTANCES)
    .execute();
  const types = await typesOfNodes(db, deviceId, [...new Set(marks.map(({ uri }) => uri))]);
  const rows = new Map<string, Row>(known.map((row) => [row.uri, row]));
  const changed = new Set<string>();
  for (const { uri, name, on } of marks) {
    const type = types.get(uri);
    const before = rows.get(uri);
    if (before === undefined && rows.size >= MAX_INSTANCES) continue;
    const service = type === undefined ? (before?.service ?? null) : serviceOf(type);
    const column = name === 'default' ? 'by_default' : name;
    const fresh: Row = { uri, service, active: null, by_default: null, locked: null, reported_at: now };
    rows.set(uri, { ...(before ?? fresh), service, reported_at: now, [column]: on ? 1 : 0 });
    changed.add(uri);
    if (!on || column === 'locked') continue;
    for (const other of rows.values()) {
      const isSure = service !== null && other.service !== null;
      if (other.uri === uri || other[column] !== 1 || (isSure && other.service !== service)) continue;
      // Whether it is of the same service, so that it has lost this, is known of both or not at all.
      rows.set(other.uri, { ...other, [column]: isSure ? 0 : null, reported_at: now });
      changed.add(other.uri);
    }
  }
  const values = [...changed].flatMap((uri) => {
    const row = rows.get(uri);
    return row === undefined ? [] : [{ device_id: deviceId, ...row }];
  });
  for (let from = 0; from < values.length; from += ROWS) {
    await db
      .insertInto('instance_states')
      .values(values.slice(from, from + ROWS))
      .onConflict((conflict) =>
        conflict.columns(['device_id', 'uri']).doUpdateSet((set) => ({
          service: set.ref('excluded.service'),
          active: set.ref('excluded.active'),
          by_default: set.ref('excluded.by_default'),
          locked: set.ref('excluded.locked'),
          reported_at: set.ref('excluded.reported_at'),
        })),
      )
      .execute();
  }
}

/** Rows that one statement writes. */
const ROWS = 100;
