import { type Address, type PushAnswer, parseAddress, RESULT, type Submission } from '@grove/push';
import { isUniqueViolation, type Params } from '@grove/store';
import { keyOf } from '../address/index.ts';
import { terminalsOf } from '../directory/index.ts';
import type { Way } from '../routing/index.ts';
import { insertion, type Queries, type Store, statement } from '../store/index.ts';
import { cancelDeliveries } from './cancel.ts';
import { PRIORITIES } from './claim.ts';
import { deliveriesOf, findDelivery } from './delivery.ts';
import { end, note } from './life.ts';
import type { Rules } from './rules.ts';

/** What a client may submit. */
export interface ClientLimits {
  readonly name: string;
  /** Kinds of addresses; undefined for all. */
  readonly addresses?: readonly Address['kind'][] | undefined;
  /** Addresses of one push. */
  readonly maxAddresses: number;
  /** Whether result notifications may go to a URL. */
  mayNotify(url: string): boolean;
}

/** How long pushes are tried. */
export interface Lifetimes {
  /** Milliseconds for a push that says nothing of it, … */
  readonly usual: number;
  /** … and for any. */
  readonly longest: number;
}

type MessageParams = {
  client: string;
  pushId: string;
  contentType: string;
  applicationId: string | null;
  headers: string;
  body: Uint8Array;
  capabilities: Uint8Array | null;
  quality: string;
  notifyTo: string | null;
  version: string;
  sourceReference: string | null;
  deliverAfter: number | null;
  deliverBefore: number;
  now: number;
};

const addMessage = insertion((q, p: Params<MessageParams>) =>
  q.insertInto('push_messages').values({
    client: p('client'),
    push_id: p('pushId'),
    content_type: p('contentType'),
    application_id: p('applicationId'),
    headers: p('headers'),
    body: p('body'),
    capabilities: p('capabilities'),
    quality: p('quality'),
    notify_to: p('notifyTo'),
    version: p('version'),
    source_reference: p('sourceReference'),
    deliver_after: p('deliverAfter'),
    deliver_before: p('deliverBefore'),
    submitted_at: p('now'),
  }),
);

type DeliveryParams = {
  messageId: number;
  client: string;
  address: string;
  addressText: string;
  priority: number;
  bearer: string | null;
  target: string | null;
  dueAt: number;
  expiresAt: number;
  text: string;
  now: number;
};

const addDelivery = insertion((q, p: Params<DeliveryParams>) =>
  q.insertInto('push_deliveries').values({
    message_id: p('messageId'),
    client: p('client'),
    address: p('address'),
    address_text: p('addressText'),
    state: 'queued',
    priority: p('priority'),
    bearer: p('bearer'),
    target: p('target'),
    due_at: p('dueAt'),
    expires_at: p('expiresAt'),
    failures: 0,
    attempt: 0,
    tried: '[]',
    text: p('text'),
    changed_at: p('now'),
  }),
);

const isKnown = statement((q, p: Params<{ client: string; pushId: string }>) =>
  q
    .selectFrom('push_messages')
    .select('id')
    .where('client', '=', p('client'))
    .where('push_id', '=', p('pushId')),
);

/** What a submission came to. */
export interface Submitted {
  readonly answer: PushAnswer;
  /** Bearers that have something to do now. */
  readonly bearers: readonly string[];
}

/** Stores a push, once for each of its addresses, and answers it once it is on the disk. */
export async function submit(
  store: Store,
  submission: Submission,
  client: ClientLimits,
  lifetimes: Lifetimes,
  rules: Rules,
  now: number,
): Promise<Submitted> {
  const refused = refusalOf(submission, client, now);
  try {
    return await store.transaction((db) => keep(db, submission, client, lifetimes, refused, rules, now));
  } catch (error) {
    if (isUniqueViolation(error)) return duplicate(submission.pushId);
    throw error;
  }
}

const duplicate = (pushId: string): Submitted =>
  refuse(RESULT.duplicatePushId.code, `a push with the id ${JSON.stringify(pushId)} was taken before`);

const refuse = (code: number, desc: string): Submitted => ({ answer: { code, desc }, bearers: [] });

/** What is wrong with a submission, whatever is known in the gateway. */
function refusalOf(submission: Submission, client: ClientLimits, now: number): Submitted | undefined {
  const { addresses, deliverAfter, deliverBefore, notifyRequestedTo } = submission;
  if (addresses.length > client.maxAddresses) {
    const desc = `this client may push to ${client.maxAddresses} addresses at once, not to ${addresses.length}`;
    return refuse(RESULT.forbidden.code, desc);
  }
  const alien = addresses.find(({ address }) => client.addresses?.includes(address.kind) === false);
  if (alien !== undefined) {
    const desc = `this client may not push to ${alien.text}, an address of the kind ${alien.address.kind.toUpperCase()}`;
    return refuse(RESULT.forbidden.code, desc);
  }
  if (deliverBefore !== undefined && deliverBefore <= now) {
    return refuse(RESULT.notPossible.code, 'deliver-before-timestamp is over already');
  }
  if (deliverAfter !== undefined && deliverBefore !== undefined && deliverAfter >= deliverBefore) {
    const desc = 'deliver-after-timestamp is not before deliver-before-timestamp';
    return refuse(RESULT.badRequest.code, desc);
  }
  if (notifyRequestedTo !== undefined && !client.mayNotify(notifyRequestedTo)) {
    const desc =
      'ppg-notify-requested-to is none of the places to which results of this client may be posted';
    return refuse(RESULT.forbidden.code, desc);
  }
  return undefined;
}

