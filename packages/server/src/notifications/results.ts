/** What the gateway reports of pushes. */
import type { Answer, ResultNotification } from '@grove/push';
import { RESULT } from '@grove/push';
import type { Queries } from '../store/index.ts';
import type { Reported } from './gateway.ts';
import { type Happening, isOutstanding } from './life.ts';
import { findStored, happen } from './rows.ts';
import { pushNamed } from './stored.ts';

/**
 * Takes what the gateway says became of a push. The same may come again.
 *
 * @returns what it is answered
 * @throws {NotificationChanged}
 */
export async function recordResult(db: Queries, result: ResultNotification, now: number): Promise<Answer> {
  const named = pushNamed(result.pushId);
  const stored = named === undefined ? undefined : await findStored(db, named.id);
  const isOurs =
    stored !== undefined && stored.token === named?.token && stored.attempts.some(({ n }) => n === named.n);
  if (named === undefined || !isOurs) return RESULT.pushIdNotFound;
  // The gateway was told so because the notification is over, and its answer to that says the same.
  if (result.state === 'cancelled' && !isOutstanding(stored)) return RESULT.ok;
  await happen(db, stored, happeningOf(result, named.n), now);
  return RESULT.ok;
}

/** What the gateway says, in an answer or of its own accord. */
type Result = Pick<ResultNotification, 'state' | 'code' | 'desc' | 'qualityOfService'>;

/** What became of a push; undefined where the gateway has nothing to say of it. */
export function reportedBy(result: Result): Reported | undefined {
  const { state, code, desc, qualityOfService } = result;
  const said = `${desc ?? state} (${code})`;
  switch (state) {
    case 'pending':
    case 'unknown':
      return undefined;
    case 'delivered': {
      const isConfirmed = qualityOfService?.deliveryMethod !== 'unconfirmed';
      return { kind: isConfirmed ? 'delivered' : 'sent', text: said };
    }
    default:
      return { kind: 'undeliverable', text: `${WORDS[state]}: ${said}` };
  }
}

/** Of its own accord a gateway says that a push is pending when the network has taken it. */
function happeningOf(result: Result, n: number): Happening {
  const { state, code, desc } = result;
  const reported = reportedBy(result);
  if (reported !== undefined) return { ...reported, n };
  const said = `${desc ?? state} (${code})`;
  return state === 'pending'
    ? { kind: 'sent', n, text: said }
    : { kind: 'undeliverable', n, text: `the gateway does not know what became of it: ${said}` };
}

const WORDS: Readonly<
  Record<Exclude<ResultNotification['state'], 'pending' | 'delivered' | 'unknown'>, string>
> = {
  rejected: 'the gateway did not take it',
  undeliverable: 'it could not be delivered',
  expired: 'its time was over before it could be delivered',
  aborted: 'the device refused it',
  timeout: 'the device did not confirm it',
  cancelled: 'the gateway was told to leave it',
};
