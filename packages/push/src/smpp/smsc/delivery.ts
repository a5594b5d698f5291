/** How a simulated SMS centre gets messages to those who are bound for them, and tells their senders what became of them. */
import type { Reply } from '../link/index.ts';
import { type MessageFields, RECEIPT_MASK, statusRow } from '../pdu/index.ts';
import { type ReceiptWord, receiptFields } from '../receipts/index.ts';
import { type Directory, mailboxOf, receiptsOf, type Session } from './directory.ts';
import type { SmscEvent } from './events.ts';
import type { Faults } from './faults.ts';
import { fieldsOf, type HeldMessage, type Mailbox, type Messages, toDeliver } from './messages.ts';

/** Times in milliseconds. */
export interface DeliveryLimits {
  /** deliver_sm for one mailbox that may wait for their answers at once. */
  readonly deliveryWindow: number;
  /** After which a phone that could not take a message gets it again. */
  readonly retryAfter: number;
  /** How long a receipt waits for its account. */
  readonly validity: number;
}

export interface DeliveryMeans {
  readonly messages: Messages;
  readonly directory: Directory;
  readonly faults: Faults;
  readonly limits: DeliveryLimits;
  readonly now: () => number;
  readonly tell: (event: SmscEvent) => void;
}

/** What registered_delivery asks for, by its value: which outcomes the sender wants to know (SMPP 3.4, 5.2.17). */
const WANTED: readonly ((word: ReceiptWord) => boolean)[] = [
  () => false,
  () => true,
  (word) => word !== 'DELIVRD',
  (word) => word === 'DELIVRD',
];

export function createDelivery({ messages, directory, faults, limits, now, tell }: DeliveryMeans) {
  let lastId = 0;

  /** @returns its id; undefined where there is no room */
  function take(fields: MessageFields, by: string | undefined, expiresAt: number): string | undefined {
    lastId += 1;
    const id = lastId.toString(16).padStart(8, '0');
    const message: HeldMessage = {
      id,
      by,
      isReceipt: false,
      fields: fieldsOf(fields),
      submittedAt: now(),
      expiresAt,
    };
    const mailbox = messages.put(mailboxOf(fields.destination_addr), message);
    if (mailbox === undefined) return undefined;
    tell({ kind: 'submitted', id, by: by ?? '', message: message.fields });
    wake(mailbox, faults.gather ?? 0);
    return id;
  }

  /** Goes on with a mailbox after a time, and never before what is being done now is done. */
  function wake(mailbox: Mailbox, after: number): void {
    mailbox.timer ??= setTimeout(() => {
      mailbox.timer = undefined;
      deliverWaiting(mailbox);
    }, after);
  }

  function deliverWaiting(mailbox: Mailbox): void {
    while (mailbox.waiting.length > 0 && mailbox.outstanding < limits.deliveryWindow) {
      const session = directory.find(mailbox.key);
      if (session === undefined) return;
      const [message] = mailbox.waiting.splice(faults.pick?.(mailbox.waiting.length) ?? 0, 1);
      if (message !== undefined) void deliver(session, mailbox, message);
    }
  }

  async function deliver(session: Session, mailbox: Mailbox, message: HeldMessage): Promise<void> {
    const { id, fields, isReceipt } = message;
    const copies = isReceipt ? 1 : (faults.copies?.(fields) ?? 1);
    if (copies === 0) {
      tell({ kind: 'lost', id, message: fields });
      messages.end(message, 'UNKNOWN', now());
      return;
    }
    if (copies > 1) tell({ kind: 'duplicated', id, message: fields });
    mailbox.outstanding += 1;
    const replies = Array.from({ length: copies }, () =>
      session.link.request('deliver_sm', toDeliver(fields)),
    );
    const [reply] = await Promise.all(replies);
    mailbox.outstanding -= 1;
    const failure = reply === undefined ? undefined : failureOf(reply);
    if (failure === undefined) {
      if (!isReceipt) tell({ kind: 'delivered', id, message: fields });
      end(message, 'DELIVRD');
    } else if (failure.final) {
      end(message, 'UNDELIV', failure.error);
    } else {
      tell({ kind: 'postponed', id, reason: failure.reason, message: fields });
      mailbox.waiting.unshift(message);
      if (!failure.gone) {
        wake(mailbox, limits.retryAfter);
        return;
      }
    }
    if (mailbox.timer === undefined) deliverWaiting(mailbox);
  }

  function end(message: HeldMessage, word: ReceiptWord, error?: number): void {
    const { id, by, fields } = message;
    messages.end(message, word, now());
    if (word !== 'DELIVRD') tell({ kind: 'failed', id, word, message: fields });
    if (by === undefined || !WANTED[fields.registered_delivery & RECEIPT_MASK]?.(word)) return;
    lastId += 1;
    const about = { messageId: id, word, submittedAt: message.submittedAt, doneAt: now(), error };
    const mailbox = messages.put(receiptsOf(by), {
      id: `receipt-${lastId}`,
      by: undefined,
      isReceipt: true,
      submittedAt: now(),
      expiresAt: now() + limits.validity,
      fields: {
        ...fields,
        source_addr_ton: fields.dest_addr_ton,
        source_addr_npi: fields.dest_addr_npi,
        source_addr: fields.destination_addr,
        dest_addr_ton: fields.source_addr_ton,
        dest_addr_npi: fields.source_addr_npi,
        destination_addr: fields.source_addr,
        data_coding: 0,
        message_payload: undefined,
        ...receiptFields(about),
      },
    });
    if (mailbox === undefined) {
      tell({ kind: 'trouble', text: `no room for the receipt of ${id}` });
      return;
    }
    tell({ kind: 'receipt', id, to: by, word });
    wake(mailbox, 0);
  }

  return {
    take,
    end,
    /** Hands over what has waited for a session that is bound now, after its answer. */
    wakeFor(session: Session): void {
      for (const mailbox of messages.mailboxes())
        if (directory.find(mailbox.key) === session) wake(mailbox, 0);
    },
    /** Ends the messages whose time is over. */
    sweep(): void {
      for (const { waiting } of messages.mailboxes()) {
        const over = waiting.filter((message) => message.expiresAt <= now());
        if (over.length === 0) continue;
        waiting.splice(0, waiting.length, ...waiting.filter((message) => !over.includes(message)));
        for (const message of over) end(message, 'EXPIRED');
      }
    },
    close(): void {
      for (const mailbox of messages.mailboxes()) clearTimeout(mailbox.timer);
    },
  };
}

export type Delivery = ReturnType<typeof createDelivery>;

/** Why a delivery came to nothing; undefined = the phone has it. */
function failureOf(reply: Reply):
  | undefined
  | {
      readonly final: boolean;
      /** The session is, so that another may take it at once. */
      readonly gone?: boolean;
      readonly reason: string;
      readonly error?: number;
    } {
  if (reply.kind === 'silence') return { final: false, reason: 'no answer' };
  if (reply.kind === 'closed') return { final: false, gone: true, reason: reply.reason };
  const { status } = reply.response;
  if (status === 0) return undefined;
  const { name, verdict } = statusRow(status);
  return { final: verdict === 'never', reason: name, error: status };
}
