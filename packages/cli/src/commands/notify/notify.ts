import {
  buildNotification,
  decodeBase64,
  EncodeError,
  type Initiator,
  NOTIFICATION_FORMATS,
  type Notification,
  nonceForms,
  ONE_SMS,
  parseNotification,
  partAsData,
  RESYNC_NONCE,
  type Reason,
  reasonBody,
  reasonOptions,
  type UiMode,
} from '@grove/protocol';
import { note, print, printJson } from '../../output/index.ts';
import { UsageError } from '../../program/index.ts';
import { type NotifyingServer, notifyingServer } from '../account-file.ts';
import { writeOutput } from '../input.ts';
import type { STANDARDS } from './index.ts';

export interface Options {
  readonly format: (typeof STANDARDS)[number];
  readonly uiMode: UiMode;
  readonly initiator: Initiator;
  readonly session?: number;
  readonly text?: string;
  readonly consequence?: string;
  readonly legalNotice?: string;
  readonly language?: string;
  /** Seconds. */
  readonly validFor?: number;
  readonly account?: string;
  readonly serverId?: string;
  readonly password?: string;
  readonly nonce?: string;
  readonly resync?: 'zeros' | 'text';
  readonly output?: string;
  readonly json?: true;
}

/** Makes a notification, and prints or writes it. */
export async function notify(options: Options): Promise<void> {
  const { secret, nonce } = serverOf(options);
  const notification = notificationFrom(options, secret.user);
  const bytes = built(() => buildNotification(notification, secret, nonceFrom(options, nonce)));
  const { format } = notification;
  if (options.output !== undefined) await writeOutput(options.output, bytes);
  if (options.json) {
    const part = { bytes, wrappings: [], carriers: [], notification: parseNotification(bytes, format) };
    const hex = bytes.toHex();
    printJson({ ...(partAsData({ part, findings: [] }) as object), hex });
    return;
  }
  if (options.output === undefined) print(bytes.toHex());
  const sms =
    bytes.length <= ONE_SMS ? 'fits into one SMS' : `more than the ${ONE_SMS} that fit into one SMS`;
  note(`${bytes.length} bytes of ${NOTIFICATION_FORMATS[format].mediaType}: ${sms}`);
}

function notificationFrom(options: Options, serverID: string): Notification {
  const { uiMode, initiator, session: sessionID = anySessionID() } = options;
  const said = { uiMode, initiator, sessionID, serverID };
  const reason = reasonFrom(options);
  return built(() =>
    options.format === '1.3'
      ? { ...said, format: '1.3', version: 13, options: reasonOptions(reason) }
      : { ...said, format: '1.2', version: options.format === '1.2' ? 11 : 10, body: reasonBody(reason) },
  );
}

function anySessionID(): number {
  return 1 + ((crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % 0xffff);
}

/** What the user is told; undefined = nothing. */
function reasonFrom({ text, consequence, legalNotice, language, validFor }: Options): Reason | undefined {
  const expires = validFor === undefined ? undefined : Math.floor(Date.now() / 1000) + validFor;
  const reason: Reason = { text, consequence, legalNotice, language, expires };
  return Object.values(reason).every((each) => each === undefined) ? undefined : reason;
}

function serverOf({ account, serverId, password }: Options): NotifyingServer {
  if (account !== undefined) {
    if (serverId !== undefined || password !== undefined)
      throw new UsageError('--server-id and --password do not go with --account, which has them');
    return notifyingServer(account);
  }
  if (serverId === undefined || password === undefined)
    throw new UsageError('which server? Give --account, or --server-id and --password');
  return { secret: { user: serverId, password }, nonce: undefined };
}

function nonceFrom({ nonce, resync }: Options, ofAccount: Uint8Array | undefined): Uint8Array {
  if (resync !== undefined) {
    const [zeros = RESYNC_NONCE, text = zeros] = nonceForms(RESYNC_NONCE);
    return resync === 'zeros' ? zeros : text;
  }
  if (nonce === undefined) {
    if (ofAccount === undefined) throw new UsageError('with which nonce? Give --nonce or --resync');
    return ofAccount;
  }
  const decoded = decodeBase64(nonce);
  if (decoded === undefined) throw new UsageError('--nonce is not base64');
  return decoded;
}

/** What cannot be built is the command line's fault. */
function built<T>(build: () => T): T {
  try {
    return build();
  } catch (error) {
    if (!(error instanceof EncodeError)) throw error;
    throw new UsageError(error.message, { cause: error });
  }
}
