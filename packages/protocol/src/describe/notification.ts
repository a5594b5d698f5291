/** Package #0 in words. */

import {
  formatSessionID,
  NOTIFICATION_FORMATS,
  type Notification,
  type NotificationOption,
  ONE_SMS,
  optionType,
  type ParsedNotification,
  readTold,
  type UiMode,
} from '../notification/index.ts';
import { decodeUtf8, encodeBase64 } from '../octets/index.ts';
import { MalformedError } from '../vocabulary/index.ts';
import type { Manner } from './manner.ts';
import { counted, shortened } from './text.ts';

/** What each ui-mode asks of the device. */
const UI_MODE_WORDS: Readonly<Record<UiMode, string>> = {
  'not-specified': 'not specified (the device does as it thinks right)',
  background: 'background (nothing is shown)',
  informative: 'informative (the user is told)',
  'user-interaction': 'user interaction (the user is asked first)',
};

/** Characters of a text, and bytes of what is none, that are shown. */
const TEXT = 200;
const BYTES = 24;

/** Whether the digest of a notification is the server's, in words. */
export type DigestCheck =
  | { readonly kind: 'unchecked' }
  /** Made with a nonce of the account, or with the resynchronisation nonce. */
  | { readonly kind: 'right'; readonly nonce: 'account' | 'resynchronisation' }
  | { readonly kind: 'wrong'; readonly why: string };

/** What a notification says, by name; undefined is not said. */
export function describeNotification(
  { notification, digest }: ParsedNotification,
  manner: Manner,
  check: DigestCheck = { kind: 'unchecked' },
): Record<string, string | undefined> {
  const { sessionID, serverID, uiMode, initiator, version, format } = notification;
  const known = NOTIFICATION_FORMATS[format].versions.includes(version);
  return {
    Version: `${version} (${(version / 10).toFixed(1)})${known ? '' : ', which is not known'}`,
    'Ui-mode': UI_MODE_WORDS[uiMode],
    Initiator: initiator === 'server' ? 'the server' : 'the end user',
    Session: `${formatSessionID(sessionID)} (${sessionID})`,
    Server: serverID,
    ...describeTold(notification),
    Digest: `${manner.secrets ? hexOf(digest) : 'not shown'}, ${digestInWords(check)}`,
  };
}

function digestInWords(check: DigestCheck): string {
  switch (check.kind) {
    case 'unchecked':
      return 'not checked: that needs the account';
    case 'right':
      return `right, with the ${check.nonce === 'account' ? "account's nonce" : 'resynchronisation nonce'}`;
    case 'wrong':
      return `WRONG: ${check.why}`;
  }
}

function describeTold(notification: Notification): Record<string, string | undefined> {
  const options = notification.format === '1.3' ? describeOptions(notification.options) : {};
  const body = notification.format === '1.2' ? notification.body : undefined;
  const raw = body === undefined || body.length === 0 ? {} : { Body: bytesInWords(body) };
  try {
    const told = readTold(notification);
    if (told.kind === 'foreign') return { ...options, ...raw };
    if (told.kind === 'newer')
      return { ...options, ...raw, Text: `of layout ${told.version}, which is not known` };
    const { text, language, consequence, legalNotice, expires } = told.reason;
    return {
      ...options,
      Text: text,
      Language: language,
      'If refused': consequence,
      'Legal notice': legalNotice,
      'Good until': expires === undefined ? undefined : new Date(expires * 1000).toISOString(),
    };
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    return { ...options, ...raw, Text: `cannot be read: ${error.message}` };
  }
}

function describeOptions(options: readonly NotificationOption[]): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const option of options) {
    const name = optionType(option.number)?.name ?? `Option ${option.number}`;
    texts[name] = [texts[name], valueInWords(option)].filter((text) => text !== undefined).join(', ');
  }
  return texts;
}

function valueInWords({ number, value }: NotificationOption): string {
  switch (optionType(number)?.holds) {
    case 'text':
      return shortened(decodeUtf8(value) ?? bytesInWords(value), TEXT);
    case 'number':
      return `0x${hexOf(value)}`;
    default:
      return bytesInWords(value);
  }
}

function bytesInWords(bytes: Uint8Array): string {
  const more = bytes.length > BYTES ? ' …' : '';
  return `${counted(bytes.length, 'byte')}: ${hexOf(bytes.subarray(0, BYTES))}${more}`;
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** `DM 1.2 notification (Package #0), 46 bytes, fits into one SMS` */
export function describeNotificationForm({ notification, digest, covered }: ParsedNotification): string {
  const length = digest.length + covered.length;
  const sms = length <= ONE_SMS ? 'fits into one SMS' : 'needs several SMS';
  const { format, version } = notification;
  const standard = format === '1.2' && version === 10 ? '1.1.2' : format;
  return `DM ${standard} notification (Package #0), ${counted(length, 'byte')}, ${sms}`;
}

/** A notification as data that JSON can carry. */
export function notificationAsData(
  { notification, digest, remarks }: ParsedNotification,
  manner: Manner,
  check: DigestCheck = { kind: 'unchecked' },
): Record<string, unknown> {
  const { sessionID, ...said } = notification;
  const own =
    said.format === '1.2'
      ? { ...said, body: { base64: encodeBase64(said.body) } }
      : {
          ...said,
          options: said.options.map(({ number, value }) => ({
            number,
            name: optionType(number)?.name,
            value: { base64: encodeBase64(value) },
          })),
        };
  return {
    ...own,
    mediaType: NOTIFICATION_FORMATS[notification.format].mediaType,
    sessionID: formatSessionID(sessionID),
    ...toldAsData(notification),
    digest: manner.secrets ? { base64: encodeBase64(digest) } : { hidden: true },
    digestCheck: check,
    remarks,
  };
}

function toldAsData(notification: Notification): Record<string, unknown> {
  try {
    const told = readTold(notification);
    return told.kind === 'reason' ? { reason: told.reason } : {};
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    return { reasonFault: error.message };
  }
}
