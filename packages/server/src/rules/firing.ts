/** The log of what rules have found. */
import { idAfter, type Page, type PageRequest, pageOf } from '@grove/api';
import { isSecretNode } from '@grove/protocol';
import { listNodes } from '../devices/index.ts';
import { type Condition, compile, conditionsOf, type Expression, holdsFor } from '../expressions/index.ts';
import type { FiringCause, FiringOutcome, Queries } from '../store/index.ts';
import type { Reported } from './reported.ts';
import { isAt, type Path, rootOf, segmentsOf, touchedBy } from './touch.ts';

/** What a rule has gone by: a node with its value, what the device says of itself, or an event. */
export type Evidence =
  | { readonly node: string; readonly value: string | null }
  | { readonly field: string; readonly value: string | null }
  | { readonly event: string; readonly data: unknown };

/** One time that a rule has found a device. */
export interface Firing {
  id: number;
  rule: string;
  deviceId: number;
  devId: string;
  /** Milliseconds since the epoch. */
  at: number;
  outcome: FiringOutcome;
  cause: FiringCause;
  why: Evidence[];
  taskId: number | null;
  /** What was done, in a sentence. */
  text: string;
}

/** Which firings; all of what is given must hold. */
export interface FiringFilter {
  readonly ruleId?: number | undefined;
  readonly deviceId?: number | undefined;
  readonly outcome?: FiringOutcome | undefined;
}

/** Firings, the newest first. */
export async function listFirings(
  db: Queries,
  { ruleId, deviceId, outcome }: FiringFilter,
  page: PageRequest,
): Promise<Page<Firing>> {
  const before = idAfter(page);
  const rows = await db
    .selectFrom('rule_firings')
    .innerJoin('rules', 'rules.id', 'rule_firings.rule_id')
    .innerJoin('devices', 'devices.id', 'rule_firings.device_id')
    .selectAll('rule_firings')
    .select(['rules.name', 'devices.dev_id'])
    .$if(ruleId !== undefined, (query) => query.where('rule_firings.rule_id', '=', ruleId as number))
    .$if(deviceId !== undefined, (query) => query.where('rule_firings.device_id', '=', deviceId as number))
    .$if(outcome !== undefined, (query) => query.where('outcome', '=', outcome as FiringOutcome))
    .$if(before !== undefined, (query) => query.where('rule_firings.id', '<', before as number))
    .orderBy('rule_firings.id', 'desc')
    .limit(page.limit + 1)
    .execute();
  const firings = rows.map(
    (row): Firing => ({
      id: row.id,
      rule: row.name,
      deviceId: row.device_id,
      devId: row.dev_id,
      at: row.at,
      outcome: row.outcome,
      cause: row.cause,
      why: JSON.parse(row.why) as Evidence[],
      taskId: row.task_id,
      text: row.text,
    }),
  );
  return pageOf(firings, page.limit, ({ id }) => id);
}

/** What is kept of the evidence of one firing: nodes, and characters of each value. */
const KEPT = { nodes: 20, value: 200 } as const;
/** Nodes of a device that are looked at for it. */
const LOOKED_AT = 500;

/**
 * What is known of a device at the places that a rule looks at: of several nodes at one path those for which a condition
 * of the rule holds, if there are any.
 */
export async function evidenceOf(
  db: Queries,
  { deviceId, now }: { readonly deviceId: number; readonly now: number },
  expression: Expression | undefined,
  reported: Reported | undefined,
): Promise<Evidence[]> {
  const evidence: Evidence[] = [];
  if (reported !== undefined) evidence.push({ event: reported.type, data: reported.data });
  if (expression === undefined) return evidence;
  const { paths, info } = touchedBy(expression);
  for (const path of paths) {
    const { items } = await listNodes(db, deviceId, rootOf(path), { limit: LOOKED_AT });
    const nodes = items.filter(
      ({ uri, format }) => format !== 'node' && !isSecretNode(uri) && isAt(path, uri),
    );
    const uris = nodes.slice(0, KEPT.nodes).map(({ uri }) => uri);
    const holding = uris.length < 2 ? [] : await holdingAt(db, deviceId, expression, path, uris, now);
    for (const { uri, value } of nodes) {
      if (holding.length === 0 || holding.includes(uri))
        evidence.push({ node: uri, value: value?.slice(0, KEPT.value) ?? null });
    }
  }
  if (info) {
    const row = await db
      .selectFrom('devices')
      .select(['man', 'mod', 'swv', 'lang'])
      .where('id', '=', deviceId)
      .executeTakeFirst();
    const said = { manufacturer: row?.man, model: row?.mod, software: row?.swv, language: row?.lang };
    for (const [field, value] of Object.entries(said)) if (value != null) evidence.push({ field, value });
  }
  return evidence.slice(0, KEPT.nodes);
}

/** Which of some nodes at a path a condition on that path holds for. */
async function holdingAt(
  db: Queries,
  deviceId: number,
  expression: Expression,
  path: Path,
  uris: readonly string[],
  now: number,
): Promise<string[]> {
  const isOfPath = ({ subject }: Condition) =>
    subject.kind === 'path' &&
    subject.segments.length === path.length &&
    subject.segments.every((name, at) => name === path[at]);
  const conditions = conditionsOf(expression).filter(isOfPath);
  const asked = uris.flatMap((uri) =>
    conditions.map((condition) => ({ uri, predicate: compile(about(condition, uri)) })),
  );
  const holds = await holdsFor(
    db,
    deviceId,
    asked.map(({ predicate }) => predicate),
    now,
  );
  return [...new Set(asked.filter((_, at) => holds[at]).map(({ uri }) => uri))];
}

/** A condition about one node, in place of all nodes at a path. */
function about(condition: Condition, uri: string): Condition {
  const { start, end } = condition.subject;
  return { ...condition, subject: { kind: 'path', segments: segmentsOf(uri), start, end } };
}

/** Rows that one statement deletes at most. */
const BATCH = 1000;

/**
 * Deletes the oldest firings; some of them per call.
 *
 * @param before those that came since then are kept, milliseconds since the epoch
 * @returns whether there may be more to delete
 */
export async function trimFirings(db: Queries, before: number): Promise<boolean> {
  const rows = await db.selectFrom('rule_firings').select(['id', 'at']).orderBy('id').limit(BATCH).execute();
  const kept = rows.findIndex(({ at }) => at >= before);
  const old = kept === -1 ? rows : rows.slice(0, kept);
  const last = old.at(-1);
  if (last !== undefined) await db.deleteFrom('rule_firings').where('id', '<=', last.id).execute();
  return old.length === BATCH;
}
