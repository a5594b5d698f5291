import smpp from 'smpp';
import type { Pdu, RequestName, Requests, ResponseName, Responses } from './commands.ts';
import { COMMANDS } from './layout.ts';
import { STATUS } from './status.ts';

/** A PDU that cannot be taken; the peer is told by its sequence number and `status`. */
export interface BadPdu {
  readonly command: 'bad';
  readonly status: number;
  readonly sequence: number;
  /** Responses are never answered. */
  readonly response: boolean;
  /** What is wrong with it. */
  readonly text: string;
}

/** Bytes of command_length, command_id, command_status and sequence_number (3.2). */
export const HEADER_BYTES = 16;
/** The longest PDU that is taken, of either end: one with everything has some 700 bytes, but for `message_payload`. */
export const MOST_PDU_BYTES = 16_384;

const RESPONSE_BIT = 0x80000000;

/**
 * Reads one PDU.
 *
 * @param bytes the whole of it, of command_length bytes
 */
export function decodePdu(bytes: Buffer): Pdu | BadPdu {
  const id = bytes.readUInt32BE(4);
  const status = bytes.readUInt32BE(8);
  const sequence = bytes.readUInt32BE(12);
  const response = id >= RESPONSE_BIT;
  const known = COMMANDS.get(id);
  if (known === undefined) {
    const text = `command 0x${id.toString(16).padStart(8, '0')} is unknown`;
    return { command: 'bad', status: STATUS.ESME_RINVCMDID, sequence, response, text };
  }
  try {
    const fields = new smpp.PDU(bytes);
    if (!response) {
      const absent = known.fields.find((field) => !(field in fields));
      if (absent !== undefined) throw new RangeError(`${absent} is missing`);
    }
    // The library has put the fields, as the layout types them, beside the header of the same object.
    return { command: known.name, status, sequence, fields } as Pdu;
  } catch (error) {
    const what = error instanceof Error ? error.message : 'it cannot be read';
    const text = `${known.name} ${sequence}: ${what}`;
    return { command: 'bad', status: STATUS.ESME_RINVCMDLEN, sequence, response, text };
  }
}

/**
 * Writes one PDU.
 *
 * @throws RangeError where a field is longer than SMPP lets it be
 */
export function encodePdu<C extends RequestName | ResponseName>(
  command: C,
  sequence: number,
  status: number,
  fields: (Requests & Responses)[C],
): Buffer {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return new smpp.PDU(command, {
    ...Object.fromEntries(given),
    command_status: status,
    sequence_number: sequence,
  }).toBuffer();
}
