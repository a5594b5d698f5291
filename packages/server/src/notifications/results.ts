/** What the gateway reports of pushes. */
import type { Answer, ResultNotification } from '@grove/push';
import { RESULT } from '@grove/push';
import type { Queries } from '../store/index.ts';
import type { Happening } from './life.ts';
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
  await happen(db, stored, happeningOf(result, named.n), now);
  return RESULT.ok;
}

function happeningOf({ state, code, desc, qualityOfService }: ResultNotification, n: number): Happening {
  const said = `${desc ?? state} (${code})`;
  switch (state) {
    case 'pending':
      return { kind: 'sent', n, text: said };
    case 'delivered': {
      const isConfirmed = qualityOfService?.deliveryMethod !== 'unconfirmed';
      return { kind: isConfirmed ? 'delivered' : 'sent', n, text: said };
    }
    default:
      return { kind: 'undeliverable', n, text: `${WORDS[state]}: ${said}` };
  }
}

const WORDS: Readonly<Record<Exclude<ResultNotification['state'], 'pending' | 'delivered'>, string>> = {
  rejected: 'the gateway did not take it',
  undeliverable: 'it could not be delivered',
  expired: 'its time was over before it could be delivered',
  aborted: 'the device refused it',
  timeout: 'the device did not confirm it',
  cancelled: 'the gateway was told to leave it',
  unknown: 'the gateway does not know what became of it',
};
