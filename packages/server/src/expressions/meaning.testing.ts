/** Whether SQL finds the devices that a plain reading of an expression finds, over small random fleets. */
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { recordNodes } from '../devices/index.ts';
import { orderKey } from '../known-values/index.ts';
import { openStore, type Queries, type Store } from '../store/index.ts';
import {
  type Condition,
  compile,
  countDevices,
  type Expression,
  findDevices,
  formatExpression,
  holdsFor,
  readExpression,
} from './index.ts';
import { expressionOver } from './language/expressions.testing.ts';

const NOW = Date.parse('2026-03-01T00:00:00Z');
const DAY = 86_400_000;

interface TestDevice {
  man: string | null;
  swv: string | null;
  seenAt: number | null;
  ip: string | null;
  bandwidth: string | null;
  task: 'failed' | 'succeeded' | null;
  nodes: Record<string, string | null>;
}

const TEXTS = ['Acme', 'acme', 'A%', 'A_me', '[A]*', 'Äcme', '', '2.9', '2.10', '02.9', 'a\\b'];
const text = fc.constantFrom(...TEXTS);
const URIS = ['./A/x/P', './A/y/P', './A/x/y/P', './A/P', './a/x/P', './A/x/Q', './A/[z]/P'];

const device: fc.Arbitrary<TestDevice> = fc.record({
  man: fc.option(text),
  swv: fc.option(fc.constantFrom('2.9', '2.10', '2.1', '2.1b', '10')),
  seenAt: fc.option(fc.constantFrom(NOW, NOW - DAY, NOW - 7 * DAY, NOW - 7 * DAY + 1)),
  ip: fc.option(fc.constantFrom('10.0', '10.01', '10.021', '1.0')),
  bandwidth: fc.option(fc.constantFrom('512', '1024', '64')),
  task: fc.option(fc.constantFrom('failed' as const, 'succeeded' as const)),
  nodes: fc.dictionary(fc.constantFrom(...URIS), fc.option(text), { maxKeys: 4 }),
});

const condition = fc
  .oneof(
    fc.tuple(
      fc.constantFrom('manufacturer', './A/x/P', './A/*/P', './*/*/P', './A/"[z]"/P', './A/*'),
      fc.constantFrom('=', '!=', '~'),
      text,
    ),
    fc.tuple(
      fc.constantFrom('fw', './A/*/P', './A/x/P', 'subscriber.qos.max'),
      fc.constantFrom('<', '<=', '>', '>='),
      text,
    ),
    fc.tuple(
      fc.constantFrom('manufacturer', './A/*/P'),
      fc.constant('in'),
      fc.array(text, { minLength: 1, maxLength: 3 }),
    ),
    fc.tuple(
      fc.constantFrom('manufacturer', 'fw', './A/*/P', 'ip'),
      fc.constant('~'),
      fc.constantFrom(
        '*c*',
        'A?me',
        '?',
        '*',
        'äc*',
        '2.*',
        '02.?',
        '[A*',
        '2.1*',
        '10.*',
        '10.0?1*',
        '\\*',
        '[a]?',
        'a\\b',
      ),
    ),
  )
  .map(([subject, operator, value]) => {
    const written = Array.isArray(value)
      ? `(${value.map((each) => JSON.stringify(each)).join(', ')})`
      : JSON.stringify(value);
    return `${subject} ${operator} ${written}`;
  });

const simple = fc.constantFrom(
  'lastSeen > -7d',
  'lastSeen <= -1d',
  'lastSeen < 2026-02-23',
  'lastSeen exists',
  'manufacturer exists',
  './A/x exists',
  './A/x/P exists',
  './A/* exists',
  './A/*/P exists',
  './*/y exists',
  'count(./A/*/P) > 1',
  'count(./A/*/P) = 0',
  'task = failed',
  'task != failed',
  'task in (failed, succeeded)',
  'subscriber.qos.max = 512',
  'subscriber.qos.max exists',
  'reported(./A/x/P) > -1d',
);

const expression = expressionOver(
  fc.oneof(condition, simple).map((written): Expression => readExpression(written)),
);

