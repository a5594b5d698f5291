import {
  type Essentials,
  type Header,
  headersOf,
  listOf,
  NO_BODY,
  type Parameter,
  parameterOf,
  type SipRequest,
  type SipResponse,
  type Via,
  writeVia,
} from '../message/index.ts';
import type { Link } from '../transport/index.ts';

/** What a request is answered with. */
export interface Reply {
  readonly status: number;
  /** The usual one if undefined. */
  readonly reason?: string;
  readonly headers?: readonly Header[];
}

/** RFC 3261, 21; RFC 3428, 6; RFC 4320. */
const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  202: 'Accepted',
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  413: 'Request Entity Too Large',
  414: 'Request-URI Too Long',
  415: 'Unsupported Media Type',
  416: 'Unsupported URI Scheme',
  420: 'Bad Extension',
  480: 'Temporarily Unavailable',
  481: 'Call/Transaction Does Not Exist',
  500: 'Server Internal Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
  505: 'Version Not Supported',
  513: 'Message Too Large',
};

/**
 * The response to a request (RFC 3261, 8.2.6).
 *
 * @param tag ours in To, where the request has none
 * @param essentials undefined where the request is broken
 */
export function responseOf(
  request: SipRequest,
  link: Link,
  reply: Reply,
  tag: string,
  essentials?: Essentials,
): SipResponse {
  const [, ...further] = listOf(headersOf(request, 'via'), 'Via');
  const via = essentials && writeVia(withSource(essentials.via, link));
  return {
    kind: 'response',
    status: reply.status,
    reason: reply.reason ?? REASONS[reply.status] ?? '',
    headers: [
      ...(via ? [via, ...further] : headersOf(request, 'via')).map((value): Header => ['via', value]),
      ...request.headers.filter(([name]) => ['from', 'call-id', 'cseq'].includes(name)),
      ...headersOf(request, 'to').map(
        (value): Header => ['to', /;\s*tag\s*=/i.test(value) ? value : `${value};tag=${tag}`],
      ),
      ...(reply.headers ?? []),
    ],
    body: NO_BODY,
  };
}

/** A Via that says where the request really came from (RFC 3261, 18.2.1; RFC 3581, 4). */
function withSource(via: Via, { remote }: Link): Via {
  const wantsPort = parameterOf(via.parameters, 'rport') !== undefined;
  const others = via.parameters.filter(([name]) => name !== 'received' && name !== 'rport');
  const source: Parameter[] = [
    ...(wantsPort || via.host !== remote.host ? [['received', remote.host] as const] : []),
    ...(wantsPort ? [['rport', String(remote.port)] as const] : []),
  ];
  return { ...via, parameters: [...others, ...source] };
}
