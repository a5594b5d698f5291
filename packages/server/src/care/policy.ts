/** Which errors open cases. */
import { type Static, Type } from 'typebox';
import type { CareSeverity, Queries } from '../store/index.ts';

/** What kinds of errors there are, and what becomes of them where nobody has said otherwise. */
export const CARE_KINDS = {
  'task-failed': { says: 'a task failed on its device', opens: true, severity: 'normal' },
  'user-refused': { says: 'a user did not want what the device was to get', opens: true, severity: 'low' },
  unreachable: { says: 'there is no way to ask a device to call', opens: true, severity: 'normal' },
  'not-called': { says: 'a device was asked to call and did not in time', opens: false, severity: 'low' },
  alert: {
    says: 'a device reported a fatal or critical error of its own accord',
    opens: true,
    severity: 'high',
  },
  campaign: { says: 'a campaign paused itself, or ended with failures', opens: true, severity: 'high' },
  drift: { says: 'a device does not have what a policy wants', opens: true, severity: 'normal' },
  'policy-failed': {
    says: 'a policy could not be brought about on devices',
    opens: true,
    severity: 'normal',
  },
  rule: { says: 'a rule wants somebody to look at a device', opens: true, severity: 'normal' },
  trigger: { says: 'what another system asked for did not succeed', opens: true, severity: 'normal' },
  webhook: {
    says: 'an address does not take the events that it is to be told of',
    opens: true,
    severity: 'high',
  },
} as const satisfies Record<string, { says: string; opens: boolean; severity: CareSeverity }>;

export type CareKind = keyof typeof CARE_KINDS;

export const CARE_SEVERITIES = ['low', 'normal', 'high'] as const satisfies readonly CareSeverity[];
const NAMES = Object.keys(CARE_KINDS) as readonly CareKind[];

function eachKind<T>(make: (kind: CareKind) => T): Record<CareKind, T> {
  return Object.fromEntries(NAMES.map((kind) => [kind, make(kind)])) as Record<CareKind, T>;
}

const kindSchema = (kind: CareKind) =>
  Type.Object(
    {
      opens: Type.Boolean({ description: `Whether there is a case when ${CARE_KINDS[kind].says}` }),
      severity: Type.Enum([...CARE_SEVERITIES]),
    },
    { additionalProperties: false },
  );

/** Which errors open cases, by kind. */
export const CarePolicy = Type.Object(
  {
    maxOpen: Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      description: 'Cases that may be open; what comes beyond them is counted in one case for each kind',
    }),
    kinds: Type.Object(eachKind(kindSchema), { additionalProperties: false }),
  },
  { additionalProperties: false, title: 'CarePolicy' },
);
export type CarePolicy = Static<typeof CarePolicy>;

/** What counts until somebody says otherwise. */
export const DEFAULT_CARE_POLICY: CarePolicy = {
  maxOpen: 10_000,
  kinds: eachKind((kind) => ({ opens: CARE_KINDS[kind].opens, severity: CARE_KINDS[kind].severity })),
};

/** The policy that counts. Kinds that it does not know, since it is older than they are, are as they are by default. */
export async function showCarePolicy(db: Queries): Promise<CarePolicy> {
  const row = await db.selectFrom('care_policy').select('policy').where('id', '=', 1).executeTakeFirst();
  if (row === undefined) return DEFAULT_CARE_POLICY;
  const kept = JSON.parse(row.policy) as CarePolicy;
  return { ...kept, kinds: { ...DEFAULT_CARE_POLICY.kinds, ...kept.kinds } };
}

/** Has another policy count for errors from now on. */
export async function setCarePolicy(db: Queries, policy: CarePolicy, now: number): Promise<void> {
  const kept = { policy: JSON.stringify(policy), changed_at: now };
  await db
    .insertInto('care_policy')
    .values({ id: 1, ...kept })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(kept))
    .execute();
}
