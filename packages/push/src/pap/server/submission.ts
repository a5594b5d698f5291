import { AddressError, parseAddress } from '../../address/index.ts';
import type { PushContent } from '../../bearer/index.ts';
import type { Part } from '../entity/index.ts';
import { type MessageOf, PapError, type PapVersion, RESULT, type Subject } from '../message/index.ts';
import type { PushAddress, Submission } from '../service.ts';

/** Characters of a push id and of other names that initiators choose. */
const NAME = 256;
/** Characters of a URL. */
const URL_LENGTH = 2_048;

type PushMessage = MessageOf<'push-message'>;

/**
 * What a push-message and the parts with it ask for.
 *
 * @param applicationId of the request's own headers, where initiators are known to put it
 * @throws {PapError} 2000, 2002
 */
export function submissionOf(
  message: PushMessage,
  parts: readonly Part[],
  version: PapVersion,
  applicationId: string | undefined,
): Submission {
  const fail = (problem: string): never => {
    throw new PapError(problem, {
      code: RESULT.badRequest.code,
      version,
      subject: { name: message.name, pushId: message.pushId },
    });
  };
  checkPushId(message.pushId, 'push-id', fail);
  const [content, capabilities, extra] = parts;
  if (!content) return fail('there is no content; expected a second part of multipart/related');
  if (extra)
    return fail(`there are ${parts.length + 1} parts; expected control, content and at most capabilities`);
  const {
    deliverBefore,
    deliverAfter,
    sourceReference,
    notifyRequestedTo,
    qualityOfService: quality,
  } = message;
  if (deliverBefore !== undefined && deliverAfter !== undefined && deliverBefore <= deliverAfter) {
    return fail('deliver-before-timestamp is not after deliver-after-timestamp');
  }
  if ((sourceReference?.length ?? 0) > NAME)
    return fail(`source-reference is longer than ${NAME} characters`);
  if (notifyRequestedTo !== undefined && !isHttpUrl(notifyRequestedTo)) {
    return fail(`ppg-notify-requested-to is ${quote(notifyRequestedTo)}; expected an http or https URL`);
  }
  return {
    pushId: message.pushId,
    addresses: addressesOf(message, version),
    content: contentOf(content, applicationId, fail),
    ...(capabilities ? { capabilities: capabilities.body } : {}),
    ...replacement(message, fail),
    deliverBefore,
    deliverAfter,
    sourceReference,
    progressNotesRequested: message.progressNotesRequested ?? false,
    notifyRequestedTo,
    quality: {
      priority: quality?.priority ?? 'medium',
      deliveryMethod: quality?.deliveryMethod ?? 'notspecified',
      network: quality?.network,
      networkRequired: quality?.networkRequired ?? false,
      bearer: quality?.bearer,
      bearerRequired: quality?.bearerRequired ?? false,
    },
    version,
  };
}

/** `replace-method` is `all` where nothing is said. */
function replacement(message: PushMessage, fail: (problem: string) => never): Pick<Submission, 'replaces'> {
  const { replacePushId: pushId, replaceMethod: method = 'all' } = message;
  if (pushId === undefined) return {};
  checkPushId(pushId, 'replace-push-id', fail);
  return { replaces: { pushId, method } };
}

/** @param fail throws what is wrong with the push-id that the attribute `name` has */
export function checkPushId(pushId: string, name: string, fail: (problem: string) => never): void {
  if (pushId.trim() === '') fail(`${name} is empty`);
  if (pushId.length > NAME) fail(`${name} has ${pushId.length} characters; at most ${NAME} are taken`);
}

/**
 * The addresses of a message, understood.
 *
 * @throws {PapError} 2002
 */
export function addressesOf(
  {
    name,
    pushId,
    addresses = [],
  }: { name: Subject['name']; pushId: string; addresses?: readonly string[] | undefined },
  version: PapVersion,
): PushAddress[] {
  return addresses.map((text) => addressOf(text, version, { name, pushId }));
}

/** @throws {PapError} 2002 */
export function addressOf(text: string, version: PapVersion, subject: Subject): PushAddress {
  try {
    return { text, address: parseAddress(text) };
  } catch (cause) {
    if (!(cause instanceof AddressError)) throw cause;
    throw new PapError(cause.message, { code: RESULT.addressError.code, version, subject, cause });
  }
}

const APPLICATION_ID = 'x-wap-application-id';
/** Headers of a part that say how it travels here, and mean nothing to a terminal. */
const OF_THE_PART = new Set(['content-type', 'content-transfer-encoding', 'content-length', APPLICATION_ID]);

function contentOf(part: Part, outer: string | undefined, fail: (problem: string) => never): PushContent {
  const header = (name: string) => part.headers.find(([known]) => known === name)?.[1];
  const contentType = header('content-type');
  if (contentType === undefined || contentType === '') return fail('the content has no Content-Type');
  const applicationId = header(APPLICATION_ID) ?? outer;
  if ((applicationId?.length ?? 0) > NAME)
    return fail(`X-Wap-Application-Id is longer than ${NAME} characters`);
  return {
    contentType,
    ...(applicationId === undefined || applicationId === '' ? {} : { applicationId }),
    headers: part.headers.filter(([name]) => !OF_THE_PART.has(name)),
    body: part.body,
  };
}

function isHttpUrl(text: string): boolean {
  return text.length <= URL_LENGTH && /^https?:$/.test(URL.parse(text)?.protocol ?? '');
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
