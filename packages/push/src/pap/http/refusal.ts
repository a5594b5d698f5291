import { forbiddenCharacter } from '@grove/protocol';
import {
  NEWEST,
  type PapDocument,
  type PapError,
  type PapMessage,
  RESULT,
  type Subject,
} from '../message/index.ts';

/** Characters of a description, and of the fragment that a badmessage-response quotes. */
const DESCRIPTION = 400;

/** Text for `desc`: short, and without characters that XML cannot carry. */
export function describe(text: string): string {
  const short = text.length > DESCRIPTION ? `${text.slice(0, DESCRIPTION)}…` : text;
  if (forbiddenCharacter(short) === undefined) return short;
  return Array.from(short, (character) =>
    forbiddenCharacter(character) === undefined ? character : '\ufffd',
  ).join('');
}

/** What answers a message that could not be read: an answer of its own kind where that is known, or badmessage-response. */
export function refusePap(error: PapError): PapDocument {
  const desc = describe(error.message);
  return {
    version: error.version ?? NEWEST,
    message: (error.subject && refuse(error.subject, error.code, desc)) ?? {
      name: 'badmessage-response',
      code: error.code,
      desc,
      fragment: describe(error.fragment ?? ''),
    },
  };
}

/** The answer of a message's own kind that says why it was not carried out; undefined where the kind has none. */
export function refuse(
  { name, pushId, queryId, address }: Subject,
  code: number,
  desc: string,
): PapMessage | undefined {
  if (name === 'ccq-message') return { name: 'ccq-response', queryId, code, desc, address };
  if (pushId === undefined) return undefined;
  switch (name) {
    case 'push-message':
      return { name: 'push-response', pushId, result: { code, desc } };
    case 'cancel-message':
      return { name: 'cancel-response', pushId, results: [{ code, desc }] };
    case 'statusquery-message':
      return { name: 'statusquery-response', pushId, results: [{ state: 'unknown', code, desc }] };
    case 'resultnotification-message':
      return { name: 'resultnotification-response', pushId, code, desc, address };
    default:
      return undefined;
  }
}

/** What answers an answer, or a message for the other side. */
export function misplaced(name: string, expected: string): PapMessage {
  const desc = describe(`a ${name} is not for here; expected ${expected}`);
  return { name: 'badmessage-response', code: RESULT.badRequest.code, desc, fragment: '' };
}
