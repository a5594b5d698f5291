/**
 * The life of a notification as a state machine: what has happened in, what is to be stored out. Times are milliseconds
 * since the epoch.
 */
import type { NotificationState } from '../store/index.ts';

/** States in which the device may still call because of it. */
export const OUTSTANDING = ['queued', 'submitted', 'sent', 'delivered'] as const;

export const NOTIFICATION_STATES = [
  ...OUTSTANDING,
  'opened',
  'refused',
  'expired',
  'failed',
  'cancelled',
] as const satisfies readonly NotificationState[];

export type AttemptState =
  /** It may be with the gateway: what this has answered is not known yet. */
  | 'submitting'
  /** The gateway has it. */
  | 'submitted'
  /** The network has it: SMS centre, SIP core. */
  | 'sent'
  | 'delivered'
  /** It will not reach the device. */
  | 'failed'
  /** The gateway was told that it is not wanted any more. */
  | 'cancelled';

/** One push of a notification, over one bearer to one address. JSON. */
export interface Attempt {
  /** 1, 2, 3 … */
  readonly n: number;
  /** As PAP writes it. */
  readonly address: string;
  /** The bearer that is insisted on; null = the gateway chooses. */
  readonly bearer: string | null;
  /** Whether it is made with the resynchronisation nonce. */
  readonly resync: boolean;
  readonly state: AttemptState;
  /** What was last said of it, in a sentence. */
  readonly text: string | null;
  /** How often the gateway was asked in vain to take it. */
  readonly tries: number;
  readonly beganAt: number;
  readonly changedAt: number;
}

/** How far a notification has come. */
export interface Life {
  readonly state: NotificationState;
  /** Why it is in this state, in a sentence. */
  readonly reason: string | null;
  readonly attempts: readonly Attempt[];
  /** When something is to be done about it; null = nothing. */
  readonly dueAt: number | null;
  /** When its time is over. */
  readonly expiresAt: number;
  /** The session that began because of it. */
  readonly sessionRow: number | null;
}

/** What happens to a notification. */
export type Happening =
  /** It is about to be submitted; until `lease` nobody else does so. */
  | {
      readonly kind: 'begun';
      readonly address: string;
      readonly bearer: string | null;
      readonly resync: boolean;
      readonly lease: number;
    }
  /** The gateway has taken an attempt; unless the device calls by then, `next` is when the next one is due. */
  | { readonly kind: 'submitted'; readonly n: number; readonly text: string; readonly next: number }
  /** The gateway could not be asked, or not take it now. */
  | { readonly kind: 'unavailable'; readonly n: number; readonly text: string; readonly again: number }
  /** The network, or the device, has it. */
  | { readonly kind: 'sent' | 'delivered'; readonly n: number; readonly text: string }
  /** An attempt will not reach the device. */
  | { readonly kind: 'undeliverable'; readonly n: number; readonly text: string }
  /** The session that it asks for has begun. */
  | { readonly kind: 'opened'; readonly text: string; readonly sessionRow: number }
  /** The device says that its user has refused it, or that there was none to ask. */
  | { readonly kind: 'refused'; readonly text: string; readonly sessionRow: number }
  | { readonly kind: 'expired' | 'failed' | 'cancelled'; readonly text: string }
  /** The gateway was told what it need not send any more, and has answered so. */
  | { readonly kind: 'withdrawn'; readonly answers: ReadonlyMap<number, string> }
  /** Whatever is to be done is to be done then. */
  | { readonly kind: 'postponed'; readonly until: number };

const RANKS: Readonly<Record<AttemptState, number>> = {
  failed: 0,
  cancelled: 0,
  submitting: 0,
  submitted: 1,
  sent: 2,
  delivered: 3,
};
const BY_RANK = OUTSTANDING;

export function isOutstanding({ state }: Pick<Life, 'state'>): boolean {
  return OUTSTANDING.some((each) => each === state);
}

/** The attempts that the gateway may still have before it, and that it can be told to leave. */
export function pendingAttempts({ attempts }: Pick<Life, 'attempts'>): Attempt[] {
  return attempts.filter(({ state }) => state === 'submitting' || state === 'submitted');
}

/**
 * The life after what has happened. What is over stays as it is, but that a device may tell later that its user has
 * refused, and that the gateway is still told of what it need not send. The same object where nothing changes.
 */
