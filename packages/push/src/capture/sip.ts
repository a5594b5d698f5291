import { decodeUtf8, type Opener } from '@grove/protocol';
import { applicationOf, headerOf, parseMessage, type SipMessage, SipSyntaxError } from '../sip/index.ts';
import { bytesInWords } from './layout.ts';

/** Bytes in which the first line ends. */
const BEGINNING = 1024;
const REQUEST = /^\s*[A-Z]{3,20} sips?:\S+ SIP\/2\.0\r?\n/;
const RESPONSE = /^\s*SIP\/2\.0 \d{3} /;

/** A message of SIP, such as the MESSAGE that carries a push. */
export const openSip: Opener = (pieces, mediaType) => {
  const [bytes, ...others] = pieces;
  if (bytes === undefined || others.length > 0 || mediaType !== undefined) return undefined;
  const beginning =
    decodeUtf8(bytes.subarray(0, BEGINNING)) ?? Buffer.from(bytes.subarray(0, BEGINNING)).toString('latin1');
  if (!REQUEST.test(beginning) && !RESPONSE.test(beginning)) return undefined;
  try {
    const message = parseMessage(bytes);
    const contentType = headerOf(message, 'content-type') ?? 'text/plain';
    const what = message.kind === 'request' ? message.method : `${message.status} ${message.reason}`;
    return [
      {
        carrier: {
          kind: 'sip',
          title: `SIP ${what}, ${bytesInWords(bytes.length)}`,
          facts: factsOf(message),
          layout: [],
          remarks: [],
        },
        inside: message.body.length === 0 ? [] : [{ pieces: [message.body], mediaType: contentType }],
      },
    ];
  } catch (error) {
    if (!(error instanceof SipSyntaxError)) throw error;
    return { what: 'SIP', why: error.message };
  }
};

/** What tells whose message it is; credentials are not among it. */
function factsOf(message: SipMessage): Record<string, string | undefined> {
  return {
    URI: message.kind === 'request' ? message.uri : undefined,
    From: headerOf(message, 'from'),
    To: headerOf(message, 'to'),
    'Asserted by the network': headerOf(message, 'p-asserted-identity'),
    'Call-ID': headerOf(message, 'call-id'),
    CSeq: headerOf(message, 'cseq'),
    Application: message.kind === 'request' ? applicationOf(message) : undefined,
    'Content-Type': headerOf(message, 'content-type'),
  };
}
