/** Who may use the page: whoever was told its address, from a browser that shows the page itself. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** 128 bits that nobody guesses. */
export function newToken(): string {
  return randomBytes(16).toString('base64url');
}

/**
 * The path below the token, `/phones`; undefined when the request does not know the token.
 *
 * The token is in the path, so that the address alone opens the page and relative links keep it.
 */
export function pathBelow(url: string, token: string): string | undefined {
  const [pathname = ''] = url.split('?', 1);
  const [, given = '', ...rest] = pathname.split('/');
  if (!timingSafeEqual(digest(given), digest(token)) || rest.length === 0) return undefined;
  return `/${rest.join('/')}`;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/**
 * Why a request is refused; undefined when it is not.
 *
 * A name that an attacker's DNS lets point to this machine comes with another Host; a page elsewhere that posts here
 * has another Origin, and cannot send JSON without asking first. A link from elsewhere may open the page.
 */
export function refusal({ method, headers }: IncomingMessage, port: number): string | undefined {
  const hosts = ['127.0.0.1', 'localhost'].map((name) => (port === 80 ? name : `${name}:${port}`));
  if (!hosts.includes(headers.host ?? '')) return `Host is not ${hosts.join(' or ')}`;
  const site = headers['sec-fetch-mode'] === 'navigate' ? undefined : headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    return 'the request comes from another page';
  if (method === 'GET') return undefined;
  if (headers.origin !== `http://${headers.host}`) return 'Origin is not the page itself';
  const [type] = (headers['content-type'] ?? '').split(';');
  return type?.trim() === 'application/json' ? undefined : 'Content-Type is not application/json';
}
