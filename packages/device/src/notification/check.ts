/** Whether a notification is what it says it is (DM_Notification 1.2.1, digest and nonce resynchronisation). */
import {
  decodeBase64,
  formatSessionID,
  MalformedError,
  NOTIFICATION_FORMATS,
  nonceBehind,
  notificationFormatOf,
  type ParsedNotification,
  parseNotification,
  RESYNC_NONCE,
  type Reason,
  readTold,
  type Secret,
} from '@grove/protocol';
import type { Account } from '../session/index.ts';
import type { NotificationMemory } from './memory.ts';
import type { Ignored, IgnoredBecause } from './outcome.ts';
import type { SeenNotification, WaitingNotification } from './record.ts';

/** What a notification is checked against. */
export interface Known {
  /** The account with a server; undefined = there is none. Throws where it is unusable. */
  readonly account: (serverID: string) => Account | undefined;
  readonly memory: NotificationMemory;
  readonly now: Date;
}

/** A notification that is the server's own, and new. */
export interface Checked {
  readonly kind: 'new';
  readonly seen: SeenNotification;
  readonly waiting: WaitingNotification;
}

const DAY = 24 * 60 * 60 * 1000;
/** For so long one is good that does not say until when, and at most whatever it says: the user is to be rid of it. */
const GOOD_FOR = { usual: 7 * DAY, most: 30 * DAY } as const;

/** Checks a notification; nothing is remembered here. */
export function checkNotification(bytes: Uint8Array, mediaType: string, known: Known): Checked | Ignored {
  const format = notificationFormatOf(mediaType);
  if (format === undefined) return ignored('malformed', `${mediaType} is no media type of notifications`);
  let parsed: ParsedNotification;
  let reason: Reason | undefined;
  try {
    parsed = parseNotification(bytes, format.name);
    const told = readTold(parsed.notification);
    reason = told.kind === 'reason' ? told.reason : undefined;
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    return ignored('malformed', error.message);
  }
  const { version, serverID, uiMode, sessionID: number } = parsed.notification;
  const { versions } = NOTIFICATION_FORMATS[format.name];
  if (!versions.includes(version)) {
    return ignored('version', `its version is ${version}; expected ${versions.join(' or ')}`);
  }
  const proof = proofOf(parsed, known);
  if (proof.kind === 'ignored') return proof;
  const sessionID = formatSessionID(number);
  const came = known.now.getTime();
  const resync = proof.resync?.toBase64();
  const seen: SeenNotification = {
    serverID,
    sessionID,
    digest: parsed.digest.toBase64(),
    resynced: resync !== undefined,
    came,
  };
  if (known.memory.has(seen)) {
    return ignored('duplicate', `session ${sessionID} of ${serverID} was asked for before`);
  }
  if (known.memory.isFull) return ignored('full', 'too many notifications wait already');
  const until =
    reason?.expires === undefined
      ? came + GOOD_FOR.usual
      : Math.min(reason.expires * 1000, came + GOOD_FOR.most);
  return {
    kind: 'new',
    seen,
    waiting: { serverID, sessionID, uiMode, reason, resync, until, accepted: false },
  };
}

/** Tries the nonce of the account, then the resynchronisation nonce. */
function proofOf(
  parsed: ParsedNotification,
  { account: find }: Known,
): { readonly kind: 'proof'; readonly resync?: Uint8Array } | Ignored {
  const { serverID } = parsed.notification;
  let account: Account | undefined;
  try {
    account = find(serverID);
  } catch (error) {
    return ignored('server', error instanceof Error ? error.message : String(error));
  }
  if (account === undefined) return ignored('server', `there is no account with ${serverID}`);
  if (account.server.length === 0) {
    return ignored('server', `the account with ${serverID} has no password by which it could prove itself`);
  }
  for (const { user, password, nonce } of account.server) {
    const own = nonce === undefined ? undefined : decodeBase64(nonce);
    for (const secret of secretsOf(serverID, user, password)) {
      if (own !== undefined && nonceBehind(parsed, secret, own) !== undefined) return { kind: 'proof' };
      const resync = nonceBehind(parsed, secret, RESYNC_NONCE);
      if (resync !== undefined) return { kind: 'proof', resync };
    }
  }
  return ignored('digest', `its digest is not that of ${serverID}`);
}

/** The digest has the ServerID in it; some servers have the name in their credentials there. */
function secretsOf(serverID: string, user: string, password: string): Secret[] {
  const secret = { user: serverID, password };
  return user === serverID ? [secret] : [secret, { user, password }];
}

function ignored(because: IgnoredBecause, text: string): Ignored {
  return { kind: 'ignored', because, text };
}
