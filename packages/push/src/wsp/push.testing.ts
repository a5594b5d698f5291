// Pushes for property tests: such as can be told in the headers of WSP, in the form in which they are read back.
import fc from 'fast-check';
import type { PushContent } from '../bearer/index.ts';
import { formatMediaType } from '../media-type/index.ts';
import { MEDIA_TYPES } from './media-types.ts';

const token = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9a-z-]{1,12}$/);
const text = fc
  .string({ unit: 'grapheme', maxLength: 40 })
  .filter((value) => /^[ -~\u0080-\u{10ffff}]*$/u.test(value) && value.trim() === value);

const mediaType = fc.oneof(
  fc.constantFrom(...MEDIA_TYPES.values()),
  fc.tuple(token, token).map(([type, subtype]) => `${type}/${subtype}`),
);

const parameter = fc.oneof(
  fc.tuple(fc.constant('charset'), fc.constantFrom('utf-8', '*', 'us-ascii', 'x-unknown', '99999')),
  fc.tuple(fc.constant('sec'), fc.constantFrom('NETWPIN', 'USERPINMAC', 'NETWORKID', '17')),
  fc.tuple(fc.constantFrom('type', 'start', 'name', 'mac'), fc.oneof(text, mediaType)),
  fc.tuple(fc.constantFrom('size', 'max-age'), fc.oneof(fc.nat({ max: 2 ** 31 - 1 }).map(String), text)),
  fc.tuple(token, text),
);

const header = fc.oneof(
  fc.tuple(
    token.filter((name) => !['content-type', 'x-wap-application-id', 'accept-application'].includes(name)),
    text,
  ),
  fc.tuple(fc.constantFrom('x-wap-content-uri', 'location', 'server', 'etag'), text),
  fc.tuple(
    fc.constantFrom('content-length', 'bearer-indication', 'push-flag', 'age'),
    fc.oneof(fc.nat({ max: 2 ** 31 - 1 }).map(String), text),
  ),
  fc.tuple(
    fc.constantFrom('date', 'expires', 'x-wap-tod'),
    fc.oneof(
      fc
        .date({ min: new Date(0), max: new Date('2399-12-31'), noInvalidDate: true })
        .map((date) => date.toUTCString()),
      text,
    ),
  ),
  fc.tuple(fc.constant('content-encoding'), fc.constantFrom('gzip', 'deflate', 'br')),
);

/** Any push that has nothing to do with notifications, or that has. */
export const anyPush: fc.Arbitrary<PushContent> = fc
  .record({
    mediaType: fc.tuple(mediaType, fc.array(parameter, { maxLength: 4 })),
    applicationId: fc.option(
      fc.constantFrom(
        'x-wap-application:syncml.dm',
        'x-wap-application:*',
        'http://example.com/app?é',
        '36949',
        '4294967295',
        'x-wap-application:none.known',
      ),
      { nil: undefined },
    ),
    headers: fc.array(header, { maxLength: 6 }),
    body: fc.uint8Array({ maxLength: 400 }),
  })
  .map(({ mediaType: [name, parameters], applicationId, headers, body }) => ({
    contentType: formatMediaType({ name, parameters }),
    ...(applicationId === undefined ? {} : { applicationId }),
    headers,
    body,
  }));
