/** What an operator says of an SMS centre. */
import { type Static, Type } from 'typebox';
import { TlsFiles } from '../tls-files/index.ts';

const IdForm = Type.Union([Type.Literal('text'), Type.Literal('decimal'), Type.Literal('hexadecimal')]);
const Octet = Type.Integer({ minimum: 0, maximum: 255 });

export const SmsSettings = Type.Object(
  {
    host: Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'Host name or address of the SMS centre',
    }),
    port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65535, default: 2775 })),
    /** Where it is there, TLS in place of plain TCP. */
    tls: Type.Optional(TlsFiles),
    systemId: Type.String({ minLength: 1, maxLength: 15 }),
    password: Type.String({ maxLength: 8 }),
    systemType: Type.Optional(Type.String({ maxLength: 12, default: '' })),
    bind: Type.Optional(
      Type.Union([Type.Literal('transceiver'), Type.Literal('transmitter'), Type.Literal('separate')], {
        default: 'transceiver',
        description: 'separate = a transmitter, and a receiver for receipts; transmitter = no receipts',
      }),
    ),
    source: Type.Optional(
      Type.String({
        maxLength: 21,
        default: '',
        description:
          'Sender that phones see: +number, short number or up to 11 letters; empty = as the account says',
      }),
    ),
    sourceTon: Type.Optional({
      ...Octet,
      description: 'Type of number, where it does not follow from source',
    }),
    sourceNpi: Type.Optional({
      ...Octet,
      description: 'Numbering plan, where it does not follow from source',
    }),
    serviceType: Type.Optional(Type.String({ maxLength: 5, default: '' })),
    dataCoding: Type.Optional({
      ...Octet,
      default: 4,
      description: 'data_coding of 8-bit data: 4, or 245 for class 1',
    }),
    wideReference: Type.Optional(
      Type.Boolean({ default: false, description: 'Number segmented messages with 16 bits, not 8' }),
    ),
    mostSegments: Type.Optional(Type.Integer({ minimum: 1, maximum: 255, default: 16 })),
    idForm: Type.Optional({
      ...IdForm,
      default: 'text',
      description: 'How the SMS centre writes a message id when it takes the message',
    }),
    receiptIdForm: Type.Optional({
      ...IdForm,
      default: 'text',
      description: 'How it writes the same id in the text of a receipt',
    }),
    window: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 50 })),
    responseSeconds: Type.Optional(Type.Number({ minimum: 0.1, maximum: 300, default: 10 })),
    enquireSeconds: Type.Optional(Type.Number({ minimum: 0.1, maximum: 3600, default: 30 })),
  },
  { additionalProperties: false },
);

export type SmsSettings = Static<typeof SmsSettings>;
