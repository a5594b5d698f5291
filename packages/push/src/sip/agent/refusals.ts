import { headerOf, headersOf, listOf, parseUri, SipSyntaxError } from '../message/index.ts';
import type { Incoming } from './agent.ts';
import type { Reply } from './reply.ts';

/** What is answered without a handler. */
export const ALLOWED_ALWAYS = ['OPTIONS'] as const;

/** Methods that are known, but only some of them taken (RFC 3261, 21.4.6 and 21.5.2). */
const KNOWN = new Set([
  'BYE',
  'CANCEL',
  'INFO',
  'INVITE',
  'MESSAGE',
  'NOTIFY',
  'OPTIONS',
  'PRACK',
  'PUBLISH',
  'REFER',
  'REGISTER',
  'SUBSCRIBE',
  'UPDATE',
]);

/**
 * How a request is answered that nobody needs to look at (RFC 3261, 8.2); undefined if somebody does.
 *
 * @param allowed the methods that are taken
 */
export function refusalOf({ request, essentials }: Incoming, allowed: readonly string[]): Reply | undefined {
  const { method } = request;
  const allow = ['allow', allowed.join(', ')] as const;
  if (!KNOWN.has(method)) return { status: 501, headers: [allow] };
  // No dialog is ever made, so that none can be meant, and no INVITE waits that could be cancelled.
  if (method === 'CANCEL' || essentials.toTag !== undefined) return { status: 481 };
  if (!allowed.includes(method)) return { status: 405, headers: [allow] };
  try {
    parseUri(request.uri, 'Request-URI');
    const required = listOf(headersOf(request, 'require'), 'Require');
    if (required.length > 0) return { status: 420, headers: [['unsupported', required.join(', ')]] };
  } catch (error) {
    if (error instanceof SipSyntaxError) return { status: error.status };
    throw error;
  }
  const encoding = headerOf(request, 'content-encoding')?.toLowerCase();
  if (encoding !== undefined && encoding !== 'identity')
    return { status: 415, headers: [['accept-encoding', 'identity']] };
  return undefined;
}
