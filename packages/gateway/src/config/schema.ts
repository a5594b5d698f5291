import { type Static, type TSchema, Type } from 'typebox';
import { UserInput } from '../directory/index.ts';

const object = <P extends Record<string, TSchema>>(properties: P) =>
  Type.Object(properties, { additionalProperties: false });

const Name = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern: '^[\\w.@+-]+$',
  description: 'letters, digits and . @ + - _',
});
const Seconds = (description: string) => Type.Number({ minimum: 0, maximum: 366 * 86_400, description });
const Rate = Type.Number({ minimum: 0.01, maximum: 100_000, description: 'in a second' });
const Kind = Type.Enum(['plmn', 'user', 'ipv4', 'ipv6', 'sip']);
const Port = Type.Integer({ minimum: 0, maximum: 65_535, description: '0 for any that is free' });
const Text = Type.String({ minLength: 1, maxLength: 1024 });

const Client = object({
  name: Name,
  password: Type.String({ minLength: 1, maxLength: 256 }),
  addresses: Type.Optional(
    Type.Array(Kind, { minItems: 1, description: 'kinds of addresses that it may push to; all when absent' }),
  ),
  maxAddresses: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_000, description: 'of one push' })),
  rate: Type.Optional(Rate),
  notify: Type.Optional(
    object({
      to: Type.Optional(
        Type.Array(Type.String({ maxLength: 1024, pattern: '^https?://' }), {
          description: 'beginnings of the URLs to which results may be posted; any when absent',
        }),
      ),
      user: Type.Optional(Text),
      password: Type.Optional(Type.String({ maxLength: 256 })),
      accepted: Type.Optional(
        Type.Boolean({ description: 'whether it is told, too, when a network has taken a push' }),
      ),
    }),
  ),
});

const Retry = object({
  first: Type.Optional(Seconds('seconds after the first failure')),
  longest: Type.Optional(Seconds('seconds between two attempts at most')),
  attempts: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 1_000,
      description: 'failures in a row after which the next bearer is tried',
    }),
  ),
});

/** What all bearers have; their kinds have more. */
export const BearerSettings = Type.Object({
  kind: Type.String({ minLength: 1, maxLength: 64 }),
  name: Type.Optional(Name),
  rate: Type.Optional(Rate),
  retry: Type.Optional(Retry),
  papNetworks: Type.Optional(
    Type.Array(Text, { maxItems: 16, description: "what PAP's network may ask for it by" }),
  ),
});

const Bearers = Type.Array(Name, { maxItems: 64, description: 'names of bearers' });

const Policy = object({
  order: Type.Optional(Bearers),
  byAddress: Type.Optional(
    object({
      plmn: Type.Optional(Bearers),
      user: Type.Optional(Bearers),
      ipv4: Type.Optional(Bearers),
      ipv6: Type.Optional(Bearers),
      sip: Type.Optional(Bearers),
    }),
  ),
  lifetime: Type.Optional(Seconds('seconds for which a push is tried that does not say for how long')),
  longestLifetime: Type.Optional(Seconds('seconds for which any push is tried')),
  patience: Type.Optional(
    Seconds('seconds for which pushes wait for a bearer that is down while they could go over another'),
  ),
  confirmed: Type.Optional(
    Type.Boolean({ description: 'whether delivery should be confirmed where a push does not say' }),
  ),
  retention: Type.Optional(Seconds('seconds for which pushes are kept that are at their end')),
});

/** The configuration of a gateway. Wherever it has a password or token, it may have passwordFile or tokenFile instead. */
export const GatewayConfig = object({
  listen: Type.Optional(
    object({
      host: Type.Optional(Text),
      port: Type.Optional(Port),
    }),
  ),
  /** Paths at which PAP is spoken; `/pap` when absent. */
  papPaths: Type.Optional(
    Type.Array(Type.String({ maxLength: 256, pattern: '^/[^?#\\s]*$' }), { minItems: 1, maxItems: 16 }),
  ),
  database: Type.Optional(Text),
  api: Type.Optional(
    object({
      token: Type.Optional(
        Type.String({
          minLength: 16,
          maxLength: 256,
          pattern: '^[\\w.~+/=-]+$',
          description: 'letters, digits and . ~ + / = - _',
        }),
      ),
      host: Type.Optional(
        Type.String({
          maxLength: 256,
          description: 'where the API answers besides loopback; * for everywhere',
        }),
      ),
    }),
  ),
  /** Initiators besides the program that runs the gateway within itself. */
  clients: Type.Optional(Type.Array(Client, { maxItems: 1_000 })),
  bearers: Type.Array(BearerSettings, { minItems: 1, maxItems: 64 }),
  policy: Type.Optional(Policy),
  directory: Type.Optional(Type.Record(Type.String({ minLength: 1, maxLength: 256 }), UserInput)),
});

export type ClientConfig = Static<typeof Client>;
export type DirectoryConfig = Readonly<Record<string, UserInput>>;

/** A bearer: what all have, and the settings of its kind. */
export interface BearerConfig extends Static<typeof BearerSettings> {
  readonly [setting: string]: unknown;
}

export interface GatewayConfig extends Omit<Static<typeof GatewayConfig>, 'bearers' | 'directory'> {
  bearers: BearerConfig[];
  directory?: DirectoryConfig;
}
