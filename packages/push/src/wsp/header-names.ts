/** Headers that WSP has numbers for, on its default code page (WSP, header field name assignments). */

/** How the value of a header is written; undefined in {@link HeaderName} = in a manner that is not read here. */
export type HeaderType = 'text' | 'integer' | 'short integer' | 'date' | 'application' | 'encoding';

export interface HeaderName {
  readonly code: number;
  /** In lower case. */
  readonly name: string;
  readonly type?: HeaderType;
}

export const DEFAULT_CODE_PAGE = 1;

/** Code of the header by which a terminal finds the application. */
export const APPLICATION_ID = 0x2f;
/** Code of the header that stands before all others, without its name. */
export const CONTENT_TYPE = 0x11;

/** A name with several numbers has them of different encoding versions of WSP. */
export const HEADER_NAMES: readonly HeaderName[] = [
  { code: 0x00, name: 'accept' },
  { code: 0x01, name: 'accept-charset' },
  { code: 0x02, name: 'accept-encoding' },
  { code: 0x03, name: 'accept-language' },
  { code: 0x04, name: 'accept-ranges' },
  { code: 0x05, name: 'age', type: 'integer' },
  { code: 0x06, name: 'allow' },
  { code: 0x07, name: 'authorization' },
  { code: 0x08, name: 'cache-control' },
  { code: 0x09, name: 'connection' },
  { code: 0x0a, name: 'content-base', type: 'text' },
  { code: 0x0b, name: 'content-encoding', type: 'encoding' },
  { code: 0x0c, name: 'content-language' },
  { code: 0x0d, name: 'content-length', type: 'integer' },
  { code: 0x0e, name: 'content-location', type: 'text' },
  { code: 0x0f, name: 'content-md5' },
  { code: 0x10, name: 'content-range' },
  { code: CONTENT_TYPE, name: 'content-type' },
  { code: 0x12, name: 'date', type: 'date' },
  { code: 0x13, name: 'etag', type: 'text' },
  { code: 0x14, name: 'expires', type: 'date' },
  { code: 0x15, name: 'from', type: 'text' },
  { code: 0x16, name: 'host', type: 'text' },
  { code: 0x17, name: 'if-modified-since', type: 'date' },
  { code: 0x18, name: 'if-match', type: 'text' },
  { code: 0x19, name: 'if-none-match', type: 'text' },
  { code: 0x1a, name: 'if-range' },
  { code: 0x1b, name: 'if-unmodified-since', type: 'date' },
  { code: 0x1c, name: 'location', type: 'text' },
  { code: 0x1d, name: 'last-modified', type: 'date' },
  { code: 0x1e, name: 'max-forwards', type: 'integer' },
  { code: 0x1f, name: 'pragma' },
  { code: 0x20, name: 'proxy-authenticate' },
  { code: 0x21, name: 'proxy-authorization' },
  { code: 0x22, name: 'public' },
  { code: 0x23, name: 'range' },
  { code: 0x24, name: 'referer', type: 'text' },
  { code: 0x25, name: 'retry-after' },
  { code: 0x26, name: 'server', type: 'text' },
  { code: 0x27, name: 'transfer-encoding' },
  { code: 0x28, name: 'upgrade', type: 'text' },
  { code: 0x29, name: 'user-agent', type: 'text' },
  { code: 0x2a, name: 'vary' },
  { code: 0x2b, name: 'via', type: 'text' },
  { code: 0x2c, name: 'warning' },
  { code: 0x2d, name: 'www-authenticate' },
  { code: 0x2e, name: 'content-disposition' },
  { code: APPLICATION_ID, name: 'x-wap-application-id', type: 'application' },
  { code: 0x30, name: 'x-wap-content-uri', type: 'text' },
  { code: 0x31, name: 'x-wap-initiator-uri', type: 'text' },
  { code: 0x32, name: 'accept-application', type: 'application' },
  { code: 0x33, name: 'bearer-indication', type: 'integer' },
  { code: 0x34, name: 'push-flag', type: 'short integer' },
  { code: 0x35, name: 'profile', type: 'text' },
  { code: 0x36, name: 'profile-diff' },
  { code: 0x37, name: 'profile-warning' },
  { code: 0x38, name: 'expect' },
  { code: 0x39, name: 'te' },
  { code: 0x3a, name: 'trailer' },
  { code: 0x3b, name: 'accept-charset' },
  { code: 0x3c, name: 'accept-encoding' },
  { code: 0x3d, name: 'cache-control' },
  { code: 0x3e, name: 'content-range' },
  { code: 0x3f, name: 'x-wap-tod', type: 'date' },
  { code: 0x40, name: 'content-id' },
  { code: 0x41, name: 'set-cookie' },
  { code: 0x42, name: 'cookie' },
  { code: 0x43, name: 'encoding-version' },
  { code: 0x44, name: 'profile-warning' },
  { code: 0x45, name: 'content-disposition' },
  { code: 0x46, name: 'x-wap-security' },
  { code: 0x47, name: 'cache-control' },
  { code: 0x48, name: 'expect' },
  { code: 0x49, name: 'x-wap-loc-invocation' },
  { code: 0x4a, name: 'x-wap-loc-delivery' },
];

/** Values of Content-Encoding; the position is the number. */
export const CONTENT_ENCODINGS: readonly string[] = ['gzip', 'compress', 'deflate'];