/** The values that a condition is about. */
function valuesOf({ subject }: Condition, device: TestDevice): string[] {
  const known = (value: string | null) => (value === null ? [] : [value]);
  if (subject.kind === 'path') return at(device, subject.segments).flatMap(([, value]) => known(value));
  switch (subject.names.join('.')) {
    case 'manufacturer':
      return known(device.man);
    case 'ip':
      return known(device.ip);
    case 'fw':
      return known(device.swv);
    case 'task':
      return known(device.task);
    case 'subscriber.qos.max':
      return known(device.bandwidth);
    default:
      throw new Error(subject.names.join('.'));
  }
}

function at(
  device: TestDevice,
  segments: readonly (string | null)[],
  isDeeper = false,
): [string, string | null][] {
  return Object.entries(device.nodes).filter(([uri]) => {
    const names = uri.slice(2).split('/');
    const fits = isDeeper ? names.length >= segments.length : names.length === segments.length;
    return fits && segments.every((name, depth) => name === null || name === names[depth]);
  });
}

const compareKeys = (a: string, b: string) =>
  Buffer.compare(Buffer.from(orderKey(a)), Buffer.from(orderKey(b)));

const OPERATORS: Record<string, (value: string, given: string) => boolean> = {
  '=': (value, given) => value === given,
  '!=': (value, given) => value !== given,
  '<': (value, given) => compareKeys(value, given) < 0,
  '<=': (value, given) => compareKeys(value, given) <= 0,
  '>': (value, given) => compareKeys(value, given) > 0,
  '>=': (value, given) => compareKeys(value, given) >= 0,
  '~': (value, given) => {
    const pattern = [...given]
      .map((each) => (each === '*' ? '.*' : each === '?' ? '.' : literally(each)))
      .join('');
    return new RegExp(`^${pattern}$`, 'su').test(lower(value));
  },
};
const lower = (value: string) => value.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
const literally = (character: string) => lower(character).replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');

function holds(expression: Expression, device: TestDevice): boolean {
  switch (expression.kind) {
    case 'and':
      return expression.parts.every((part) => holds(part, device));
    case 'or':
      return expression.parts.some((part) => holds(part, device));
    case 'not':
      return !holds(expression.part, device);
    case 'condition':
      return conditionHolds(expression, device);
  }
}

function conditionHolds(condition: Condition, device: TestDevice): boolean {
  const { subject, test } = condition;
  if (subject.kind === 'path' && test.kind === 'exists') return at(device, subject.segments, true).length > 0;
  if (subject.kind === 'field' && ['lastSeen', 'reported', 'count'].includes(subject.names[0] ?? '')) {
    return numbersHold(condition, device);
  }
  const values = valuesOf(condition, device);
  if (test.kind === 'exists') return values.length > 0;
  const given = test.kind === 'in' ? test.values : [test.value];
  const operator = OPERATORS[test.kind === 'in' ? '=' : test.operator];
  return given.some((each) => values.some((value) => each.kind === 'text' && operator?.(value, each.value)));
}

function numbersHold({ subject, test }: Condition, device: TestDevice): boolean {
  if (subject.kind === 'path' || test.kind === 'in') throw new Error('not asked here');
  const path = subject.argument?.kind === 'path' ? at(device, subject.argument.segments) : [];
  const value =
    { lastSeen: device.seenAt, reported: path.length === 0 ? null : NOW, count: path.length }[
      subject.names[0] ?? ''
    ] ?? null;
  if (value === null || test.kind === 'exists') return value !== null;
  const given = test.value;
  const number =
    given.kind === 'time' ? given.at : given.kind === 'ago' ? NOW - given.count * DAY : Number(given.value);
  return {
    '<': value < number,
    '<=': value <= number,
    '>': value > number,
    '>=': value >= number,
    '=': value === number,
  }[test.operator as '<'];
}

