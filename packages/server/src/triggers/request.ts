/** Asking for something to be done now. */
import { type Caller, Conflict, HttpProblem, InvalidInput, NotFound } from '@grove/api';
import { type Static, Type } from 'typebox';
import { deviceNamedByAddress } from '../addresses/index.ts';
import { findDevice } from '../devices/index.ts';
import { keepWish, Wish } from '../notifications/index.ts';
import { showProfile } from '../profiles/index.ts';
import { checkSteps } from '../steps/index.ts';
import { isBindingCurrent, type Queries, type Store } from '../store/index.ts';
import { subscriberNamed } from '../subscribers/index.ts';
import { checkTarget, prepareTarget, snapshotTarget, Target } from '../targets/index.ts';
import { showDefinition, TriggerDefinition, valuesOf } from './definition.ts';
import { finishIfDone } from './finish.ts';
import { launch, type TriggerMeans, type TriggerWork } from './launch.ts';
import { fillIn } from './values.ts';

const { profile, steps, expiresIn } = TriggerDefinition.properties;

/** Devices that one trigger is for at most; for more there are campaigns. */
const MOST_DEVICES = 1_000;
/** Seconds after which what was not begun is given up, where nobody has said. */
const WEEK = 7 * 24 * 60 * 60;

export const Recipient = Type.Union(
  [
    Type.Object(
      {
        device: Type.String({
          minLength: 1,
          maxLength: 400,
          description: 'Id, DevId, telephone number or SIP URI of a device',
        }),
      },
      { additionalProperties: false, title: 'RecipientDevice' },
    ),
    Type.Object(
      {
        subscriber: Type.String({
          minLength: 1,
          maxLength: 400,
          description:
            'Id, IMSI, telephone number, SIP URI or name of a subscriber: all devices that are theirs, or the first that will be',
        }),
      },
      { additionalProperties: false, title: 'RecipientSubscriber' },
    ),
    Type.Object({ target: Target }, { additionalProperties: false, title: 'RecipientTarget' }),
  ],
  { title: 'Recipient', description: 'For whom something is done' },
);
export type Recipient = Static<typeof Recipient>;

export const TriggerRequest = Type.Object(
  {
    to: Recipient,
    trigger: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 128,
        description: 'Name of a definition, which says what is done',
      }),
    ),
    profile,
    steps,
    variables: Type.Optional(
      Type.Record(
        Type.String(),
        Type.Union([Type.String({ maxLength: 1000 }), Type.Number(), Type.Boolean()]),
        {
          description: 'Values of the variables',
        },
      ),
    ),
    notify: Type.Optional(Wish),
    expiresIn,
    reference: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 128,
        description: 'What the caller calls it, such as an order number',
      }),
    ),
    callback: Type.Optional(
      Type.Object(
        { webhook: Type.Integer({ minimum: 1, description: 'Id of a webhook that is told of the result' }) },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false, title: 'TriggerRequest' },
);
export type TriggerRequest = Static<typeof TriggerRequest>;

/**
 * Asks for something to be done now: each device gets its task at once, or a subscriber who has none is waited for.
 *
 * @returns the id of what was asked for
 * @throws {InvalidInput} {@link NotFound} {@link Conflict} when it cannot be done
 * @throws {HttpProblem} when the caller may not ask for it
 */
