import { MalformedError, printable } from '@grove/protocol';
import { describeStatus, type MessageFields, readUserData, type SmscEvent, type UserData } from '@grove/push';
import { style } from '../../output/index.ts';

/** An event as a line for people. */
export function lineOf(event: SmscEvent): string {
  switch (event.kind) {
    case 'bound': {
      const range = event.range === '' ? '' : ` for ${printable(event.range)}`;
      return `${printable(event.systemId)} bound as ${event.as.slice('bind_'.length)}${range}`;
    }
    case 'bind-refused':
      return style('red', `${printable(event.systemId)} may not bind: ${describeStatus(event.status)}`);
    case 'left':
      return `${printable(event.systemId)} left: ${printable(event.reason)}`;
    case 'submitted':
      return `${event.id} ${wordsOf(event.message)}`;
    case 'refused': {
      const with_ = event.status === 'silence' ? 'without an answer' : `with ${describeStatus(event.status)}`;
      return style('red', `refused ${with_}: ${wordsOf(event.message)}`);
    }
    case 'delivered':
      return style('green', `${event.id} delivered to ${printable(event.message.destination_addr)}`);
    case 'lost':
      return style('yellow', `${event.id} lost on its way to ${printable(event.message.destination_addr)}`);
    case 'duplicated':
      return style('yellow', `${event.id} goes to ${printable(event.message.destination_addr)} twice`);
    case 'postponed':
      return style('yellow', `${event.id} not delivered yet: ${printable(event.reason)}`);
    case 'failed':
      return style('red', `${event.id} ended as ${event.word}`);
    case 'receipt':
      return `${event.id} receipt ${event.word} for ${printable(event.to)}`;
    case 'trouble':
      return style('yellow', printable(event.text));
  }
}

/** An event as JSON: what people see, and the bytes of the message. */
export function jsonOf(event: SmscEvent, at: number): object {
  const { kind, ...rest } = event;
  const told = { at: new Date(at).toISOString(), event: kind, ...rest };
  if (!('message' in event)) return told;
  const { message } = event;
  const { part, ports } = userDataOf(message) ?? {};
  return {
    ...told,
    message: {
      from: message.source_addr,
      to: message.destination_addr,
      esmClass: message.esm_class,
      dataCoding: message.data_coding,
      registeredDelivery: message.registered_delivery,
      validityPeriod: message.validity_period,
      ...(ports && { ports }),
      ...(part && { part }),
      hex: Buffer.from(bytesOf(message)).toString('hex'),
    },
  };
}

function wordsOf(message: MessageFields): string {
  const { part, ports } = userDataOf(message) ?? {};
  const facts = [
    `${bytesOf(message).length} bytes`,
    ...(part ? [`part ${part.sequence} of ${part.total}, reference ${part.reference}`] : []),
    ...(ports ? [`to port ${ports.destination}`] : []),
    ...((message.registered_delivery & 3) === 0 ? [] : ['with receipt']),
  ];
  const source = message.source_addr === '' ? 'nobody' : message.source_addr;
  return `${printable(source)} → ${printable(message.destination_addr)}, ${facts.join(', ')}`;
}

function userDataOf(message: MessageFields): UserData | undefined {
  if ((message.esm_class & HAS_HEADER) === 0) return undefined;
  try {
    return readUserData(bytesOf(message));
  } catch (error) {
    if (error instanceof MalformedError) return undefined;
    throw error;
  }
}

/** The bit of esm_class that says that the message begins with a header. */
const HAS_HEADER = 0x40;

function bytesOf({ message_payload, short_message }: MessageFields): Uint8Array {
  return message_payload ?? short_message;
}
