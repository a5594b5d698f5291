import { type CarrierBytes, MalformedError, type Opened, type Opener } from '@grove/protocol';
import { type ParsedPush, parsePush } from '../wsp/index.ts';
import { bytesInWords, carrierBytes } from './layout.ts';

/** The second byte of a push. */
const PUSH = 0x06;

/** The push of WSP that short messages and datagrams carry. */
export const openPush: Opener = (pieces, mediaType) => {
  if (mediaType !== undefined || pieces.some((bytes) => bytes[1] !== PUSH)) return undefined;
  try {
    return pieces.map((bytes) => opened(bytes, parsePush(bytes)));
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    return { what: 'a WSP push', why: error.message };
  }
};

function opened(bytes: Uint8Array, { content, layout, remarks }: ParsedPush): Opened {
  return {
    carrier: {
      kind: 'wsp-push',
      title: `WSP push, ${bytesInWords(bytes.length)}`,
      facts: {},
      layout: carrierBytes(bytes, layout).map(withoutMac),
      remarks,
    },
    inside: [{ pieces: [content.body], mediaType: content.contentType }],
  };
}

const MAC = /(; mac=)(?:"(?:[^"\\]|\\.)*"|[^;]*)/i;

/** The MAC of a provisioning document tells its PIN to whoever tries all of them. */
function withoutMac(field: CarrierBytes): CarrierBytes {
  return MAC.test(field.value)
    ? { ...field, value: field.value.replace(MAC, '$1(not shown)'), secret: true }
    : field;
}
