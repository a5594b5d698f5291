/** The rows that say how policies are on devices: what a session reads and writes of them. */

import type { Selectable } from 'kysely';
import { type ComplianceTable, type Params, type Queries, statement } from '../store/index.ts';
import type { Before } from './before.ts';

type Row = Selectable<ComplianceTable>;

/** How a policy is on a device. */
export interface Compliance extends Omit<Row, 'before' | 'device_id' | 'policy_id'> {
  readonly deviceId: number;
  readonly policyId: number;
  readonly before: Before;
  /** Digest of what it was last tried to bring about; null = nothing was. */
  readonly tried: string | null;
  /** Digest of what was brought about; null = nothing was. */
  readonly applied: string | null;
}

const COLUMNS = [
  'device_id',
  'policy_id',
  'state',
  'reason',
  'detail',
  'purpose',
  'stands',
  'wanted_id',
  'rendering_id',
  'before',
  'attempts',
  'retry_at',
  'checked_at',
  'changed_at',
  'session_id',
] as const;

const ofDevice = statement((q, p: Params<{ deviceId: number }>) =>
  q
    .selectFrom('compliance')
    .leftJoin('renderings as wanted', 'wanted.id', 'compliance.wanted_id')
    .leftJoin('renderings as present', 'present.id', 'compliance.rendering_id')
    .select(COLUMNS)
    .select(['wanted.digest as tried', 'present.digest as applied'])
    .where('compliance.device_id', '=', p('deviceId')),
);

const put = statement((q, p: Params<Row>) =>
  q
    .insertInto('compliance')
    .values({
      device_id: p('device_id'),
      policy_id: p('policy_id'),
      state: p('state'),
      reason: p('reason'),
      detail: p('detail'),
      purpose: p('purpose'),
      stands: p('stands'),
      wanted_id: p('wanted_id'),
      rendering_id: p('rendering_id'),
      before: p('before'),
      attempts: p('attempts'),
      retry_at: p('retry_at'),
      checked_at: p('checked_at'),
      changed_at: p('changed_at'),
      session_id: p('session_id'),
    })
    .onConflict((conflict) =>
      conflict.columns(['device_id', 'policy_id']).doUpdateSet((set) => ({
        state: set.ref('excluded.state'),
        reason: set.ref('excluded.reason'),
        detail: set.ref('excluded.detail'),
        purpose: set.ref('excluded.purpose'),
        stands: set.ref('excluded.stands'),
        wanted_id: set.ref('excluded.wanted_id'),
        rendering_id: set.ref('excluded.rendering_id'),
        before: set.ref('excluded.before'),
        attempts: set.ref('excluded.attempts'),
        retry_at: set.ref('excluded.retry_at'),
        checked_at: set.ref('excluded.checked_at'),
        changed_at: set.ref('excluded.changed_at'),
        session_id: set.ref('excluded.session_id'),
      })),
    ),
);

function complianceOf({
  device_id,
  policy_id,
  before,
  ...row
}: Row & Pick<Compliance, 'tried' | 'applied'>): Compliance {
  return { ...row, deviceId: device_id, policyId: policy_id, before: JSON.parse(before) as Before };
}

/** How one policy is on a device. */
export async function findCompliance(
  db: Queries,
  deviceId: number,
  policyId: number,
): Promise<Compliance | undefined> {
  return (await complianceOfDevice(db, deviceId)).find((row) => row.policyId === policyId);
}

/** How all policies are on a device that were ever brought to it. */
export async function complianceOfDevice(db: Queries, deviceId: number): Promise<Compliance[]> {
  return (await ofDevice.all(db, { deviceId })).map(complianceOf);
}

/** How a policy is on a device to which it has never come. */
export function unknownCompliance(deviceId: number, policyId: number, now: number): Compliance {
  return {
    deviceId,
    policyId,
    state: 'pending',
    reason: null,
    detail: null,
    purpose: null,
    stands: null,
    wanted_id: null,
    rendering_id: null,
    before: {},
    tried: null,
    applied: null,
    attempts: 0,
    retry_at: null,
    checked_at: null,
    changed_at: now,
    session_id: null,
  };
}

/** Writes how a policy is on a device, if that has changed. */
export async function keepCompliance(
  db: Queries,
  was: Compliance | undefined,
  change: Partial<Compliance> & Pick<Compliance, 'deviceId' | 'policyId'>,
  now: number,
): Promise<Compliance> {
  const before = was ?? unknownCompliance(change.deviceId, change.policyId, now);
  const after: Compliance = { ...before, ...change };
  const isNews = was === undefined || JSON.stringify(after) !== JSON.stringify(before);
  if (!isNews) return after;
  const isMoved = was === undefined || after.state !== before.state || after.reason !== before.reason;
  const { deviceId, policyId, before: found, tried: _, applied: __, ...row } = after;
  const kept = { ...row, changed_at: isMoved ? now : row.changed_at };
  await put.run(db, { ...kept, device_id: deviceId, policy_id: policyId, before: JSON.stringify(found) });
  return { ...after, changed_at: kept.changed_at };
}

const sinceThen = statement((q, p: Params<{ deviceId: number; since: number }>) =>
  q
    .selectFrom('device_nodes')
    .innerJoin('node_uris', 'node_uris.id', 'device_nodes.uri_id')
    .innerJoin('node_values', 'node_values.id', 'device_nodes.value_id')
    .select(['node_uris.uri', 'node_values.format', 'node_values.value'])
    .where('device_nodes.device_id', '=', p('deviceId'))
    .where('device_nodes.reported_at', '>', p('since')),
);

/** A node as a device has told it; a value of null is not known. */
export interface KnownNode {
  readonly uri: string;
  readonly format: string;
  readonly value: string | null;
}

/** The nodes that a device has told of since a time, by their URIs. */
export async function toldSince(
  db: Queries,
  deviceId: number,
  since: number,
): Promise<ReadonlyMap<string, KnownNode>> {
  const rows = await sinceThen.all(db, { deviceId, since });
  return new Map(rows.map((row) => [row.uri, row]));
}