export function after(life: Life, happening: Happening, now: number): Life {
  switch (happening.kind) {
    case 'begun':
      return isOutstanding(life) ? begin(life, happening, now) : life;
    case 'submitted': {
      const next = withAttempt(life, happening.n, 'submitted', happening.text, now);
      if (next === life) return life;
      if (!isOutstanding(life)) return withdrawing(next, now);
      return { ...next, dueAt: Math.min(happening.next, life.expiresAt) };
    }
    case 'unavailable': {
      const attempts = life.attempts.map((attempt) =>
        attempt.n === happening.n && attempt.state === 'submitting'
          ? { ...attempt, text: happening.text, tries: attempt.tries + 1, changedAt: now }
          : attempt,
      );
      return postponed({ ...life, attempts }, happening.again);
    }
    case 'sent':
    case 'delivered':
      return withAttempt(life, happening.n, happening.kind, happening.text, now);
    case 'undeliverable': {
      const next = withAttempt(life, happening.n, 'failed', happening.text, now);
      // Only the newest decides what comes next: of those before it, the next has been tried.
      const isLast = life.attempts.at(-1)?.n === happening.n;
      return next !== life && isLast && isOutstanding(life) ? { ...next, dueAt: now } : next;
    }
    case 'opened':
      return isOutstanding(life) ? end(life, happening, now, happening.sessionRow) : life;
    case 'refused':
      return isOutstanding(life) || life.state === 'expired' || life.state === 'failed'
        ? end(life, happening, now, happening.sessionRow)
        : life;
    case 'expired':
    case 'failed':
    case 'cancelled':
      return isOutstanding(life) ? end(life, happening, now, null) : life;
    case 'withdrawn': {
      if (isOutstanding(life)) return life;
      const pending = pendingAttempts(life);
      const attempts = life.attempts.map((attempt) => {
        const text = happening.answers.get(attempt.n);
        return text === undefined || !pending.includes(attempt)
          ? attempt
          : { ...attempt, state: 'cancelled' as const, text, changedAt: now };
      });
      return { ...life, attempts, dueAt: null };
    }
    case 'postponed':
      return postponed(life, happening.until);
  }
}

/** Not beyond the end of its time, which has to be noticed. */
function postponed(life: Life, until: number): Life {
  if (life.dueAt === null) return life;
  return { ...life, dueAt: isOutstanding(life) ? Math.min(until, life.expiresAt) : until };
}

function begin(
  life: Life,
  { address, bearer, resync, lease }: Happening & { kind: 'begun' },
  now: number,
): Life {
  const attempt: Attempt = {
    n: life.attempts.length + 1,
    address,
    bearer,
    resync,
    state: 'submitting',
    text: null,
    tries: 0,
    beganAt: now,
    changedAt: now,
  };
  return { ...life, attempts: [...life.attempts, attempt], dueAt: lease };
}

/** An attempt goes forward only: what the network says may overtake what the gateway has answered. */
function withAttempt(life: Life, n: number, state: AttemptState, text: string, now: number): Life {
  const before = life.attempts.find((attempt) => attempt.n === n);
  if (before === undefined || before.state === 'failed' || before.state === 'cancelled') return life;
  if (state !== 'failed' && RANKS[state] <= RANKS[before.state]) return life;
  if (state === 'failed' && before.state === 'delivered') return life;
  const changed = { ...before, state, text, changedAt: now };
  const next = { ...life, attempts: life.attempts.map((each) => (each.n === n ? changed : each)) };
  return isOutstanding(life) ? { ...next, ...standing(next) } : next;
}

/** An outstanding notification is as far as the attempt that has come furthest. */
function standing({ attempts }: Life): Pick<Life, 'state' | 'reason'> {
  let furthest: Attempt | undefined;
  for (const attempt of attempts)
    if (furthest === undefined || RANKS[attempt.state] >= RANKS[furthest.state]) furthest = attempt;
  const rank = furthest === undefined ? 0 : RANKS[furthest.state];
  return { state: BY_RANK[rank] ?? 'queued', reason: furthest?.text ?? null };
}

function end(
  life: Life,
  { kind, text }: { kind: 'opened' | 'refused' | 'expired' | 'failed' | 'cancelled'; text: string },
  now: number,
  sessionRow: number | null,
): Life {
  return withdrawing({ ...life, state: kind, reason: text, sessionRow: sessionRow ?? life.sessionRow }, now);
}

/**
 * What is over has to be taken back from the gateway, but for a single attempt that has led to its session: the device has
 * that one.
 */
function withdrawing(life: Life, now: number): Life {
  const pending = pendingAttempts(life);
  const [only, ...others] = pending;
  const isArrived = others.length === 0 && (life.state === 'opened' || life.state === 'refused');
  if (only === undefined || isArrived) return { ...life, dueAt: null };
  return { ...life, dueAt: now };
}
