/** What is to be done next about a notification: which push, over what, or how it ends. */
import { type Address, type AddressKind, formatAddress } from '@grove/push';
import { type Attempt, isOutstanding, type Life, pendingAttempts } from './life.ts';
import type { NotificationPolicy } from './wish.ts';

/** A way to a device. */
export interface Way {
  /** As PAP writes it. */
  readonly address: string;
  /** The bearer that is insisted on; null = the gateway chooses. */
  readonly bearer: string | null;
}

/** Kinds of addresses in the order in which they are tried, where nobody has said which bearers. */
const KINDS: readonly AddressKind[] = ['plmn', 'sip', 'ipv4', 'ipv6', 'user'];

/** The kinds that a bearer takes; one with a name of its operator's may take any. */
const KINDS_OF_BEARER: Readonly<Record<string, readonly AddressKind[]>> = {
  sms: ['plmn'],
  sip: ['sip'],
  udp: ['ipv4', 'ipv6'],
  http: ['ipv4', 'ipv6'],
};

/** The ways to a device, the first to be tried first. */
export function waysTo(addresses: readonly Address[], bearers: readonly string[] | undefined): Way[] {
  const ways = (kinds: readonly AddressKind[], bearer: string | null): Way[] =>
    kinds.flatMap((kind) =>
      addresses
        .filter((address) => address.kind === kind)
        .map((address) => ({ address: formatAddress(address), bearer })),
    );
  if (bearers === undefined) return ways(KINDS, null);
  return bearers.flatMap((bearer) => ways(KINDS_OF_BEARER[bearer.toLowerCase()] ?? KINDS, bearer));
}

/** An address for people: `+441632960001`, `sip:alice@example.com`. */
export function shownAddress(text: string): string {
  const found = /^WAPPUSH=(.*)\/TYPE=/i.exec(text);
  return found?.[1] === undefined ? text : decodeURIComponent(found[1]);
}

/** What is to be done. */
export type NextStep =
  /** The gateway has to be told that these are not wanted any more. */
  | { readonly kind: 'withdraw'; readonly attempts: readonly Attempt[] }
  /** What became of this one is not known: it is submitted once more, under the same name. */
  | { readonly kind: 'submit again'; readonly attempt: Attempt }
  | ({ readonly kind: 'begin'; readonly resync: boolean } & Way)
  | { readonly kind: 'wait'; readonly until: number }
  | { readonly kind: 'expire' }
  | { readonly kind: 'fail'; readonly text: string };

/** Pushes of one notification, whatever the policy says. */
const MAX_ATTEMPTS = 50;

export function nextStep(
  life: Life,
  ways: readonly Way[],
  { rounds, resync }: Pick<NotificationPolicy, 'rounds' | 'resync'>,
  now: number,
): NextStep {
  const { attempts } = life;
  if (!isOutstanding(life)) return { kind: 'withdraw', attempts: pendingAttempts(life) };
  if (now >= life.expiresAt) return { kind: 'expire' };
  const last = attempts.at(-1);
  if (last?.state === 'submitting') return { kind: 'submit again', attempt: last };
  const total = Math.min(ways.length * rounds, MAX_ATTEMPTS);
  const way = ways[attempts.length % Math.max(1, ways.length)];
  if (way !== undefined && attempts.length < total) {
    // By then the device has not called: its nonce may be another one.
    const isLastTry = attempts.length > 0 && attempts.length === total - 1;
    return { kind: 'begin', ...way, resync: resync && isLastTry };
  }
  if (attempts.some(({ state }) => state !== 'failed' && state !== 'cancelled'))
    return { kind: 'wait', until: life.expiresAt };
  return { kind: 'fail', text: whyFailed(attempts) };
}

const NO_WAY =
  'there is no address at which the device could be reached by the bearers that may be used; give it one';

/** What became of the last push over each way. */
function whyFailed(attempts: readonly Attempt[]): string {
  if (attempts.length === 0) return NO_WAY;
  const byWay = new Map(attempts.map((attempt) => [wayOf(attempt), attempt.text ?? 'it failed']));
  return [...byWay].map(([way, text]) => `${way}: ${text}`).join('; ');
}

/** A way in words. */
export function wayOf({ address, bearer }: Way): string {
  const shown = shownAddress(address);
  return bearer === null ? shown : `${bearer} to ${shown}`;
}
