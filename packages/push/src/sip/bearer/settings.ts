import Type, { type Static } from 'typebox';
import { TlsFiles } from '../../tls-files/index.ts';

const closed = { additionalProperties: false };

/** What an operator configures of the gateway's end of SIP. */
export const SIP_SETTINGS = Type.Object(
  {
    proxy: Type.String({
      description: 'The SIP core: sip:HOST[:PORT][;transport=udp|tcp|tls], or sips:HOST[:PORT] for TLS',
    }),
    identity: Type.String({ description: 'The SIP URI that pushes are from' }),
    displayName: Type.Optional(Type.String({ maxLength: 100 })),
    assert: Type.Optional(
      Type.Enum(['asserted', 'preferred', 'none'], {
        description:
          'How the identity is said besides From: P-Asserted-Identity in the trust domain of the core, ' +
          'P-Preferred-Identity as its customer (the default), or not at all',
      }),
    ),
    user: Type.Optional(
      Type.String({ description: 'For digest authentication; the identity’s user if absent' }),
    ),
    password: Type.Optional(Type.String()),
    realm: Type.Optional(Type.String({ description: 'The only realm that the password is used for' })),
    register: Type.Optional(
      Type.Boolean({
        description: 'Whether the gateway registers with the core; its health is then its registration',
      }),
    ),
    expires: Type.Optional(Type.Integer({ minimum: 10, maximum: 2 ** 31 - 1, description: 'Seconds; 600' })),
    pingSeconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 3600,
        description:
          'Between two OPTIONS to the core, where it does not register; 0: none, the core is taken to be there; 30',
      }),
    ),
    phoneDomain: Type.Optional(
      Type.String({ description: 'The domain of telephone numbers: +44… is sip:+44…@DOMAIN;user=phone' }),
    ),
    requireFeature: Type.Optional(
      Type.Boolean({
        description: 'Whether only terminals that declare the application may get a push (RFC 3841)',
      }),
    ),
    largest: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 1_048_576,
        description:
          'Octets of content that go into a message; more is fetched by the terminal, where `indirection` is set; 1000',
      }),
    ),
    indirection: Type.Optional(
      Type.Object(
        {
          host: Type.String({ description: 'Where contents are served by HTTP' }),
          port: Type.Integer({ minimum: 0, maximum: 65_535 }),
          publicUrl: Type.Optional(
            Type.String({
              pattern: '^https?://.*[^/]$',
              description: 'How terminals reach it, without a slash at its end',
            }),
          ),
        },
        { ...closed, description: 'Content indirection (RFC 4483)' },
      ),
    ),
    listen: Type.Optional(
      Type.Object(
        { host: Type.String(), port: Type.Integer({ minimum: 0, maximum: 65_535 }) },
        { ...closed, description: 'Where SIP by UDP is taken; any address and a free port' },
      ),
    ),
    tls: Type.Optional(TlsFiles),
    window: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'Messages under way; 50' })),
    t1: Type.Optional(
      Type.Integer({
        minimum: 10,
        maximum: 10_000,
        description: 'Milliseconds until a request is sent again over UDP; given up after 64 times that; 500',
      }),
    ),
  },
  closed,
);

export type SipSettings = Static<typeof SIP_SETTINGS>;
