/**
 * The structure of PAP's messages, said once: types, reader and writer follow from it.
 *
 * Source: the DTDs of WAP-164-PAP, WAP-247-PAP (2.0) and OMA-WAP-TS-PAP V2_1. Names of elements and attributes are those
 * that public clients and gateways use; which children an element has and how often is as remembered. `replace-push-id`
 * and `replace-method` came with 2.0.
 */
import { MESSAGE_STATES } from './state.ts';
import type { PapVersion } from './version.ts';

/** How the value of an attribute is written. `T` is its type in a message. */
export interface Kind<T> {
  /** For errors: what the attribute should have been. */
  readonly expected: string;
  /** Undefined where the text is none of this kind. */
  read(text: string): T | undefined;
  write(value: T): string;
}

/** What a field of a message holds. `T` is its type there. */
export interface Field<T = unknown, Required extends boolean = boolean> {
  /** Name of the attribute, or of the child elements. */
  readonly name: string;
  readonly required: Required;
  /** The first version that has it, where it is not the first of all. */
  readonly since?: PapVersion;
  /** In an attribute. */
  readonly kind?: Kind<unknown>;
  /** In child elements. */
  readonly child?: Struct<Fields>;
  /** A child that holds one value is that value. */
  readonly only?: string;
  readonly many: boolean;
  readonly type?: T;
}

/** Fields by property name; children in the order in which they are written. */
export type Fields = Readonly<Record<string, Field>>;

/** An element. */
export interface Struct<F extends Fields> {
  readonly name: string;
  readonly fields: F;
}

type RequiredKeys<F extends Fields> = {
  [K in keyof F]: F[K] extends Field<unknown, true> ? K : never;
}[keyof F];
type TypeOf<X> = X extends Field<infer T> ? T : never;

/** The TypeScript type that an element describes. */
export type Infer<S> =
  S extends Struct<infer F>
    ? { readonly [K in RequiredKeys<F>]: TypeOf<F[K]> } & {
        readonly [K in Exclude<keyof F, RequiredKeys<F>>]?: TypeOf<F[K]> | undefined;
      }
    : never;

/** Characters of a description that are read: operators get to see it, and it is kept. */
const DESCRIPTION = 1000;

const TEXT: Kind<string> = { expected: 'text', read: (text) => text, write: (value) => value };
const SAID: Kind<string> = {
  ...TEXT,
  read: (text) => (text.length > DESCRIPTION ? `${text.slice(0, DESCRIPTION).toWellFormed()}…` : text),
};

const FLAG: Kind<boolean> = {
  expected: 'true or false',
  read: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
  write: String,
};

const CODE: Kind<number> = {
  expected: 'a number of four digits, 1000 to 5999',
  read: (text) => (/^[1-5]\d{3}$/.test(text) ? Number(text) : undefined),
  write: String,
};

const TIME_FORM = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?$/;

/** Milliseconds since the epoch, of which whole seconds are written. Without a zone it is UTC, as the standard wants all. */
const TIME: Kind<number> = {
  expected: 'a time in UTC such as 2030-12-31T23:59:00Z',
  read: (text) => {
    const [, minutes, seconds = ':00', zone = 'Z'] = TIME_FORM.exec(text) ?? [];
    const time = minutes === undefined ? Number.NaN : Date.parse(minutes + seconds + zone);
    return Number.isNaN(time) ? undefined : time;
  },
  write: (value) => new Date(value).toISOString().replace(/\.\d+Z$/, 'Z'),
};

function oneOf<const T extends string>(names: readonly T[]): Kind<T> {
  return {
    expected: `one of ${names.join(', ')}`,
    read: (text) => names.find((name) => name === text),
    write: (value) => value,
  };
}

const attribute = <T>(name: string, kind: Kind<T>): Field<T, true> => ({
  name,
  required: true,
  many: false,
  kind: kind as Kind<unknown>,
});
const optional = <T>(field: Field<T>): Field<T, false> => ({ ...field, required: false });
const since = <T, R extends boolean>(version: PapVersion, field: Field<T, R>): Field<T, R> => ({
  ...field,
  since: version,
});
const child = <S extends Struct<Fields>>(struct: S): Field<Infer<S>, true> => ({
  name: struct.name,
  required: true,
  many: false,
  child: struct,
});
/** One or more. */
const several = <T>(field: Field<T>): Field<readonly T[], true> => ({
  ...(field as Field<never>),
  required: true,
  many: true,
});
/** Any number, undefined if none. */
const any = <T>(field: Field<T>): Field<readonly T[], false> => optional(several(field));

function struct<const F extends Fields>(name: string, fields: F): Struct<F> {
  return { name, fields };
}

