import { SipSyntaxError } from './error.ts';
import type { SipMessage } from './message.ts';
import { spelledName } from './names.ts';
import { holdsControls, isToken } from './scanner.ts';

const utf8 = new TextEncoder();

/**
 * Writes a message, with the Content-Length of its body.
 *
 * @throws {SipSyntaxError} where a value would not stay within its line, or a start line would not be one
 */
export function writeMessage(message: SipMessage): Uint8Array {
  const lines = [startLine(message)];
  for (const [name, value] of message.headers) {
    if (!isToken(name)) throw new SipSyntaxError('head', `"${name}" is not the name of a header`);
    if (holdsControls(value)) throw new SipSyntaxError(name, 'holds a control character');
    lines.push(`${spelledName(name)}: ${value}`);
  }
  lines.push(`Content-Length: ${message.body.length}`, '', '');
  const head = utf8.encode(lines.join('\r\n'));
  const bytes = new Uint8Array(head.length + message.body.length);
  bytes.set(head);
  bytes.set(message.body, head.length);
  return bytes;
}

function startLine(message: SipMessage): string {
  if (message.kind === 'response') {
    if (holdsControls(message.reason)) throw new SipSyntaxError('start line', 'holds a control character');
    return `SIP/2.0 ${message.status} ${message.reason}`;
  }
  const { method, uri } = message;
  if (!isToken(method) || !/^[!-~]+$/.test(uri))
    throw new SipSyntaxError('start line', `"${method} ${uri}" is not a method and a URI`);
  return `${method} ${uri} SIP/2.0`;
}