interface Destination {
  readonly key: string;
  readonly text: string;
  /** The way it goes first, or why there is none. */
  readonly way: Way | { readonly code: number; readonly text: string };
}

async function keep(
  db: Queries,
  submission: Submission,
  client: ClientLimits,
  lifetimes: Lifetimes,
  refused: Submitted | undefined,
  rules: Rules,
  now: number,
): Promise<Submitted> {
  const { pushId, quality, content } = submission;
  if ((await isKnown.first(db, { client: client.name, pushId })) !== undefined) return duplicate(pushId);
  if (refused !== undefined) return refused;

  const destinations: Destination[] = [];
  for (const { address, text } of submission.addresses) {
    const key = keyOf(address);
    if (destinations.some((known) => known.key === key)) continue;
    destinations.push({ key, text, way: await firstWay(db, address, submission, rules) });
  }
  const lost = destinations.flatMap(({ way }) => ('code' in way ? [way] : []));
  const [why] = lost;
  if (why !== undefined && lost.length === destinations.length) return refuse(why.code, why.text);

  const wanted = await replace(db, submission, client.name, destinations, now);
  if ('answer' in wanted) return wanted;

  const deliverAfter = submission.deliverAfter ?? null;
  const longest = now + lifetimes.longest;
  const deliverBefore = Math.min(submission.deliverBefore ?? now + lifetimes.usual, longest);
  if (deliverAfter !== null && deliverAfter >= deliverBefore) {
    const desc = 'deliver-after-timestamp is later than this gateway keeps pushes';
    return refuse(RESULT.notPossible.code, desc);
  }
  const messageId = await addMessage.insert(db, {
    client: client.name,
    pushId,
    contentType: content.contentType,
    applicationId: content.applicationId ?? null,
    headers: JSON.stringify(content.headers),
    body: content.body,
    capabilities: submission.capabilities ?? null,
    quality: JSON.stringify(quality),
    notifyTo: submission.notifyRequestedTo ?? null,
    version: submission.version,
    sourceReference: submission.sourceReference ?? null,
    deliverAfter,
    deliverBefore,
    now,
  });
  const bearers = new Set<string>();
  for (const { key, text: addressText, way } of wanted) {
    const isWay = !('code' in way);
    const text = isWay ? `queued for ${way.bearer}` : way.text;
    const id = await addDelivery.insert(db, {
      messageId,
      client: client.name,
      address: key,
      addressText,
      priority: PRIORITIES[quality.priority],
      bearer: isWay ? way.bearer : null,
      target: isWay ? keyOf(way.to) : null,
      dueAt: Math.max(now, deliverAfter ?? now),
      expiresAt: deliverBefore,
      text,
      now,
    });
    if (isWay) {
      bearers.add(way.bearer);
      await note(db, id, now, { kind: 'queued', bearer: way.bearer, text });
      continue;
    }
    const delivery = await findDelivery(db, id);
    if (delivery !== undefined) {
      await end(db, delivery, { state: 'undeliverable', code: way.code, text: way.text }, now);
    }
  }
  return { answer: accepted(submission, wanted.length, now), bearers: [...bearers] };
}

function accepted(submission: Submission, addresses: number, now: number): PushAnswer {
  const desc = addresses === 1 ? 'stored' : `stored for ${addresses} addresses`;
  const progressNotes = submission.progressNotesRequested
    ? [{ stage: 'queued', note: desc, time: now }]
    : undefined;
  return { code: RESULT.accepted.code, desc, progressNotes };
}

async function firstWay(
  db: Queries,
  address: Address,
  submission: Submission,
  { router }: Rules,
): Promise<Destination['way']> {
  const terminals = await terminalsOf(db, address);
  const wants = { quality: submission.quality, contentType: submission.content.contentType };
  const ways = router.ways(address, terminals, wants);
  if ('code' in ways) return ways;
  const [way] = ways;
  return way ?? { code: RESULT.addressNotFound.code, text: 'no bearer reaches it' };
}

/**
 * Withdraws the push that a submission takes the place of.
 *
 * @returns the destinations that are left: where only pending ones are to be replaced, those that could be withdrawn
 */
async function replace(
  db: Queries,
  { replaces }: Submission,
  client: string,
  destinations: readonly Destination[],
  now: number,
): Promise<readonly Destination[] | Submitted> {
  if (replaces === undefined) return destinations;
  const earlier = await deliveriesOf(db, client, replaces.pushId);
  if (earlier.length === 0) {
    const desc = `there is no push ${JSON.stringify(replaces.pushId)} to be replaced`;
    return refuse(RESULT.pushIdNotFound.code, desc);
  }
  const withdrawn = new Set<string>();
  for (const { delivery, isCancelled } of await cancelDeliveries(
    db,
    earlier,
    'replaced by another push',
    now,
  )) {
    if (isCancelled) withdrawn.add(keyOf(parseAddress(delivery.address)));
  }
  if (replaces.method === 'all') return destinations;
  const left = destinations.filter(({ key }) => withdrawn.has(key));
  return left.length > 0
    ? left
    : refuse(
        RESULT.cancellationNotPossible.code,
        'the push to be replaced is pending for none of the addresses',
      );
}
