import { type Static, Type } from 'typebox';

const nonce = Type.Optional(
  Type.String({
    minLength: 4,
    maxLength: 256,
    pattern: '^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$',
    description: 'Base64; of 16 random bytes when absent',
  }),
);
/** A colon would end the name, since what is hashed or sent is `user:password`. */
const user = Type.String({
  minLength: 1,
  maxLength: 256,
  pattern: '^[^:]+$',
  description: 'Without a colon',
});
const password = Type.String({ minLength: 1, maxLength: 256 });

/** How one side proves to the other who it is (OMA DM Security 1.2.1 §5.3). */
export const Credentials = Type.Union(
  [
    Type.Object(
      { auth: Type.Literal('none') },
      { additionalProperties: false, title: 'none', description: 'It does not' },
    ),
    Type.Object(
      { auth: Type.Literal('basic'), user, password },
      { additionalProperties: false, title: 'basic', description: 'syncml:auth-basic' },
    ),
    Type.Object(
      { auth: Type.Literal('md5'), user, password, nonce },
      { additionalProperties: false, title: 'md5', description: 'syncml:auth-md5' },
    ),
    Type.Object(
      { auth: Type.Literal('hmac'), user, password, nonce },
      {
        additionalProperties: false,
        title: 'hmac',
        description: 'syncml:auth-MAC: a digest over each message, in the header x-syncml-hmac',
      },
    ),
  ],
  { description: 'How one side proves to the other who it is' },
);
export type Credentials = Static<typeof Credentials>;

/** How a device proves to Grove who it is. */
export const ClientCredentials = Type.Union(
  [
    ...Credentials.anyOf,
    Type.Object(
      {
        auth: Type.Literal('certificate'),
        fingerprint: Type.Optional(
          Type.String({
            pattern: '^(?:[0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$',
            description:
              'SHA-256 of the certificate in hexadecimal; when absent, the common name of its subject has to be the DevId',
          }),
        ),
      },
      {
        additionalProperties: false,
        title: 'certificate',
        description: 'A client certificate in TLS, issued by an authority that the server trusts for this',
      },
    ),
  ],
  { description: 'How a device proves to Grove who it is' },
);
export type ClientCredentials = Static<typeof ClientCredentials>;

/** The DM account that a device and Grove share. */
export const AccountInput = Type.Object(
  {
    serverId: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 256,
        pattern: '^[!-~]+$',
        default: 'grove',
        description: 'ServerID that the device knows Grove by: the identity in its access control lists',
      }),
    ),
    client: ClientCredentials,
    server: Type.Optional(Credentials),
  },
  {
    additionalProperties: false,
    description:
      'The DM account: "client" is how the device proves itself to Grove, "server" how Grove proves itself to the device (none when absent)',
  },
);
export type AccountInput = Static<typeof AccountInput>;

/** What can be told of an account: everything but passwords and nonces. */
export interface Account {
  serverId: string;
  client: { auth: ClientCredentials['auth']; user: string | null; fingerprint: string | null };
  server: { auth: Credentials['auth']; user: string | null };
}
