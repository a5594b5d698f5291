import type { Asked, Envelope } from '../http/index.ts';
import { describe, misplaced, refuse } from '../http/index.ts';
import {
  type MessageOf,
  PapError,
  type PapMessage,
  type PapVersion,
  RESULT,
  resultOf,
  subjectOf,
} from '../message/index.ts';
import type { Answer, Initiator, PushService } from '../service.ts';
import { addressesOf, addressOf, checkPushId, submissionOf } from './submission.ts';

/** What the server says of itself in answers. */
export interface Sender {
  readonly name: string;
  /** Where the gateway is reached, a URL. */
  readonly address?: string | undefined;
}

export interface Answering {
  readonly service: PushService;
  readonly sender: Sender;
  readonly now: () => number;
  readonly onFailure: (error: unknown) => void;
}

/**
 * Answers a message that an initiator sent, in its version.
 *
 * @throws {PapError} for what is wrong with the message beyond its form
 */
export async function answerInitiator(
  { document, parts }: Envelope,
  { who, headers }: Asked<Initiator>,
  answering: Answering,
): Promise<Envelope> {
  const { message, version } = document;
  const outer = headers['x-wap-application-id'];
  const reply = (answer: PapMessage, further: Envelope['parts'] = []): Envelope => ({
    document: { version, productName: answering.sender.name, message: answer },
    parts: further,
  });
  try {
    switch (message.name) {
      case 'push-message': {
        const submission = submissionOf(message, parts, version, Array.isArray(outer) ? outer[0] : outer);
        return reply(await submit(submission, who, answering));
      }
      case 'cancel-message': {
        const results = await answering.service.cancel(referenceOf(message, version), who);
        return reply({ name: 'cancel-response', pushId: message.pushId, results: results.map(completed) });
      }
      case 'statusquery-message': {
        const results = await answering.service.statusQuery(referenceOf(message, version), who);
        return reply({
          name: 'statusquery-response',
          pushId: message.pushId,
          results: results.map(completed),
        });
      }
      case 'ccq-message':
        return await ccq(message, version, who, answering, reply);
      default:
        return reply(
          misplaced(message.name, 'push-message, cancel-message, statusquery-message or ccq-message'),
        );
    }
  } catch (error) {
    if (error instanceof PapError) throw error;
    answering.onFailure(error);
    const { code, title } = RESULT.internalError;
    return reply(
      refuse(subjectOf(message), code, title) ?? {
        name: 'badmessage-response',
        code,
        desc: title,
        fragment: '',
      },
    );
  }
}

async function submit(
  submission: ReturnType<typeof submissionOf>,
  who: Initiator,
  { service, sender, now }: Answering,
): Promise<PapMessage> {
  const { progressNotes, ...result } = await service.submit(submission, who);
  return {
    name: 'push-response',
    pushId: submission.pushId,
    senderAddress: sender.address,
    senderName: sender.name,
    replyTime: now(),
    ...(submission.progressNotesRequested && progressNotes?.length ? { progressNotes } : {}),
    result: completed(result),
  };
}

async function ccq(
  message: MessageOf<'ccq-message'>,
  version: PapVersion,
  who: Initiator,
  { service }: Answering,
  reply: (answer: PapMessage, parts?: Envelope['parts']) => Envelope,
): Promise<Envelope> {
  const { queryId, appId } = message;
  const address = addressOf(message.address, version, subjectOf(message));
  const { capabilities, ...result } = await service.ccq({ queryId, appId, address }, who);
  const answer = { name: 'ccq-response', queryId, ...completed(result), address: message.address } as const;
  if (!capabilities) return reply(answer);
  return reply(answer, [{ headers: [['Content-Type', 'application/rdf+xml']], body: capabilities }]);
}

function referenceOf(message: MessageOf<'cancel-message' | 'statusquery-message'>, version: PapVersion) {
  const { pushId } = message;
  checkPushId(pushId, 'push-id', (problem) => {
    throw new PapError(problem, { code: RESULT.badRequest.code, version, subject: subjectOf(message) });
  });
  return { pushId, addresses: addressesOf(message, version) };
}

/** With the code's own title where nothing else is said. */
function completed<A extends Answer>(answer: A): A & { desc: string } {
  return { ...answer, desc: describe(answer.desc ?? resultOf(answer.code)?.title ?? '') };
}
