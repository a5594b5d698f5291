import type { Opener } from '@grove/protocol';
import { decodePdu, describeStatus, ESM_CLASS, type MessageFields } from '../smpp/index.ts';
import { bytesInWords, hexByte } from './layout.ts';

/** Bytes of the head of a PDU. */
const HEAD = 16;
const MOST_PDU = 16 * 1024;
const MOST_PDUS = 255;

type Pdu = ReturnType<typeof decodePdu>;

/** PDUs of SMPP, as a followed TCP stream has them, with what their short messages hold. */
export const openSmpp: Opener = (pieces, mediaType) => {
  if (mediaType !== undefined) return undefined;
  const bytes = Buffer.concat(pieces);
  const pdus = pdusIn(bytes);
  if (pdus === undefined) return undefined;
  const messages = pdus.flatMap(userDataOf);
  const count = pdus.length === 1 ? `SMPP ${pdus[0]?.command}` : `SMPP, ${pdus.length} PDUs`;
  return [
    {
      carrier: {
        kind: 'smpp',
        title: `${count}, ${bytesInWords(bytes.length)}`,
        facts: Object.fromEntries(pdus.map((pdu, index) => [`PDU ${index + 1}`, inWords(pdu)])),
        layout: [],
        remarks: [],
      },
      inside: messages.length === 0 ? [] : [{ pieces: messages }],
    },
  ];
};

/** The PDUs that bytes consist of; undefined where they are anything else. */
function pdusIn(bytes: Buffer): Pdu[] | undefined {
  const pdus: Pdu[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (pdus.length === MOST_PDUS || bytes.length - at < HEAD) return undefined;
    const length = bytes.readUInt32BE(at);
    if (length < HEAD || length > MOST_PDU || length > bytes.length - at) return undefined;
    const pdu = decodePdu(bytes.subarray(at, at + length));
    if (pdu.command === 'bad') return undefined;
    pdus.push(pdu);
    at += length;
  }
  return pdus.length === 0 ? undefined : pdus;
}

function messageIn(pdu: Pdu): MessageFields | undefined {
  return pdu.command === 'submit_sm' || pdu.command === 'deliver_sm' ? pdu.fields : undefined;
}

function userDataOf(pdu: Pdu): Uint8Array[] {
  const message = messageIn(pdu);
  if (message === undefined || (message.esm_class & ESM_CLASS.udh) === 0) return [];
  return [message.message_payload ?? message.short_message];
}

function inWords(pdu: Pdu): string {
  if (pdu.command === 'bad') return pdu.text;
  const { command, sequence, status } = pdu;
  const message = messageIn(pdu);
  return [
    `${command} ${sequence}`,
    status === 0 ? undefined : describeStatus(status),
    message && `from ${message.source_addr || '(nobody)'} to ${message.destination_addr}`,
    message && `esm_class ${hexByte(message.esm_class)}`,
    message && `data_coding ${hexByte(message.data_coding)}`,
    message && bytesInWords((message.message_payload ?? message.short_message).length),
  ]
    .filter((text) => text !== undefined)
    .join(', ');
}
