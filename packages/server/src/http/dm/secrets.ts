/** What of a message nobody should read afterwards, and how it is hidden. */
import {
  type Command,
  type Content,
  contentMarkup,
  isMarkup,
  isSecretNode,
  type Markup,
  type Message,
  type Question,
  questionAlert,
} from '@grove/protocol';
import { maskSecrets } from '../../secrets/index.ts';
import { type Account, canonicalUri, type SessionState, serverCred } from '../../session/index.ts';
import { flatten, isQuestion, type Step, type SubtreeNode, secretNodesOf } from '../../steps/index.ts';

type Secret = string | Uint8Array;

/**
 * How much may be looked for: secrets, times the bytes in which each is looked for. Enough for a hundred passwords in
 * a message of 40 KB.
 */
const MAX_COST = 4 * 1024 * 1024;

const WITHHELD = new TextEncoder().encode('withheld: it holds more secrets than can be looked for');

/** The bytes of a message with its secrets overwritten; the same array when there are none in it. */
export function hideSecrets(bytes: Uint8Array, secrets: readonly Secret[]): Uint8Array {
  const once = [...new Set(secrets)];
  return once.length * bytes.length > MAX_COST ? WITHHELD : maskSecrets(bytes, once);
}

/** Whether what a device answers of a node is for nobody to see; of undefined where it names none. */
export type Hides = (uri: string | undefined) => boolean;

/** What answers hide about some work: those about nodes that its steps say are secret. */
export function hidesFor(steps: readonly Step[]): Hides {
  const nodes = secretNodesOf(steps);
  return (uri) => nodes.size > 0 && (uri === undefined || nodes.has(canonicalUri(uri)));
}

/**
 * Credentials in a device's message, wherever they stand, and values of secret nodes.
 *
 * @param hides of what else answers are hidden
 */
export function secretsOfMessage({ header, body }: Message, hides: Hides = () => false): Secret[] {
  const secrets = credentials(header.cred?.data);
  const look = (commands: readonly Command[]): void => {
    for (const command of commands) {
      if ('cred' in command) secrets.push(...credentials(command.cred?.data));
      if ('commands' in command) look(command.commands);
      if (!('items' in command)) continue;
      // What names no node may be of a secret one, where it answers something.
      const isAnswer = command.name === 'Results' || (command.name === 'Status' && command.cmd !== 'Alert');
      const about = isAnswer ? [...command.sourceRef, ...command.targetRef] : [];
      for (const { source, target, data } of command.items) {
        if (data === undefined) continue;
        const named = [source?.locURI ?? target?.locURI ?? about].flat();
        const isHidden = isAnswer && (named.length === 0 ? hides(undefined) : named.some(hides));
        if (isHidden || named.some(isSecretNode)) secrets.push(...lines(data));
        else secrets.push(...secretsOfDocument(data));
      }
    }
  };
  look(body.commands);
  return secrets;
}

/** What users have typed and nobody is to see. */
export function secretsTyped(typed: readonly Content[]): Secret[] {
  return typed.flatMap(lines);
}

/** Credentials in the server's message, values that it writes to secret nodes, and defaults that users do not see. */
export function secretsOfAnswer(account: Account, state: SessionState): Secret[] {
  const secrets = credentials(serverCred(state, account)?.data);
  for (const request of state.sent.flatMap((sent) => [...flatten(sent.request)])) {
    if (isQuestion(request)) secrets.push(...hiddenDefault(request.question));
    if ('tree' in request) for (const node of request.tree ?? []) secrets.push(...secretsOfNode(node));
    if (!('value' in request) || request.value === undefined) continue;
    if (isSecretNode(request.uri) || request.secrets?.includes(request.uri))
      secrets.push(...lines(request.value));
    else secrets.push(...secretsOfDocument(request.value));
  }
  return secrets;
}

/** The default of a question whose answer nobody is to see, as it stands among the options. */
function hiddenDefault(question: Question): Secret[] {
  if (question.kind !== 'input' || !question.hidden) return [];
  const [options] = questionAlert(question).items;
  return texts(options?.data ?? '').flatMap((text) =>
    typeof text === 'string' ? text.split('&').filter((option) => option.startsWith('DR=')) : [],
  );
}

/** Values travel in a serialized tree, whose text is escaped once more in a message of XML. */
function secretsOfNode({ uri, value = '' }: SubtreeNode): Secret[] {
  if (!isSecretNode(uri)) return [];
  return lines(value).flatMap((line): Secret[] =>
    typeof line === 'string' ? [line, escaped(line)] : [line],
  );
}

/** Base64 is found word by word, however its lines are broken. */
function credentials(data: Content | undefined): Secret[] {
  return data === undefined ? [] : parts(data, /\s+/);
}

/** A text is found line by line, since its line ends may be written in several ways. */
function lines(data: Content): Secret[] {
  return parts(data, /[\r\n]+/);
}

function parts(data: Content, between: RegExp): Secret[] {
  return texts(data).flatMap((text): Secret[] =>
    typeof text === 'string' ? text.split(between).filter((part) => part !== '') : [text],
  );
}

function texts(data: Content): Secret[] {
  return isMarkup(data) ? data.children.flatMap(texts) : [data];
}

/** Values of secret nodes in a serialized tree, which may be markup or text that is escaped as a whole. */
function secretsOfDocument(data: Content): Secret[] {
  if (isMarkup(data)) return secretsOfTree(data);
  if (typeof data !== 'string' || !data.includes('NodeName')) return [];
  const markup = contentMarkup(data);
  const secrets = markup === undefined ? [] : secretsOfTree(markup);
  return secrets.flatMap((secret): Secret[] =>
    typeof secret === 'string' ? [secret, escaped(secret)] : [secret],
  );
}

function secretsOfTree({ element, children }: Markup): Secret[] {
  const inside = children.filter((child) => typeof child !== 'string' && isMarkup(child));
  const name = inside.find((child) => child.element.name === 'NodeName');
  const isSecret = element.name === 'Node' && name !== undefined && isSecretNode(`/${texts(name).join('')}`);
  return inside.flatMap((child) =>
    isSecret && child.element.name === 'Value' ? lines(child) : secretsOfTree(child),
  );
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Bytes at the beginning of a message that may be shown where it cannot be read. */
const EXCERPT = 4096;
/** How the tag of credentials begins: in XML, in UTF-16, and in WBXML with Meta or Data behind it. */
const CRED_IN_XML = ['Cred', 'C\0r\0e\0d'];
const CRED_IN_WBXML = ['NZ', 'NO'];

/**
 * The beginning of a message that cannot be read, without what may be credentials: what stands in a Cred,
 * or in a damaged one all that follows.
 */
export function hideCredentials(bytes: Uint8Array): Uint8Array {
  const shown = Buffer.from(bytes.subarray(0, EXCERPT));
  const text = shown.toString('latin1');
  // The version; UTF-16 may begin with a zero byte.
  const isWbxml = [1, 2, 3].includes(bytes[0] ?? 0);
  for (const tag of isWbxml ? CRED_IN_WBXML : CRED_IN_XML) {
    const start = text.indexOf(tag);
    if (start < 0) continue;
    const end = isWbxml ? -1 : text.indexOf(tag, start + tag.length);
    shown.fill('*', start + tag.length, end < 0 ? shown.length : end);
  }
  return shown;
}
