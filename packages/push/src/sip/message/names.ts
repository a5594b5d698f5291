/** Header names: compact forms and spellings. Within Grove a name is its full form in lower case. */

/** RFC 3261, 7.3.3 and 20, and the specifications that added headers: RFC 3515, 3841, 3892, 4028, 6665, 8224. */
const COMPACT_FORMS: Readonly<Record<string, string>> = {
  a: 'accept-contact',
  b: 'referred-by',
  c: 'content-type',
  d: 'request-disposition',
  e: 'content-encoding',
  f: 'from',
  i: 'call-id',
  j: 'reject-contact',
  k: 'supported',
  l: 'content-length',
  m: 'contact',
  o: 'event',
  r: 'refer-to',
  s: 'subject',
  t: 'to',
  u: 'allow-events',
  v: 'via',
  x: 'session-expires',
  y: 'identity',
};

/** Names that are not spelled with one capital in each part. */
const SPELLINGS: Readonly<Record<string, string>> = {
  'call-id': 'Call-ID',
  'content-id': 'Content-ID',
  cseq: 'CSeq',
  'mime-version': 'MIME-Version',
  'sip-etag': 'SIP-ETag',
  'sip-if-match': 'SIP-If-Match',
  'www-authenticate': 'WWW-Authenticate',
};

/** The full name in lower case of a header as it stands in a message. */
export function fullName(name: string): string {
  const lower = name.toLowerCase();
  return Object.hasOwn(COMPACT_FORMS, lower) ? (COMPACT_FORMS[lower] ?? lower) : lower;
}

/** A header's name as it is usually written: `call-id` → `Call-ID`. */
export function spelledName(name: string): string {
  if (Object.hasOwn(SPELLINGS, name)) return SPELLINGS[name] ?? name;
  return name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}
