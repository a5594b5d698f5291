import type { Header } from '../message/index.ts';

/** Headers of a content that travel in a request beside it; the others would mean something to SIP itself. */
const TRAVELS = /^(?:content-(?!type$|length$|encoding$)|x-(?!wap-application-id$))/;

/** Those of the headers of a pushed content that a MESSAGE has, too. Names are in lower case. */
export function contentHeaders(headers: readonly Header[]): Header[] {
  return headers.filter(([name]) => TRAVELS.test(name));
}
