/** What the commands carry that Grove speaks, in the words of SMPP 3.4, section 4. */

/** bind_transmitter, bind_receiver, bind_transceiver (4.1). */
export interface BindFields {
  readonly system_id: string;
  readonly password: string;
  readonly system_type: string;
  readonly interface_version: number;
  readonly addr_ton: number;
  readonly addr_npi: number;
  /** Which numbers the ESME serves. */
  readonly address_range: string;
}

export interface BindRespFields {
  readonly system_id?: string;
  readonly sc_interface_version?: number;
}

/** submit_sm (4.4.1) and deliver_sm (4.6.1): the two have the same fields. */
export interface MessageFields {
  readonly service_type: string;
  readonly source_addr_ton: number;
  readonly source_addr_npi: number;
  readonly source_addr: string;
  readonly dest_addr_ton: number;
  readonly dest_addr_npi: number;
  readonly destination_addr: string;
  readonly esm_class: number;
  readonly protocol_id: number;
  readonly priority_flag: number;
  readonly schedule_delivery_time: string;
  readonly validity_period: string;
  readonly registered_delivery: number;
  readonly replace_if_present_flag: number;
  readonly data_coding: number;
  readonly sm_default_msg_id: number;
  /** As it came, user data header and all. */
  readonly short_message: Uint8Array;
  /** In place of `short_message`, where it is more than 254 bytes. */
  readonly message_payload?: Uint8Array;
  /** Of a delivery receipt (5.3.2.12). */
  readonly receipted_message_id?: string;
  readonly message_state?: number;
  /** Network type (1 byte) and its error (2 bytes). */
  readonly network_error_code?: Uint8Array;
}

export interface MessageRespFields {
  readonly message_id?: string;
}

/** data_sm (4.7.1): a message without what only an SMS centre that stores needs to know. */
export type DataFields = Pick<
  MessageFields,
  | 'service_type'
  | 'source_addr_ton'
  | 'source_addr_npi'
  | 'source_addr'
  | 'dest_addr_ton'
  | 'dest_addr_npi'
  | 'destination_addr'
  | 'esm_class'
  | 'registered_delivery'
  | 'data_coding'
  | 'message_payload'
  | 'receipted_message_id'
  | 'message_state'
  | 'network_error_code'
>;

/** alert_notification (4.12.1): a phone can be reached again. It has no response. */
export interface AlertFields {
  readonly source_addr_ton: number;
  readonly source_addr_npi: number;
  readonly source_addr: string;
  readonly esme_addr_ton: number;
  readonly esme_addr_npi: number;
  readonly esme_addr: string;
}

/** query_sm (4.8), cancel_sm (4.9). */
export interface QueryFields {
  readonly message_id: string;
  readonly source_addr_ton: number;
  readonly source_addr_npi: number;
  readonly source_addr: string;
}

export interface CancelFields extends QueryFields {
  readonly service_type: string;
  readonly dest_addr_ton: number;
  readonly dest_addr_npi: number;
  readonly destination_addr: string;
}

export interface QueryRespFields {
  readonly message_id?: string;
  readonly final_date?: string;
  readonly message_state?: number;
  readonly error_code?: number;
}

export interface OutbindFields {
  readonly system_id: string;
  readonly password: string;
}

export type NoFields = Readonly<Record<never, never>>;

/** Requests, and what each carries. */
export interface Requests {
  bind_transmitter: BindFields;
  bind_receiver: BindFields;
  bind_transceiver: BindFields;
  submit_sm: MessageFields;
  deliver_sm: MessageFields;
  data_sm: DataFields;
  alert_notification: AlertFields;
  query_sm: QueryFields;
  cancel_sm: CancelFields;
  enquire_link: NoFields;
  unbind: NoFields;
  outbind: OutbindFields;
}

/** Responses, and what each carries where `command_status` is 0. */
export interface Responses {
  bind_transmitter_resp: BindRespFields;
  bind_receiver_resp: BindRespFields;
  bind_transceiver_resp: BindRespFields;
  submit_sm_resp: MessageRespFields;
  deliver_sm_resp: MessageRespFields;
  data_sm_resp: MessageRespFields;
  query_sm_resp: QueryRespFields;
  cancel_sm_resp: NoFields;
  enquire_link_resp: NoFields;
  unbind_resp: NoFields;
  generic_nack: NoFields;
}

export type RequestName = keyof Requests;
export type ResponseName = keyof Responses;

interface Framed<Command, Fields> {
  readonly command: Command;
  /** command_status; 0 in requests. */
  readonly status: number;
  readonly sequence: number;
  readonly fields: Fields;
}

export type RequestPdu = { [C in RequestName]: Framed<C, Requests[C]> }[RequestName];
export type ResponsePdu = { [C in ResponseName]: Framed<C, Responses[C]> }[ResponseName];
export type Pdu = RequestPdu | ResponsePdu;

/** A message with everything that is usually left at nothing. */
export const PLAIN_MESSAGE: MessageFields = {
  service_type: '',
  source_addr_ton: 0,
  source_addr_npi: 0,
  source_addr: '',
  dest_addr_ton: 0,
  dest_addr_npi: 0,
  destination_addr: '',
  esm_class: 0,
  protocol_id: 0,
  priority_flag: 0,
  schedule_delivery_time: '',
  validity_period: '',
  registered_delivery: 0,
  replace_if_present_flag: 0,
  data_coding: 0,
  sm_default_msg_id: 0,
  short_message: new Uint8Array(),
};

/** interface_version of SMPP 3.4. */
export const SMPP_3_4 = 0x34;

/** esm_class (5.2.12). */
export const ESM_CLASS = {
  /** The bits that say what the message is. */
  typeMask: 0x3c,
  deliveryReceipt: 0x04,
  intermediateNotification: 0x20,
  /** The message begins with a user data header. */
  udh: 0x40,
  /** The answer is to go over the same SMS centre. */
  replyPath: 0x80,
} as const;

/** registered_delivery (5.2.17): a receipt whatever the outcome. */
export const RECEIPT_WANTED = 0x01;
/** The bits of registered_delivery that ask for receipts of the SMS centre. */
export const RECEIPT_MASK = 0x03;
