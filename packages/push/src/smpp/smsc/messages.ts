/** The messages that a simulated SMS centre holds: all in memory, all bounded. */
import { ESM_CLASS, type MessageFields } from '../pdu/index.ts';
import type { ReceiptWord } from '../receipts/index.ts';

/** A message on its way. */
export interface HeldMessage {
  readonly id: string;
  /** The account that submitted it and may get a receipt; undefined = it was put in by hand, or is a receipt itself. */
  readonly by: string | undefined;
  /** Whether it is a receipt of this SMS centre. */
  readonly isReceipt: boolean;
  readonly fields: MessageFields;
  /** Milliseconds since the epoch. */
  readonly submittedAt: number;
  readonly expiresAt: number;
}

/** Where messages wait for who takes them. */
export interface Mailbox {
  readonly key: string;
  readonly waiting: HeldMessage[];
  /** Deliveries whose answer is awaited. */
  outstanding: number;
  /** When there is something to do next. */
  timer: NodeJS.Timeout | undefined;
}

export interface MessageLimits {
  /** Messages that wait, in all. */
  readonly most: number;
  /** Messages that wait in one mailbox. */
  readonly mostEach: number;
  /** Ended messages whose end is remembered for query_sm. */
  readonly mostEnded: number;
}

export interface Ended {
  readonly by: string | undefined;
  readonly word: ReceiptWord;
  readonly at: number;
}

/** Mailboxes by key, and what is known of each message. */
export function createMessages(limits: MessageLimits) {
  const mailboxes = new Map<string, Mailbox>();
  const held = new Map<string, { readonly message: HeldMessage; readonly mailbox: Mailbox }>();
  const ended = new Map<string, Ended>();

  return {
    mailboxes: (): Mailbox[] => [...mailboxes.values()],
    get count() {
      return held.size;
    },
    find: (id: string) => held.get(id),
    endOf: (id: string) => ended.get(id),

    /** @returns undefined where there is no room */
    put(key: string, message: HeldMessage): Mailbox | undefined {
      const mailbox = mailboxes.get(key) ?? { key, waiting: [], outstanding: 0, timer: undefined };
      if (held.size >= limits.most || mailbox.waiting.length >= limits.mostEach) return undefined;
      mailboxes.set(key, mailbox);
      mailbox.waiting.push(message);
      held.set(message.id, { message, mailbox });
      return mailbox;
    },

    /** Forgets a message but for how it ended, and its mailbox where it was the last there. */
    end(message: HeldMessage, word: ReceiptWord, at: number): void {
      const mailbox = held.get(message.id)?.mailbox;
      held.delete(message.id);
      ended.set(message.id, { by: message.by, word, at });
      if (ended.size > limits.mostEnded) {
        const [oldest] = ended.keys();
        if (oldest !== undefined) ended.delete(oldest);
      }
      if (mailbox === undefined || mailbox.waiting.length > 0 || mailbox.outstanding > 0) return;
      clearTimeout(mailbox.timer);
      mailboxes.delete(mailbox.key);
    },
  };
}

export type Messages = ReturnType<typeof createMessages>;

/** What of a submitted message goes to the phone. */
export function toDeliver(fields: MessageFields): MessageFields {
  return {
    ...fields,
    esm_class: fields.esm_class & (ESM_CLASS.typeMask | ESM_CLASS.udh | ESM_CLASS.replyPath),
    schedule_delivery_time: '',
    validity_period: '',
    registered_delivery: 0,
    replace_if_present_flag: 0,
    sm_default_msg_id: 0,
  };
}

/** The fields alone, without what else came with them. */
export function fieldsOf(message: MessageFields): MessageFields {
  return {
    service_type: message.service_type,
    source_addr_ton: message.source_addr_ton,
    source_addr_npi: message.source_addr_npi,
    source_addr: message.source_addr,
    dest_addr_ton: message.dest_addr_ton,
    dest_addr_npi: message.dest_addr_npi,
    destination_addr: message.destination_addr,
    esm_class: message.esm_class,
    protocol_id: message.protocol_id,
    priority_flag: message.priority_flag,
    schedule_delivery_time: message.schedule_delivery_time,
    validity_period: message.validity_period,
    registered_delivery: message.registered_delivery,
    replace_if_present_flag: message.replace_if_present_flag,
    data_coding: message.data_coding,
    sm_default_msg_id: message.sm_default_msg_id,
    short_message: message.short_message,
    message_payload: message.message_payload,
  };
}
