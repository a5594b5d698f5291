import {
  type Address,
  type CancelResult,
  type CapabilityAnswer,
  type CapabilityQuery,
  type Initiator,
  type PushAddress,
  type PushAnswer,
  type PushReference,
  type PushService,
  RESULT,
  type StatusResult,
  type Submission,
} from '@grove/push';
import { keyOf, shortAddress } from '../address/index.ts';
import { findUser } from '../directory/index.ts';
import { TokenBucket } from '../dispatch/index.ts';
import {
  type Cancellation,
  type ClientLimits,
  cancelDeliveries,
  type DeliveryStatus,
  deliveriesOf,
  type Lifetimes,
  type Rules,
  submit,
} from '../queue/index.ts';
import type { Store } from '../store/index.ts';

/** A client, as the service sees it. */
export interface Client extends ClientLimits {
  /** Pushes in a second; undefined for any. */
  readonly rate?: number | undefined;
}

export interface ServiceOptions {
  readonly store: Store;
  readonly clients: readonly Client[];
  readonly rules: Rules;
  readonly lifetimes: Lifetimes;
  readonly now: () => number;
  /** Whether a bearer takes pushes at present. */
  readonly isUp: (bearer: string) => boolean;
  /** Bearers that have something to do. */
  readonly onQueued: (bearers: readonly string[]) => void;
  /** Initiators may have to be told of something. */
  readonly onEnded: () => void;
}

/** Takes pushes for clients, and says what became of them. */
export class GatewayService implements PushService {
  readonly #options: ServiceOptions;
  readonly #clients: ReadonlyMap<string, { client: Client; bucket: TokenBucket | undefined }>;

  constructor(options: ServiceOptions) {
    this.#options = options;
    this.#clients = new Map(
      options.clients.map((client) => [
        client.name,
        {
          client,
          bucket: client.rate === undefined ? undefined : new TokenBucket(client.rate, options.now()),
        },
      ]),
    );
  }

  async submit(submission: Submission, from: Initiator): Promise<PushAnswer> {
    const { store, rules, lifetimes, now, onQueued, onEnded } = this.#options;
    const known = this.#clients.get(from.name);
    if (known === undefined) return { code: RESULT.forbidden.code };
    const wait = known.bucket?.take(now()) ?? 0;
    if (wait > 0) {
      const desc = `this client may submit ${known.client.rate} pushes in a second; the next one in ${wait} ms`;
      return { code: RESULT.serviceUnavailable.code, desc };
    }
    const { answer, bearers } = await submit(store, submission, known.client, lifetimes, rules, now());
    onQueued(bearers);
    if (submission.notifyRequestedTo !== undefined) onEnded();
    return this.#withWaiting(answer, bearers);
  }

  /** Says in the answer, too, for what a push waits that cannot go out now. */
  #withWaiting(answer: PushAnswer, bearers: readonly string[]): PushAnswer {
    const down = bearers.filter((bearer) => !this.#options.isUp(bearer));
    if (down.length === 0) return answer;
    return { ...answer, desc: `${answer.desc ?? 'stored'}; it waits for ${down.join(' and ')} to be up` };
  }

  async cancel(push: PushReference, from: Initiator): Promise<readonly CancelResult[]> {
    const { store, now, onEnded } = this.#options;
    const { found, unknown, isKnown, cancellations } = await store.transaction(async (db) => {
      const all = await deliveriesOf(db, from.name, push.pushId);
      const chosen = choose(all, push.addresses);
      const reason = 'cancelled by the initiator';
      return {
        ...chosen,
        isKnown: all.length > 0,
        cancellations: await cancelDeliveries(db, chosen.found, reason, now()),
      };
    });
    if (!isKnown) return [{ code: RESULT.pushIdNotFound.code }];
    if (found.length > 0) onEnded();
    const results = group(
      cancellations,
      ({ isCancelled, text }: Cancellation) => ({
        code: isCancelled ? RESULT.ok.code : RESULT.cancellationNotPossible.code,
        desc: text,
      }),
      ({ delivery }) => delivery.addressText,
    );
    return [...results, ...unknownResults(unknown)];
  }

  async statusQuery(push: PushReference, from: Initiator): Promise<readonly StatusResult[]> {
    const all = await deliveriesOf(this.#options.store.reader, from.name, push.pushId);
    if (all.length === 0) return [{ state: 'unknown', code: RESULT.pushIdNotFound.code }];
    const { found, unknown } = choose(all, push.addresses);
    const results = group(found, statusOf, ({ addressText }) => addressText);
    return [
      ...results,
      ...unknownResults(unknown).map((result) => ({ ...result, state: 'unknown' as const })),
    ];
  }

  async ccq(query: CapabilityQuery): Promise<CapabilityAnswer> {
    const { address } = query.address;
    if (address.kind !== 'user') {
      const desc = 'the gateway knows capabilities of the users of its directory only';
      return { code: RESULT.capabilitiesNotAvailable.code, desc };
    }
    const user = await findUser(this.#options.store.reader, address.user);
    if (user === undefined) {
      const desc = `the directory knows no user ${JSON.stringify(shortAddress(address))}`;
      return { code: RESULT.addressNotFound.code, desc };
    }
    const { capabilities } = user;
    if (capabilities === undefined) {
      return {
        code: RESULT.capabilitiesNotAvailable.code,
        desc: 'nobody has said what these terminals can do',
      };
    }
    return { code: RESULT.ok.code, capabilities: new TextEncoder().encode(capabilities) };
  }
}

/** Of a push's deliveries those that a request is about; without addresses all. */
function choose(
  all: readonly DeliveryStatus[],
  addresses: readonly PushAddress[],
): { found: readonly DeliveryStatus[]; unknown: readonly PushAddress[] } {
  if (addresses.length === 0) return { found: all, unknown: [] };
  const wanted = new Set(addresses.map(({ address }: { address: Address }) => keyOf(address)));
  const known = new Set(all.map(({ address }) => address));
  return {
    found: all.filter(({ address }) => wanted.has(address)),
    unknown: addresses.filter(({ address }) => !known.has(keyOf(address))),
  };
}

function unknownResults(unknown: readonly PushAddress[]): CancelResult[] {
  if (unknown.length === 0) return [];
  const desc = 'the push was not for this address';
  return [{ code: RESULT.addressNotFound.code, desc, addresses: unknown.map(({ text }) => text) }];
}

function statusOf(delivery: DeliveryStatus): Omit<StatusResult, 'addresses'> {
  const { state, text, changedAt } = delivery;
  const isUnderWay = state === 'queued' || state === 'sending' || state === 'accepted';
  return {
    eventTime: changedAt,
    state: isUnderWay ? 'pending' : state,
    code: isUnderWay ? RESULT.accepted.code : (delivery.code ?? RESULT.serviceFailure.code),
    desc: text,
  };
}

/** Results for several addresses; those with the same outcome share one. */
function group<T, R extends object>(
  items: readonly T[],
  resultOf: (item: T) => R,
  addressOf: (item: T) => string,
): (R & { addresses: string[] })[] {
  const groups = new Map<string, R & { addresses: string[] }>();
  for (const item of items) {
    const result = resultOf(item);
    const key = JSON.stringify(result);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { ...result, addresses: [addressOf(item)] });
    else known.addresses.push(addressOf(item));
  }
  return [...groups.values()];
}
