import {
  Conflict,
  InvalidInput,
  NotFound,
  type Page,
  type PageRequest,
  type Problem,
  pageOf,
} from '@grove/api';
import { type Selectable, sql } from 'kysely';
import { type Static, Type } from 'typebox';
import { recordEvent } from '../events/index.ts';
import { releaseGroups } from '../groups/index.ts';
import type { PolicyTable, Queries } from '../store/index.ts';
import { checkTarget, Target, useTarget } from '../targets/index.ts';

/** Seconds after which a device is looked at anew, at the least: sessions of healthy devices are further apart. */
const LEAST_VERIFY = 60;
const YEAR = 366 * 24 * 60 * 60;

/** What a policy is, but for its name. */
export const PolicyDocument = Type.Object(
  {
    description: Type.Optional(Type.String({ maxLength: 4096 })),
    profile: Type.String({
      minLength: 1,
      maxLength: 128,
      description: 'Name of the profile that devices are to have',
    }),
    version: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: 'Version of the profile; the newest, whichever that is, when absent',
      }),
    ),
    target: Target,
    priority: Type.Optional(
      Type.Integer({
        minimum: -1_000_000,
        maximum: 1_000_000,
        description: 'Of two policies that want one node differently the higher one counts; 0 when absent',
      }),
    ),
    drift: Type.Optional(
      Type.Enum(['report', 'correct', 'ignore'], {
        description: 'What becomes of a node that was changed on the device; correct when absent',
      }),
    ),
    verifyEvery: Type.Optional(
      Type.Integer({
        minimum: LEAST_VERIFY,
        maximum: YEAR,
        description:
          'Seconds after which a device that calls is looked at anew; when absent it is not by itself',
      }),
    ),
    removal: Type.Optional(
      Type.Enum(['restore', 'leave'], {
        description:
          'What becomes of what was set on a device that the policy is no longer for: what was added is deleted and what was there before comes back, or it is left. restore when absent',
      }),
    ),
  },
  { additionalProperties: false, description: 'A profile that the devices of a target are to have' },
);
export type PolicyDocument = Static<typeof PolicyDocument>;

/** A policy. Times are milliseconds since the epoch. */
export interface Policy {
  readonly id: number;
  readonly name: string;
  readonly description: string | null;
  readonly profile: string;
  readonly version: number | null;
  readonly target: Target;
  readonly priority: number;
  readonly drift: PolicyTable['drift'];
  /** Seconds. */
  readonly verifyEvery: number | null;
  readonly removal: PolicyTable['removal'];
  /** `retiring` once it is deleted, until it is gone from every device. */
  readonly state: PolicyTable['state'];
  readonly createdAt: number;
  readonly updatedAt: number;
}

type Row = Selectable<PolicyTable> & { profile: string };

const rows = (db: Queries) =>
  db
    .selectFrom('policies')
    .innerJoin('profiles', 'profiles.id', 'policies.profile_id')
    .selectAll('policies')
    .select('profiles.name as profile');

function policyOf(row: Row): Policy {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    profile: row.profile,
    version: row.profile_version,
    target: JSON.parse(row.target) as Target,
    priority: row.priority,
    drift: row.drift,
    verifyEvery: row.verify_every === null ? null : row.verify_every / 1000,
    removal: row.removal,
    state: row.state,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** All policies, those included that are being taken back. */
export async function allPolicies(db: Queries): Promise<Policy[]> {
  return (await rows(db).orderBy('policies.id').execute()).map(policyOf);
}

/** @throws {NotFound} */
export async function showPolicy(db: Queries, name: string): Promise<Policy> {
  const row = await rows(db).where('policies.name', '=', name).executeTakeFirst();
  if (row === undefined) throw new NotFound('policy', name);
  return policyOf(row);
}

/** Policies, by name. */
export async function listPolicies(db: Queries, page: PageRequest): Promise<Page<Policy>> {
  const { after } = page;
  const found = await rows(db)
    .$if(after !== undefined, (query) => query.where('policies.name', '>', after as string))
    .orderBy('policies.name')
    .limit(page.limit + 1)
    .execute();
  return pageOf(found.map(policyOf), page.limit, ({ name }) => name);
}

/**
 * Creates a policy. One of that name that is being taken back is kept, as what is said of it now.
 *
 * @throws {InvalidInput} when there is no such profile, version, group or device
 * @throws {Conflict} when there is one of that name
 */
export async function createPolicy(
  db: Queries,
  name: string,
  document: PolicyDocument,
  now: number,
): Promise<Policy> {
  const values = await valuesOf(db, document);
  const row = await db
    .insertInto('policies')
    .values({ ...values, name, state: 'active', created_at: now, updated_at: now })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet({ ...values, state: 'active', updated_at: now })
        .where('policies.state', '=', 'retiring'),
    )
    .returning('id')
    .executeTakeFirst();
  if (row === undefined) {
    throw new Conflict(`there is a policy ${JSON.stringify(name)} already`, [
      { field: 'name', value: name, expected: 'a name that no policy has' },
    ]);
  }
  const { id } = row;
  await useTarget(db, document.target, { kind: 'policy', id });
  await changeBook(db);
  await recordEvent(db, {
    type: 'policy.created',
    at: now,
    text: `Policy ${name} brings profile ${document.profile} to its devices from now on.`,
    data: { policy: name, profile: document.profile },
  });
  return showPolicy(db, name);
}