const pushId = attribute('push-id', TEXT);
const code = attribute('code', CODE);
const desc = optional(attribute('desc', SAID));
/** `address-value`, as it is written; `parseAddress` reads it. */
const address: Field<string, true> = {
  ...child(struct('address', { value: attribute('address-value', TEXT) })),
  type: undefined,
  only: 'value',
} as Field<string, true>;
const state = attribute('message-state', oneOf(MESSAGE_STATES));
const eventTime = optional(attribute('event-time', TIME));
const senderAddress = optional(attribute('sender-address', TEXT));
const senderName = optional(attribute('sender-name', TEXT));

const qualityOfService = struct('quality-of-service', {
  priority: optional(attribute('priority', oneOf(['high', 'medium', 'low']))),
  deliveryMethod: optional(
    attribute('delivery-method', oneOf(['confirmed', 'preferconfirmed', 'unconfirmed', 'notspecified'])),
  ),
  network: optional(attribute('network', TEXT)),
  networkRequired: optional(attribute('network-required', FLAG)),
  bearer: optional(attribute('bearer', TEXT)),
  bearerRequired: optional(attribute('bearer-required', FLAG)),
});

const progressNote = struct('progress-note', {
  stage: attribute('stage', TEXT),
  note: optional(attribute('note', TEXT)),
  time: optional(attribute('time', TIME)),
});

const responseResult = struct('response-result', { code, desc });
const cancelResult = struct('cancel-result', { code, desc, addresses: any(address) });
const statusResult = struct('statusquery-result', {
  eventTime,
  state,
  code,
  desc,
  addresses: any(address),
  qualityOfService: optional(child(qualityOfService)),
});

/** The messages, by the element within `pap`. */
export const MESSAGES = {
  'push-message': struct('push-message', {
    pushId,
    replacePushId: since('2.0', optional(attribute('replace-push-id', TEXT))),
    replaceMethod: since('2.0', optional(attribute('replace-method', oneOf(['pending-only', 'all'])))),
    deliverBefore: optional(attribute('deliver-before-timestamp', TIME)),
    deliverAfter: optional(attribute('deliver-after-timestamp', TIME)),
    sourceReference: optional(attribute('source-reference', TEXT)),
    progressNotesRequested: optional(attribute('progress-notes-requested', FLAG)),
    notifyRequestedTo: optional(attribute('ppg-notify-requested-to', TEXT)),
    addresses: several(address),
    qualityOfService: optional(child(qualityOfService)),
  }),
  'push-response': struct('push-response', {
    pushId,
    senderAddress,
    senderName,
    replyTime: optional(attribute('reply-time', TIME)),
    progressNotes: any(child(progressNote)),
    result: child(responseResult),
  }),
  'cancel-message': struct('cancel-message', { pushId, addresses: any(address) }),
  'cancel-response': struct('cancel-response', { pushId, results: several(child(cancelResult)) }),
  'resultnotification-message': struct('resultnotification-message', {
    pushId,
    senderAddress,
    senderName,
    receivedTime: optional(attribute('received-time', TIME)),
    eventTime,
    state,
    code,
    desc,
    address,
    qualityOfService: optional(child(qualityOfService)),
  }),
  // Initiators are known that answer with a code alone.
  'resultnotification-response': struct('resultnotification-response', {
    pushId: optional(pushId),
    code,
    desc,
    address: optional(address),
  }),
  'statusquery-message': struct('statusquery-message', { pushId, addresses: any(address) }),
  'statusquery-response': struct('statusquery-response', { pushId, results: several(child(statusResult)) }),
  'ccq-message': struct('ccq-message', {
    queryId: optional(attribute('query-id', TEXT)),
    appId: optional(attribute('app-id', TEXT)),
    address,
  }),
  'ccq-response': struct('ccq-response', {
    queryId: optional(attribute('query-id', TEXT)),
    code,
    desc,
    address: optional(address),
  }),
  'badmessage-response': struct('badmessage-response', {
    code,
    desc,
    fragment: optional(attribute('bad-message-fragment', TEXT)),
  }),
} as const;

export type MessageName = keyof typeof MESSAGES;

/** One message of a name; `PapMessage` is any. */
export type MessageOf<N extends MessageName> = { readonly name: N } & Infer<(typeof MESSAGES)[N]>;
export type PapMessage = { [N in MessageName]: MessageOf<N> }[MessageName];

export type QualityOfService = Infer<typeof qualityOfService>;
export type ProgressNote = Infer<typeof progressNote>;
export type CancelResult = Infer<typeof cancelResult>;
export type StatusResult = Infer<typeof statusResult>;

/** A document: one message. */
export interface PapDocument {
  readonly version: PapVersion;
  readonly productName?: string | undefined;
  readonly message: PapMessage;
}

/** Whether a version has all that a message says. */
export function canCarry(version: PapVersion, { name, ...values }: PapMessage): boolean {
  const given: Readonly<Record<string, unknown>> = values;
  return Object.entries<Field>(MESSAGES[name].fields).every(
    ([key, field]) => field.since === undefined || field.since <= version || given[key] === undefined,
  );
}