async function store(db: Queries, devices: readonly TestDevice[]): Promise<number[]> {
  const ids: number[] = [];
  for (const [n, { man, swv, seenAt, ip, bandwidth, task, nodes }] of devices.entries()) {
    const { id } = await db
      .insertInto('devices')
      .values({
        dev_id: `IMEI:${n}`,
        man,
        swv,
        swv_key: swv === null ? null : orderKey(swv),
        seen_at: seenAt,
        created_at: 0,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    ids.push(id);
    const reported = Object.entries(nodes).map(([uri, value]) => ({ uri, format: 'chr', type: null, value }));
    await recordNodes(db, id, reported, [], NOW);
    if (ip !== null) {
      await db
        .insertInto('device_addresses')
        .values({ device_id: id, kind: 'ip', value: ip, changed_at: 0 })
        .execute();
    }
    if (task !== null)
      await db
        .insertInto('tasks')
        .values({ device_id: id, steps: '[]', state: task, created_at: 0 })
        .execute();
    if (bandwidth !== null) {
      const subscriber = await db
        .insertInto('subscribers')
        .values({ name: `s${n}`, created_at: 0, updated_at: 0 })
        .returning('id')
        .executeTakeFirstOrThrow();
      await db
        .insertInto('subscriber_attributes')
        .values({
          subscriber_id: subscriber.id,
          path: 'qos.max',
          value: bandwidth,
          order_key: orderKey(bandwidth),
        })
        .execute();
      await db
        .insertInto('subscriber_devices')
        .values({ subscriber_id: subscriber.id, device_id: id, from_at: 0, origin: 'set' })
        .execute();
    }
  }
  return ids;
}

/** @param runs how many fleets are tried */
export function meaningSuite(freshUrl: () => Promise<string>, runs: number): void {
  let grove: Store;
  beforeEach(async () => {
    grove = await openStore({ url: await freshUrl() });
  });
  afterEach(() => grove.close());

  it('finds, counts and judges devices as a plain reading does', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(device, { minLength: 1, maxLength: 6 }),
        fc.array(expression, { minLength: 1, maxLength: 12 }),
        async (devices, expressions) => {
          await grove.transaction(async (db) => {
            await db.deleteFrom('devices').execute();
            await db.deleteFrom('subscribers').execute();
          });
          const ids = await grove.transaction((db) => store(db, devices));
          const predicates = expressions.map((each) => compile(each));
          const holding: boolean[][] = ids.map(() => []);
          for (const [n, predicate] of predicates.entries()) {
            const given = expressions[n] as Expression;
            const expected = ids.filter((_, at) => holds(given, devices[at] as TestDevice));
            const found = await findDevices(grove, predicate, { limit: 100 }, { now: NOW });
            expect(found, formatExpression(given)).toEqual({ items: expected, next: null });
            expect(await countDevices(grove, predicate, { now: NOW })).toBe(expected.length);
            for (const [at, id] of ids.entries()) holding[at]?.push(expected.includes(id));
          }
          for (const [at, id] of ids.entries())
            expect(await holdsFor(grove.reader, id, predicates, NOW)).toEqual(holding[at]);
        },
      ),
      { numRuns: runs },
    );
  }, 60_000);

  it('asks for policies, profiles and instances', async () => {
    const found = async (text: string) => {
      const page = await findDevices(grove, compile(readExpression(text)), { limit: 9 }, { now: NOW });
      return page.items.length;
    };
    await grove.transaction(async (db) => {
      const [first = 0, second = 0] = await store(db, [NOTHING, NOTHING]);
      const { id: profile_id } = await db
        .insertInto('profiles')
        .values({ name: 'mms', version: 1, created_at: 0, updated_at: 0 })
        .returning('id')
        .executeTakeFirstOrThrow();
      const { id: policy_id } = await db
        .insertInto('policies')
        .values({
          name: 'office',
          profile_id,
          target: '{}',
          priority: 0,
          drift: 'report',
          removal: 'leave',
          state: 'active',
          created_at: 0,
          updated_at: 0,
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      for (const [device_id, state] of [
        [first, 'drifted'],
        [second, 'failed'],
      ] as const) {
        await db
          .insertInto('compliance')
          .values({ device_id, policy_id, state, before: '{}', attempts: 0, changed_at: 0 })
          .execute();
      }
      await db
        .insertInto('instance_states')
        .values([
          { device_id: first, uri: './A/x', active: 1, locked: 0, reported_at: 0 },
          { device_id: first, uri: './A/y', active: null, locked: 1, reported_at: 0 },
        ])
        .execute();
    });
    expect(await found('policy("office") = drifted')).toBe(1);
    expect(await found('policy("office") != compliant')).toBe(2);
    expect(await found('profile("mms") in (failed, refused)')).toBe(1);
    expect(await found('policy("mms") exists')).toBe(0);
    expect(await found('locked(./A/*) = true and active(./A/x) = true')).toBe(1);
    expect(await found('locked(./A/x) = true or active(./A/y) exists')).toBe(0);
  });
}

const NOTHING: TestDevice = {
  man: null,
  swv: null,
  seenAt: null,
  ip: null,
  bandwidth: null,
  task: null,
  nodes: {},
};
