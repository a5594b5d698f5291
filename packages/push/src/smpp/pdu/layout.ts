/// <reference path="./library.d.ts" />
/**
 * The commands of SMPP as the package `smpp` lays them out, made strict. The package's own field types take a text without
 * an end, and a message that is shorter than it says, as if nothing were wrong; its filters turn messages into text and
 * times into dates, so that neither could be passed on as it came.
 */
import smpp, { type FieldType } from 'smpp';
import type { RequestName, ResponseName } from './commands.ts';

/** A C-octet string: it ends with a zero byte, with which it has at most `most` bytes. */
function text(field: string, most: number): FieldType {
  return {
    ...smpp.types.cstring,
    read(buffer, offset) {
      const end = buffer.indexOf(0, offset);
      if (end < 0 || end - offset >= most)
        throw new RangeError(`${field} has no end within ${Math.min(most, buffer.length - offset)} bytes`);
      return buffer.toString('latin1', offset, end);
    },
    write(value, buffer, offset) {
      if (typeof value !== 'string' || value.length >= most || value.includes('\0'))
        throw new RangeError(`${field} is not a text of at most ${most - 1} characters without zero`);
      buffer.write(value, offset, 'latin1');
    },
  };
}

/** One byte of length and as many bytes: a copy, which does not keep what came with it in memory. */
function octets(field: string, most: number): FieldType {
  return {
    ...smpp.types.buffer,
    read(buffer, offset) {
      const length = buffer.readUInt8(offset);
      const rest = buffer.length - offset - 1;
      if (length > rest || length > most)
        throw new RangeError(`${field} has ${length} bytes, ${Math.min(rest, most)} are possible`);
      return new Uint8Array(buffer.subarray(offset + 1, offset + 1 + length));
    },
    write(value, buffer, offset) {
      if (!(value instanceof Uint8Array) || value.length > most)
        throw new RangeError(`${field} is not at most ${most} bytes`);
      buffer.writeUInt8(value.length, offset);
      buffer.set(value, offset + 1);
    },
  };
}

/** The value of a tag: its bytes, which have to be there. */
function tagged(field: string): FieldType {
  return {
    ...smpp.types.tlv.buffer,
    read(buffer, offset, length = 0) {
      if (offset + length > buffer.length)
        throw new RangeError(`${field} has ${length} bytes, ${buffer.length - offset} are there`);
      return new Uint8Array(buffer.subarray(offset, offset + length));
    },
    write(value, buffer, offset) {
      if (value instanceof Uint8Array) buffer.set(value, offset);
    },
  };
}

/** The same as a text. Some SMS centres leave out the zero at the end, others fill up with zeros. */
function taggedText(field: string, most: number): FieldType {
  return {
    ...text(field, most),
    read(buffer, offset, length = 0) {
      if (offset + length > buffer.length || length > most)
        throw new RangeError(
          `${field} has ${length} bytes, ${Math.min(most, buffer.length - offset)} are possible`,
        );
      const [value = ''] = buffer.toString('latin1', offset, offset + length).split('\0', 1);
      return value;
    },
  };
}

const int8 = smpp.types.int8;

/** Sizes: SMPP 3.4, 5.2. */
const ADDRESS = 21;
const TIME = 17;
const MESSAGE_ID = 65;

const bind = {
  system_id: text('system_id', 16),
  password: text('password', 9),
  system_type: text('system_type', 13),
  interface_version: int8,
  addr_ton: int8,
  addr_npi: int8,
  address_range: text('address_range', 41),
};
const bindResp = { system_id: text('system_id', 16) };

const message = {
  service_type: text('service_type', 6),
  source_addr_ton: int8,
  source_addr_npi: int8,
  source_addr: text('source_addr', ADDRESS),
  dest_addr_ton: int8,
  dest_addr_npi: int8,
  destination_addr: text('destination_addr', ADDRESS),
  esm_class: int8,
  protocol_id: int8,
  priority_flag: int8,
  schedule_delivery_time: text('schedule_delivery_time', TIME),
  validity_period: text('validity_period', TIME),
  registered_delivery: int8,
  replace_if_present_flag: int8,
  data_coding: int8,
  sm_default_msg_id: int8,
  short_message: octets('short_message', 254),
};
const messageId = { message_id: text('message_id', MESSAGE_ID) };
const source = {
  source_addr_ton: int8,
  source_addr_npi: int8,
  source_addr: text('source_addr', ADDRESS),
};

const destination = {
  dest_addr_ton: int8,
  dest_addr_npi: int8,
  destination_addr: text('destination_addr', ADDRESS),
};

/** The fields of each command, in their order on the wire. */
const LAYOUT: Record<RequestName | ResponseName, Readonly<Record<string, FieldType>>> = {
  bind_transmitter: bind,
  bind_receiver: bind,
  bind_transceiver: bind,
  bind_transmitter_resp: bindResp,
  bind_receiver_resp: bindResp,
  bind_transceiver_resp: bindResp,
  submit_sm: message,
  submit_sm_resp: messageId,
  deliver_sm: message,
  deliver_sm_resp: messageId,
  data_sm: {
    service_type: message.service_type,
    ...source,
    ...destination,
    esm_class: int8,
    registered_delivery: int8,
    data_coding: int8,
  },
  data_sm_resp: messageId,
  alert_notification: {
    ...source,
    esme_addr_ton: int8,
    esme_addr_npi: int8,
    esme_addr: text('esme_addr', 65),
  },
  query_sm: { ...messageId, ...source },
  query_sm_resp: {
    ...messageId,
    final_date: text('final_date', TIME),
    message_state: int8,
    error_code: int8,
  },
  cancel_sm: {
    service_type: message.service_type,
    ...messageId,
    ...source,
    ...destination,
  },
  cancel_sm_resp: {},
  enquire_link: {},
  enquire_link_resp: {},
  unbind: {},
  unbind_resp: {},
  outbind: { system_id: bind.system_id, password: bind.password },
  generic_nack: {},
};

/** Commands by id, and the fields that a request has to have. */
export const COMMANDS: ReadonlyMap<
  number,
  { readonly name: RequestName | ResponseName; readonly fields: readonly string[] }
> = new Map(
  (Object.entries(LAYOUT) as [RequestName | ResponseName, Readonly<Record<string, FieldType>>][]).map(
    ([name, fields]) => {
      const id = smpp.commands[name]?.id;
      if (id === undefined) throw new Error(`the package smpp knows no command ${name}`);
      const params = Object.fromEntries(Object.entries(fields).map(([field, type]) => [field, { type }]));
      smpp.addCommand(name, { id, params });
      return [id, { name, fields: Object.keys(fields) }];
    },
  ),
);

for (const [name, type] of [
  ['message_payload', tagged('message_payload')],
  ['network_error_code', tagged('network_error_code')],
  ['receipted_message_id', taggedText('receipted_message_id', MESSAGE_ID)],
] as const) {
  const tag = smpp.tlvs[name];
  if (tag === undefined) throw new Error(`the package smpp knows no tag ${name}`);
  smpp.addTLV(name, { id: tag.id, type });
}
