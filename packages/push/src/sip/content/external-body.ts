import { createHash } from 'node:crypto';
import { type MediaType, parseMediaType } from '../../media-type/index.ts';
import {
  type Header,
  headerOf,
  parseHeaders,
  quoted,
  type SipRequest,
  SipSyntaxError,
} from '../message/index.ts';

/** Content that is elsewhere (RFC 4483; the media type is RFC 2017's). */
export interface ExternalBody {
  readonly url: string;
  /** Until when it is there, in milliseconds since the epoch. */
  readonly expires?: number;
  /** Octets. */
  readonly size?: number;
  /** SHA-1 of the content in hexadecimal digits, lower case (RFC 4483, 5.8). */
  readonly hash?: string;
  /** Of the content itself, Content-Type included. */
  readonly headers: readonly Header[];
}

export const EXTERNAL_BODY = 'message/external-body';

/** The parameter `hash` of {@link EXTERNAL_BODY}: SHA-1 in hexadecimal (RFC 4483). */
export function hashOf(bytes: Uint8Array): string {
  return createHash('sha1').update(bytes).digest('hex');
}

/** The Content-Type and the body of a message whose content is elsewhere. */
export function writeExternalBody(external: ExternalBody): { contentType: string; body: Uint8Array } {
  const { url, expires, size, hash, headers } = external;
  const parameters = [
    'access-type=URL',
    ...(expires === undefined ? [] : [`expiration=${quoted(new Date(expires).toUTCString())}`]),
    `URL=${quoted(url)}`,
    ...(size === undefined ? [] : [`size=${size}`]),
    ...(hash === undefined ? [] : [`hash=${hash}`]),
  ];
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  return {
    contentType: [EXTERNAL_BODY, ...parameters].join('; '),
    body: new TextEncoder().encode(`${lines.join('')}\r\n`),
  };
}

/**
 * Reads where the content of a message is.
 *
 * @param type its Content-Type
 * @throws {SipSyntaxError} with status 415 for another way of access than by URL, or 400
 */
export function readExternalBody({ parameters }: MediaType, body: Uint8Array): ExternalBody {
  const find = (name: string): string | undefined => parameters.find(([has]) => has === name)?.[1];
  if (find('access-type')?.toLowerCase() !== 'url')
    throw new SipSyntaxError('Content-Type', `access-type "${find('access-type') ?? ''}" is not URL`, 415);
  // RFC 2017, 3: a long URL may be broken by blanks.
  const url = find('url')?.replace(/\s/g, '');
  if (!url) throw new SipSyntaxError('Content-Type', 'no URL says where the content is');
  const expires = Date.parse(find('expiration') ?? '');
  const size = find('size');
  const hash = find('hash')?.toLowerCase();
  const headers = parseHeaders(body);
  if (!headers.some(([name]) => name === 'content-type'))
    throw new SipSyntaxError('body', 'does not say the Content-Type of the content');
  return {
    url,
    ...(!Number.isNaN(expires) && { expires }),
    ...(size !== undefined && /^[0-9]{1,15}$/.test(size) && { size: Number(size) }),
    ...(hash !== undefined && { hash }),
    headers,
  };
}

/** The Content-Type of a request; undefined if it has none. @throws {SipSyntaxError} */
export function mediaTypeOf(request: SipRequest): MediaType | undefined {
  const value = headerOf(request, 'content-type');
  const type = value === undefined ? undefined : parseMediaType(value);
  if (value !== undefined && !type) throw new SipSyntaxError('Content-Type', 'is malformed');
  return type;
}
