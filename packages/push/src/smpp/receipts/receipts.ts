/** Delivery receipts: a deliver_sm that says what became of a message (SMPP 3.4, 5.2.12, 5.3.2.35 and appendix B). */
import { ESM_CLASS, type MessageFields } from '../pdu/index.ts';

/** message_state (5.2.28), the word for it in the text of a receipt, and what it means for the sender. */
const STATES = [
  { code: 1, word: 'ENROUTE', outcome: undefined, meaning: 'is on its way' },
  { code: 2, word: 'DELIVRD', outcome: 'delivered', meaning: 'was delivered' },
  { code: 3, word: 'EXPIRED', outcome: 'expired', meaning: 'expired before it could be delivered' },
  { code: 4, word: 'DELETED', outcome: 'undeliverable', meaning: 'was deleted' },
  { code: 5, word: 'UNDELIV', outcome: 'undeliverable', meaning: 'cannot be delivered' },
  { code: 6, word: 'ACCEPTD', outcome: undefined, meaning: 'was taken for the subscriber' },
  { code: 7, word: 'UNKNOWN', outcome: 'undeliverable', meaning: 'is in a state that is not known' },
  { code: 8, word: 'REJECTD', outcome: 'undeliverable', meaning: 'was rejected' },
] as const;

export type ReceiptWord = (typeof STATES)[number]['word'];
export type ReceiptOutcome = 'delivered' | 'undeliverable' | 'expired';

export interface DeliveryReceipt {
  /** The message that it is about, as in the text (`id:`); may be written otherwise than in submit_sm_resp. */
  readonly textId?: string;
  /** The same as in the tag receipted_message_id, written as in submit_sm_resp. */
  readonly tagId?: string;
  /** undefined = nothing final yet. */
  readonly outcome: ReceiptOutcome | undefined;
  /** In words: state, and the network's error where there is one. */
  readonly text: string;
}

/** Whether a deliver_sm is about a message rather than one itself. */
export function isReceipt({ esm_class }: MessageFields): boolean {
  const type = esm_class & ESM_CLASS.typeMask;
  return type === ESM_CLASS.deliveryReceipt || type === ESM_CLASS.intermediateNotification;
}

/**
 * Reads a delivery receipt. Its tags count before its text, whose form is each SMS centre's own.
 *
 * @returns undefined where it does not say which message it is about, or what became of it
 */
export function readReceipt(message: MessageFields): DeliveryReceipt | undefined {
  const text = Buffer.from(message.message_payload ?? message.short_message).toString('latin1');
  const textId = field(text, 'id');
  const tagId = message.receipted_message_id || undefined;
  const word = field(text, 'stat')?.toUpperCase();
  const state =
    STATES.find(({ code }) => code === message.message_state) ??
    STATES.find((each) => word !== undefined && each.word.slice(0, 7) === word.slice(0, 7));
  if ((textId === undefined && tagId === undefined) || state === undefined) return undefined;
  const error = networkError(message.network_error_code) ?? field(text, 'err');
  const because = error === undefined || /^0*$/.test(error) ? '' : `, error ${error}`;
  return {
    ...(textId === undefined ? {} : { textId }),
    ...(tagId === undefined ? {} : { tagId }),
    outcome: state.outcome,
    text: `the message ${state.meaning} (${state.word}${because})`,
  };
}

/** Fields of the text, which come in any order and case. */
const FIELDS = {
  id: /(?:^|\s)id:\s?(\S{1,64})/i,
  stat: /(?:^|\s)stat:\s?(\S{1,64})/i,
  err: /(?:^|\s)err:\s?(\S{1,64})/i,
};

function field(text: string, name: keyof typeof FIELDS): string | undefined {
  return FIELDS[name].exec(text)?.[1];
}

function networkError(code: Uint8Array | undefined): string | undefined {
  if (code?.length !== 3) return undefined;
  const [, high = 0, low = 0] = code;
  return String(high * 256 + low);
}

/** The fields by which a deliver_sm is a receipt. Times in milliseconds since the epoch. */
export function receiptFields(about: {
  readonly messageId: string;
  readonly word: ReceiptWord;
  readonly submittedAt: number;
  readonly doneAt: number;
  readonly error?: number;
}): Pick<MessageFields, 'esm_class' | 'short_message' | 'receipted_message_id' | 'message_state'> {
  const { messageId, word, submittedAt, doneAt, error = 0 } = about;
  const delivered = word === 'DELIVRD' ? '001' : '000';
  const text = `id:${messageId} sub:001 dlvrd:${delivered} submit date:${minute(submittedAt)} done date:${minute(doneAt)} stat:${word} err:${String(error).padStart(3, '0')} text:`;
  return {
    esm_class: ESM_CLASS.deliveryReceipt,
    short_message: Buffer.from(text, 'latin1'),
    receipted_message_id: messageId,
    message_state: messageState(word),
  };
}

/** message_state (5.2.28) of a word. */
export function messageState(word: ReceiptWord): number {
  return STATES.find((state) => state.word === word)?.code ?? 0;
}

/** `YYMMDDhhmm`, in UTC. */
function minute(at: number): string {
  return new Date(at).toISOString().replace(/[-T:]/g, '').slice(2, 12);
}

/** How an SMS centre writes message ids. */
export type IdForm = 'text' | 'decimal' | 'hexadecimal';

/**
 * A message id in a form that can be compared. Many SMS centres name a message in hexadecimal when they take it, and in
 * decimal in the text of its receipt.
 */
export function comparableId(id: string, form: IdForm): string {
  if (form === 'decimal' && /^\d{1,64}$/.test(id)) return BigInt(id).toString();
  if (form === 'hexadecimal' && /^[\da-f]{1,64}$/i.test(id)) return BigInt(`0x${id}`).toString();
  return id;
}
