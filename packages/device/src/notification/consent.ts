/** What the user is shown before a session that a server has asked for, and what comes of it. */
import type { UiMode } from '@grove/protocol';
import type { Clock } from '../clock/index.ts';
import {
  type Notice,
  reactionFault,
  reactionWithin,
  shownName,
  shownText,
  type Turns,
  type UserInteraction,
} from '../interaction/index.ts';
import type { WaitingNotification } from './record.ts';

/** What a notification is decided with. */
export interface Consent {
  readonly interaction: UserInteraction | undefined;
  /** The user's attention: the time to decide begins when it is given. */
  readonly turns: Turns;
  readonly clock: Clock;
  readonly now: () => Date;
  /** Name of the server, for the user. */
  readonly operator: string;
  /** Whether the user may be interrupted now; asked only where there is something to show. */
  readonly mayInterrupt: () => boolean;
  readonly signal: AbortSignal;
}

/** Seconds that a user has to decide, and for which a text is shown at most before the session begins. */
const WAIT = { asks: 300, tells: 10 } as const;

/** `crowded`: the user was interrupted too often, and was not asked. */
export type Verdict = 'accepted' | 'refused' | 'postponed' | 'crowded' | 'unaskable';

/**
 * Does what the ui-mode says: `background` shows nothing, `informative` shows the text for a while, `user-interaction`
 * asks. `not-specified` is taken as informative where there is a text, else as background. Without anybody to ask
 * nobody has consented. Where the user may not be interrupted, what is only to be read is not shown. Rejects when the signal is aborted.
 */
export async function consentTo(waiting: WaitingNotification, consent: Consent): Promise<Verdict> {
  const manner = MANNERS[waiting.uiMode];
  if (waiting.accepted || manner === 'silent') return 'accepted';
  const { interaction } = consent;
  const asks = manner === 'asks';
  if (interaction === undefined) return asks ? 'unaskable' : 'accepted';
  if (!asks && waiting.reason?.text === undefined && waiting.uiMode === 'not-specified') return 'accepted';
  return consent.turns.take(() => show(waiting, consent, interaction, asks), consent.signal);
}

async function show(
  waiting: WaitingNotification,
  consent: Consent,
  interaction: UserInteraction,
  asks: boolean,
): Promise<Verdict> {
  if (consent.now().getTime() >= waiting.until) return 'postponed';
  if (!consent.mayInterrupt()) return asks ? 'crowded' : 'accepted';
  const notice = noticeOf(waiting, consent, asks);
  const reaction = await reactionWithin(notice, interaction, consent).catch((error: unknown) => {
    consent.signal.throwIfAborted();
    // A user interface that fails has shown nothing.
    return { kind: 'unsupported', error } as const;
  });
  if (!asks) return 'accepted';
  if (reactionFault(notice, reaction) !== undefined) return 'unaskable';
  switch (reaction.kind) {
    case 'yes':
      return 'accepted';
    case 'no':
      return 'refused';
    case 'cancelled':
    case 'silent':
      return 'postponed';
    default:
      return 'unaskable';
  }
}

const MANNERS: Readonly<Record<UiMode, 'silent' | 'tells' | 'asks'>> = {
  'not-specified': 'tells',
  background: 'silent',
  informative: 'tells',
  'user-interaction': 'asks',
};

function noticeOf(
  { reason = {}, until }: WaitingNotification,
  { operator, now }: Consent,
  asks: boolean,
): Notice & { readonly maxDisplay: number } {
  const { language } = reason;
  const text = shownOr(reason.text, 'Your operator wants to manage this device.');
  const consequence = shownOr(reason.consequence, undefined);
  const legalNotice = shownOr(reason.legalNotice, undefined);
  const left = Math.ceil((until - now().getTime()) / 1000);
  const maxDisplay = Math.max(1, Math.min(left, asks ? WAIT.asks : WAIT.tells));
  return {
    kind: 'notice',
    asks,
    operator: shownName(operator),
    text,
    consequence,
    legalNotice,
    language,
    maxDisplay,
  };
}

/** A text of the server, or something else where nothing of it can be shown. */
function shownOr<T>(text: string | undefined, otherwise: T): string | T {
  return shownText(text ?? '') || otherwise;
}