export async function requestTrigger(
  store: Store,
  request: TriggerRequest,
  caller: Caller,
  means: TriggerMeans,
  now: number,
): Promise<number> {
  const isAllowed = caller.only === undefined || caller.only.includes(request.trigger ?? '');
  if (!isAllowed) throw new HttpProblem('forbidden', 'this token may not ask for that');
  // Outside of the unit, since it may look through all devices.
  const targeted = 'target' in request.to ? await devicesOf(store, request.to.target, now) : undefined;
  return store.transaction(async (db) => {
    const plan = await planOf(db, request);
    if (plan.notify !== undefined && means.notifying === undefined)
      throw new Conflict('devices cannot be asked to call: the server knows no push proxy gateway');
    const wish = plan.notify === undefined ? null : await keepWish(db, plan.notify, 'notify');
    const { deviceIds, subscriberId } =
      targeted === undefined
        ? await recipientsOf(db, request.to)
        : { deviceIds: targeted, subscriberId: null };
    if (request.callback !== undefined) await requireWebhook(db, request.callback.webhook);
    const { id } = await db
      .insertInto('triggers')
      .values({
        name: request.trigger ?? null,
        caller_id: caller.id,
        caller_name: caller.name,
        reference: request.reference ?? null,
        recipient: JSON.stringify(request.to),
        subscriber_id: subscriberId,
        work: JSON.stringify(plan.work),
        wish: wish === null ? null : JSON.stringify(wish),
        webhook_id: request.callback?.webhook ?? null,
        state: deviceIds.length === 0 ? 'waiting' : 'running',
        expires_at: now + plan.expiresIn * 1000,
        created_at: now,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    if (deviceIds.length === 0) return id;
    await launch(db, id, deviceIds, plan.work, wish, means, now);
    await finishIfDone(db, id, now);
    return id;
  });
}

/** What is done, as its definition says or the request itself. */
async function planOf(
  db: Queries,
  request: TriggerRequest,
): Promise<{ work: TriggerWork; notify: Wish | undefined; expiresIn: number }> {
  const { trigger, to, variables = {} } = request;
  const said = (['trigger', 'profile', 'steps'] as const).filter((name) => request[name] !== undefined);
  if (said.length !== 1)
    throw new InvalidInput([{ field: 'trigger', expected: 'one of trigger, profile and steps' }]);
  if (trigger === undefined) {
    if (request.profile !== undefined) await showProfile(db, request.profile);
    const work: TriggerWork =
      request.profile !== undefined
        ? { profile: request.profile, values: variables }
        : { steps: checkSteps(fillIn(request.steps ?? [], variables)) };
    return { work, notify: request.notify, expiresIn: request.expiresIn ?? WEEK };
  }
  const { definition } = await showDefinition(db, trigger);
  if (request.notify !== undefined) {
    const expected = 'nothing: the definition says whether devices are asked to call';
    throw new InvalidInput([{ field: 'notify', expected }]);
  }
  const kind = Object.keys(to)[0] ?? '';
  const recipients: readonly string[] = definition.recipients ?? ['device', 'subscriber'];
  if (!recipients.includes(kind))
    throw new InvalidInput([
      { field: 'to', expected: `one for whom it may be asked: ${recipients.join(' or ')}` },
    ]);
  const values = valuesOf(definition.variables ?? {}, variables);
  const longest = definition.expiresIn ?? WEEK;
  const work: TriggerWork =
    definition.profile !== undefined
      ? { profile: definition.profile, values }
      : { steps: checkSteps(fillIn(definition.steps ?? [], values)) };
  return { work, notify: definition.notify, expiresIn: Math.min(request.expiresIn ?? longest, longest) };
}

async function devicesOf(store: Store, target: Target, now: number): Promise<number[]> {
  await checkTarget(store.reader, target, 'to/target');
  const prepared = await prepareTarget(store.reader, target);
  const found = await snapshotTarget(store, prepared, { now });
  if (found.size === 0) throw new Conflict('there is no device among the target');
  if (found.size > MOST_DEVICES) {
    throw new Conflict(
      `there are ${found.size} devices among the target, and a trigger is for ${MOST_DEVICES} at most: make a campaign`,
    );
  }
  return [...found.ids()];
}

async function recipientsOf(
  db: Queries,
  to: Recipient,
): Promise<{ deviceIds: number[]; subscriberId: number | null }> {
  if ('device' in to) return { deviceIds: [await findDevice(db, to.device)], subscriberId: null };
  if (!('subscriber' in to)) return { deviceIds: [], subscriberId: null };
  const subscriberId = await subscriberNamed(db, to.subscriber);
  if (subscriberId === undefined) {
    // Networks know numbers, whether or not anybody has said whose they are.
    const deviceId = await deviceNamedByAddress(db, to.subscriber);
    if (deviceId === undefined) throw new NotFound('subscriber', to.subscriber);
    return { deviceIds: [deviceId], subscriberId: null };
  }
  const rows = await db
    .selectFrom('subscriber_devices')
    .select('device_id')
    .where('subscriber_id', '=', subscriberId)
    .where(isBindingCurrent)
    .orderBy('device_id')
    .limit(MOST_DEVICES)
    .execute();
  return { deviceIds: rows.map(({ device_id }) => device_id), subscriberId };
}

async function requireWebhook(db: Queries, id: number): Promise<void> {
  const row = await db.selectFrom('webhooks').select('id').where('id', '=', id).executeTakeFirst();
  if (row === undefined)
    throw new InvalidInput([{ field: 'callback/webhook', value: id, expected: 'the id of a webhook' }]);
}
