/** What is submitted for a push, and what the answers of the SMS centre come to. */
import { createHash } from 'node:crypto';
import { EncodeError } from '@grove/protocol';
import type { Attempt, Shipment } from '../bearer/index.ts';
import {
  comparableId,
  describeStatus,
  type MessageFields,
  PLAIN_MESSAGE,
  RECEIPT_WANTED,
  relativeTime,
  type Submission,
  statusRow,
} from '../smpp/index.ts';
import { EIGHT_BIT, HAS_HEADER, MOST_SEGMENTS, SMS_SOURCE_PORT, segment } from '../sms/index.ts';
import { buildPush, PUSH_PORT } from '../wsp/index.ts';
import { smsNumber } from './numbers.ts';
import type { SmsSettings } from './settings.ts';

/**
 * The messages of a shipment, one for each segment. Another attempt gives the same ones, numbers included, so that a
 * terminal joins segments of both, and takes a segment that comes twice for one.
 *
 * @param left milliseconds for which it is worth delivering
 * @throws {EncodeError} where the push cannot be carried by SMS
 */
export function messagesOf(shipment: Shipment, settings: SmsSettings, left: number): MessageFields[] {
  const { to, content, confirmed, id } = shipment;
  if (to.kind !== 'plmn')
    throw new EncodeError(`SMS reaches telephone numbers, no address of kind ${to.kind}`);
  const [transaction = 0, high = 0, low = 0] = createHash('sha256').update(id).digest();
  const wide = settings.wideReference ?? false;
  const segments = segment(buildPush(content, transaction), {
    ports: { destination: PUSH_PORT, source: SMS_SOURCE_PORT },
    reference: wide ? high * 256 + low : low,
    wide,
    most: settings.mostSegments ?? MOST_SEGMENTS,
  });
  const source = smsNumber(settings.source ?? '');
  const destination = smsNumber(to.number);
  return segments.map((short_message) => ({
    ...PLAIN_MESSAGE,
    service_type: settings.serviceType ?? '',
    source_addr_ton: settings.sourceTon ?? source.ton,
    source_addr_npi: settings.sourceNpi ?? source.npi,
    source_addr: source.address,
    dest_addr_ton: destination.ton,
    dest_addr_npi: destination.npi,
    destination_addr: destination.address,
    esm_class: HAS_HEADER,
    validity_period: relativeTime(left),
    registered_delivery: confirmed && settings.bind !== 'transmitter' ? RECEIPT_WANTED : 0,
    data_coding: settings.dataCoding ?? EIGHT_BIT,
    short_message,
  }));
}

/** What the SMS centre has said of the segments of one push: message ids by segment, of those that it has taken. */
export type Accepted = Map<number, string>;

/**
 * What an attempt comes to.
 *
 * @param submissions by segment; undefined = it was accepted at an attempt before
 * @param pause for how long the SMS centre wants to be left alone, in milliseconds
 */
export function conclude(
  submissions: readonly (Submission | undefined)[],
  accepted: Accepted,
  settings: SmsSettings,
  awaitsReceipt: boolean,
  pause: number,
): Attempt {
  const total = submissions.length;
  if (accepted.size === total) {
    const ids = [...accepted].sort(([one], [other]) => one - other).map(([, id]) => id);
    const { idForm = 'text' } = settings;
    // Without ids nothing can be said of receipts.
    const named = !ids.includes('');
    const references = named ? ids.map((id) => comparableId(id, idForm)) : [];
    const text = `accepted by the SMS centre${named ? ` as ${ids.join(', ')}` : ', which gave it no id'}`;
    return { kind: 'accepted', references, text, awaitsReceipt: awaitsReceipt && named };
  }
  const told = submissions.flatMap((submission, index) => {
    if (submission === undefined || submission.kind === 'accepted') return [];
    const which = total === 1 ? '' : `segment ${index + 1} of ${total}: `;
    return [{ ...verdictOf(submission), text: `${which}${wordsOf(submission)}` }];
  });
  const final = told.find(({ never }) => never);
  if (final !== undefined) return { kind: 'failed', text: final.text };
  const [first] = told;
  const after = Math.max(pause, ...told.map((each) => each.after));
  const part = accepted.size === 0 ? '' : `; ${accepted.size} of ${total} segments were accepted`;
  return { kind: 'retry', text: `${first?.text}${part}`, ...(after > 0 ? { after } : {}) };
}

function verdictOf(submission: Submission): { readonly never: boolean; readonly after: number } {
  return {
    never: submission.kind === 'refused' && statusRow(submission.status).verdict === 'never',
    after: submission.kind === 'unbound' ? submission.after : 0,
  };
}

function wordsOf(submission: Submission): string {
  switch (submission.kind) {
    case 'accepted':
      return 'accepted';
    case 'refused':
      return `the SMS centre answered ${describeStatus(submission.status)}`;
    case 'unknown':
      return `${submission.text}; it is submitted again, so that the phone may get it twice`;
    case 'unbound':
      return submission.text;
  }
}