/**
 * Replaces what a policy says. Devices get what has changed when they next call.
 *
 * @throws {NotFound}
 * @throws {InvalidInput} when there is no such profile, version, group or device
 * @throws {Conflict} when it is being taken back
 */
export async function updatePolicy(
  db: Queries,
  name: string,
  document: PolicyDocument,
  now: number,
): Promise<Policy> {
  const values = await valuesOf(db, document);
  const policy = await showPolicy(db, name);
  if (policy.state !== 'active') throw new Conflict(`policy ${JSON.stringify(name)} is being taken back`);
  await db
    .updateTable('policies')
    .set({ ...values, updated_at: now })
    .where('id', '=', policy.id)
    .execute();
  await useTarget(db, document.target, { kind: 'policy', id: policy.id });
  await changeBook(db);
  return showPolicy(db, name);
}

/**
 * Deletes a policy: at once where no device has it, else it is taken back from each device that calls, and is gone with
 * the last.
 *
 * @returns what is left of it; undefined when it is gone
 * @throws {NotFound}
 */
export async function deletePolicy(db: Queries, name: string, now: number): Promise<Policy | undefined> {
  const policy = await showPolicy(db, name);
  await db
    .updateTable('policies')
    .set({ state: 'retiring', updated_at: now })
    .where('id', '=', policy.id)
    .execute();
  await releaseGroups(db, { kind: 'policy', id: policy.id });
  await changeBook(db);
  await recordEvent(db, {
    type: 'policy.removed',
    at: now,
    text: `Policy ${name} was deleted, and is taken back from devices as they call.`,
    data: { policy: name },
  });
  return (await dropRetired(db, policy.id)) ? undefined : showPolicy(db, name);
}

/** Forgets a policy that was deleted and is on no device any more. @returns whether it is gone */
export async function dropRetired(db: Queries, policyId: number): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('policies')
    .where('id', '=', policyId)
    .where('state', '=', 'retiring')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('compliance')
            .select('compliance.device_id')
            .whereRef('compliance.policy_id', '=', 'policies.id')
            .where('compliance.state', '!=', 'removed'),
        ),
      ),
    )
    .executeTakeFirst();
  if (Number(numDeletedRows) > 0) await changeBook(db);
  return Number(numDeletedRows) > 0;
}

async function valuesOf(db: Queries, document: PolicyDocument) {
  const {
    profile,
    version,
    target,
    priority = 0,
    drift = 'correct',
    verifyEvery,
    removal = 'restore',
  } = document;
  const problems: Problem[] = [];
  const known = await db
    .selectFrom('profiles')
    .select(['id', 'version'])
    .where('name', '=', profile)
    .executeTakeFirst();
  if (known === undefined)
    problems.push({ field: 'profile', value: profile, expected: 'the name of a profile' });
  else if (version !== undefined && version > known.version) {
    problems.push({
      field: 'version',
      value: version,
      expected: `a version that there is, up to ${known.version}`,
    });
  }
  if (known === undefined || problems.length > 0) throw new InvalidInput(problems);
  await checkTarget(db, target, 'target');
  return {
    description: document.description ?? null,
    profile_id: known.id,
    profile_version: version ?? null,
    target: JSON.stringify(target),
    priority,
    drift,
    verify_every: verifyEvery === undefined ? null : verifyEvery * 1000,
    removal,
  };
}

/** Notes that policies are not what they were. */
async function changeBook(db: Queries): Promise<void> {
  await db.updateTable('policy_book').set({ generation: sql`generation + 1` }).where('id', '=', 1).execute();
}

/** A policy as it would be written with what is returned. */
export function documentOf(policy: Policy): PolicyDocument {
  const { description, profile, version, target, priority, drift, verifyEvery, removal } = policy;
  return {
    ...(description === null ? {} : { description }),
    profile,
    ...(version === null ? {} : { version }),
    target,
    priority,
    drift,
    ...(verifyEvery === null ? {} : { verifyEvery }),
    removal,
  };
}
