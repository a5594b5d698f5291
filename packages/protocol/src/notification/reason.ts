/**
 * The informative text: why a server asks for a session, for the device's user.
 *
 * DM 1.2 has no place for it, so Grove puts it into the vendor's part of the notification, where a client that does
 * not know it passes over it. `docs/notification.md` has the layout.
 */

import { ByteReader, bytesOf, joined, numberOf, textOf, utf8Within, within } from '../octets/index.ts';
import { EncodeError, MalformedError } from '../vocabulary/index.ts';

/** What the user is told. At least one of these. */
export interface Reason {
  /** Of the texts: a language tag (BCP 47) such as `en` or `pt-BR`. */
  readonly language?: string | undefined;
  /** Why the server asks. */
  readonly text?: string | undefined;
  /** What it means to refuse. */
  readonly consequence?: string | undefined;
  readonly legalNotice?: string | undefined;
  /** Until when the notification is good, in seconds since 1970. */
  readonly expires?: number | undefined;
}

/** Bytes in UTF-8. */
export const REASON_LIMITS = { language: 35, text: 1000, consequence: 1000, legalNotice: 1000 } as const;

const MAGIC = Uint8Array.of(0x47, 0x4e, 0x54);
const VERSION = 1;
const MAX_TIME = 0xffff_ffff;
const LANGUAGE_TAG = /^[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*$/;

type TextField = keyof typeof REASON_LIMITS;

/** The fields by their tags on the wire; tags that are not here are passed over. */
const TEXTS: ReadonlyMap<number, TextField> = new Map([
  [1, 'language'],
  [2, 'text'],
  [3, 'consequence'],
  [4, 'legalNotice'],
]);
const EXPIRES = 5;
const TIME_BYTES = 4;

/**
 * @throws {EncodeError} when it says nothing, or something that is too long.
 */
export function writeReason(reason: Reason): Uint8Array {
  const fields: Uint8Array[] = [];
  for (const [tag, name] of TEXTS) {
    const text = reason[name];
    if (text === undefined) continue;
    if (name === 'language' && !LANGUAGE_TAG.test(text)) {
      throw new EncodeError(
        `language is ${JSON.stringify(text)}; expected a language tag such as en or pt-BR`,
      );
    }
    fields.push(field(tag, utf8Within(text, name, 1, REASON_LIMITS[name])));
  }
  if (reason.expires !== undefined) {
    fields.push(field(EXPIRES, bytesOf(within(reason.expires, 'expires', 0, MAX_TIME), TIME_BYTES)));
  }
  if (fields.length === 0) throw new EncodeError('a reason says nothing; expected a text or a time');
  return joined(MAGIC, Uint8Array.of(VERSION), ...fields);
}

function field(tag: number, value: Uint8Array): Uint8Array {
  return joined(Uint8Array.of(tag), bytesOf(value.length, 2), value);
}

/** What a vendor's part is to Grove. */
export type ReadReason =
  | { readonly kind: 'reason'; readonly reason: Reason }
  /** A layout that came later than this reader: nothing of it is known. */
  | { readonly kind: 'newer'; readonly version: number }
  /** Not Grove's. */
  | { readonly kind: 'foreign' };

/**
 * Reads the vendor's part of a notification.
 *
 * @throws {MalformedError} when it says that it is a reason and is none.
 */
export function readReason(body: Uint8Array): ReadReason {
  if (!MAGIC.every((byte, index) => body[index] === byte)) return { kind: 'foreign' };
  const reader = new ByteReader(body);
  reader.take(MAGIC.length, 'reason');
  const version = reader.number(1, 'reason');
  if (version !== VERSION) return { kind: 'newer', version };
  const reason: { -readonly [Name in keyof Reason]: Reason[Name] } = {};
  const seen = new Set<number>();
  while (reader.left > 0) {
    const tag = reader.number(1, 'reason');
    const { at } = reader;
    const value = reader.take(reader.number(2, `field ${tag} of the reason`), `field ${tag} of the reason`);
    if (seen.has(tag)) throw new MalformedError(`field ${tag} is twice in the reason`, at);
    seen.add(tag);
    const name = TEXTS.get(tag);
    if (name !== undefined) reason[name] = textOf(value, name, REASON_LIMITS[name], at);
    if (tag === EXPIRES) {
      if (value.length !== TIME_BYTES)
        throw new MalformedError(`the expiry has ${value.length} bytes; expected ${TIME_BYTES}`, at);
      reason.expires = numberOf(value);
    }
  }
  return { kind: 'reason', reason };
}
