/** How policies are on devices, for people who ask. */
import { idAfter, type Page, type PageRequest, pageOf } from '@grove/api';
import type { NodeDifference } from '../steps/index.ts';
import type { ComplianceState, Queries, Store } from '../store/index.ts';
import { countTarget, prepareTarget, targetsHold } from '../targets/index.ts';
import type { PolicyBook } from './book.ts';
import type { Policy } from './policy.ts';

/** How one policy is on one device. Times are milliseconds since the epoch. */
export interface DeviceCompliance {
  readonly policy: string;
  readonly profile: string;
  readonly deviceId: number;
  readonly devId: string;
  readonly state: ComplianceState;
  readonly reason: string | null;
  /** Nodes that are not as wanted, where it has drifted. */
  readonly drift: readonly NodeDifference[];
  readonly checkedAt: number | null;
  readonly changedAt: number;
  readonly retryAt: number | null;
  readonly sessionId: number | null;
}

export type ComplianceCounts = Record<ComplianceState, number>;

export const COMPLIANCE_STATES = [
  'pending',
  'compliant',
  'drifted',
  'failed',
  'refused',
  'conflicting',
  'removed',
] as const satisfies readonly ComplianceState[];

/** Rows that one statement counts. */
const RANGE = 50_000;

/**
 * How many devices are how with a policy. Others have their turn meanwhile. Devices of its target that have not called
 * since are pending.
 */
export async function countCompliance(store: Store, policy: Policy, now: number): Promise<ComplianceCounts> {
  const counts: ComplianceCounts = {
    pending: 0,
    compliant: 0,
    drifted: 0,
    failed: 0,
    refused: 0,
    conflicting: 0,
    removed: 0,
  };
  for (const state of COMPLIANCE_STATES) counts[state] = await countState(store, policy.id, state);
  if (policy.state !== 'active') return counts;
  const target = await prepareTarget(store.reader, policy.target);
  const members = await countTarget(store, target, { now });
  const known = COMPLIANCE_STATES.reduce(
    (sum, state) => (state === 'removed' ? sum : sum + counts[state]),
    0,
  );
  counts.pending += Math.max(0, members - known);
  return counts;
}

async function countState({ reader }: Store, policyId: number, state: ComplianceState): Promise<number> {
  let count = 0;
  for (let after = 0; ; ) {
    const range = await reader
      .selectFrom((from) =>
        from
          .selectFrom('compliance')
          .select('device_id')
          .where('policy_id', '=', policyId)
          .where('state', '=', state)
          .where('device_id', '>', after)
          .orderBy('device_id')
          .limit(RANGE)
          .as('range'),
      )
      .select(({ fn }) => [fn.countAll<number>().as('count'), fn.max('range.device_id').as('last')])
      .executeTakeFirstOrThrow();
    const found = Number(range.count);
    count += found;
    if (found < RANGE || range.last === null) return count;
    after = Number(range.last);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const rows = (db: Queries) =>
  db
    .selectFrom('compliance')
    .innerJoin('policies', 'policies.id', 'compliance.policy_id')
    .innerJoin('profiles', 'profiles.id', 'policies.profile_id')
    .innerJoin('devices', 'devices.id', 'compliance.device_id')
    .select([
      'policies.name as policy',
      'profiles.name as profile',
      'compliance.device_id as deviceId',
      'devices.dev_id as devId',
      'compliance.state',
      'compliance.reason',
      'compliance.detail',
      'compliance.checked_at as checkedAt',
      'compliance.changed_at as changedAt',
      'compliance.retry_at as retryAt',
      'compliance.session_id as sessionId',
    ]);

function complianceOf<R extends { detail: string | null; state: ComplianceState; retryAt: number | null }>({
  detail,
  ...row
}: R) {
  const drift = detail === null ? [] : (JSON.parse(detail) as NodeDifference[]);
  return { ...row, retryAt: row.state === 'failed' ? row.retryAt : null, drift };
}

/** How a policy is on the devices that it has come to, by device id. */
export async function listCompliance(
  db: Queries,
  policy: Policy,
  { state }: { state?: ComplianceState | undefined },
  page: PageRequest,
): Promise<Page<DeviceCompliance>> {
  const after = idAfter(page);
  const found = await rows(db)
    .where('compliance.policy_id', '=', policy.id)
    .$if(state !== undefined, (query) => query.where('compliance.state', '=', state as ComplianceState))
    .$if(after !== undefined, (query) => query.where('compliance.device_id', '>', after as number))
    .orderBy('compliance.device_id')
    .limit(page.limit + 1)
    .execute();
  return pageOf(found.map(complianceOf), page.limit, ({ deviceId }) => deviceId);
}

/**
 * How all policies are on a device that are for it or have ever come to it, by name.
 *
 * @param now milliseconds since the epoch
 */
export async function deviceCompliance(
  db: Queries,
  book: PolicyBook,
  deviceId: number,
  now: number,
): Promise<DeviceCompliance[]> {
  const found = await rows(db)
    .where('compliance.device_id', '=', deviceId)
    .orderBy('policies.name')
    .execute();
  const known = found.map(complianceOf);
  const others = book.assignments.flatMap(({ policy, target }) =>
    target === undefined || known.some((row) => row.policy === policy.name) ? [] : [{ policy, target }],
  );
  const holds = await targetsHold(
    db,
    deviceId,
    others.map(({ target }) => target),
    now,
  );
  const expected = others.filter((_, at) => holds[at]);
  if (expected.length === 0) return known;
  const { dev_id: devId } = await db
    .selectFrom('devices')
    .select('dev_id')
    .where('id', '=', deviceId)
    .executeTakeFirstOrThrow();
  const pending = expected.map(({ policy }): DeviceCompliance => {
    const { name, profile, updatedAt } = policy;
    const nothing = { reason: null, drift: [], checkedAt: null, retryAt: null, sessionId: null };
    return { policy: name, profile, deviceId, devId, state: 'pending', changedAt: updatedAt, ...nothing };
  });
  return [...known, ...pending].sort((a, b) => (a.policy < b.policy ? -1 : 1));
}
