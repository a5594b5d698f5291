/**
 * How OTA-HTTP carries a push: as a whole HTTP response within the request, of the type `application/http` (WAP-235-PushOTA,
 * OTA-HTTP). Terminals also take a request whose own headers are those of the content.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { cutBody, cutHead, decodeUtf8, EncodeError, joined, MalformedError } from '@grove/protocol';
import type { PushContent } from '../bearer/index.ts';
import { isHeaderText, isToken, parseMediaType } from '../media-type/index.ts';
import { knownApplication } from '../wsp/index.ts';

export const HTTP_TYPE = 'application/http';

const encoder = new TextEncoder();

/** Headers of a message on its way, not of the content: they are not carried. */
const OF_THE_WAY: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-wap-application-id',
  'x-wap-cpitag',
  'x-wap-push-ota-version',
]);

/**
 * The body of the request.
 *
 * @throws {EncodeError} for a header that is none
 */
export function writeContent({ contentType, applicationId, headers, body }: PushContent): Uint8Array {
  const lines = [
    ['Content-Type', contentType],
    ...(applicationId === undefined ? [] : [['X-Wap-Application-Id', applicationId]]),
    ...headers.filter(([name]) => !OF_THE_WAY.has(name.toLowerCase())),
    ['Content-Length', String(body.length)],
  ].map(([name = '', value = '']) => {
    if (!isToken(name) || !isHeaderText(value)) {
      throw new EncodeError(`${JSON.stringify(`${name}: ${value}`.slice(0, 80))} is no header`);
    }
    return `${name}: ${value}\r\n`;
  });
  return joined(encoder.encode(`HTTP/1.1 200 OK\r\n${lines.join('')}\r\n`), body);
}

/**
 * The push in a request.
 *
 * @throws {MalformedError}
 */
export function readContent(headers: IncomingHttpHeaders, body: Uint8Array): PushContent {
  const type = parseMediaType(headers['content-type'] ?? '');
  if (type?.name !== HTTP_TYPE) {
    const own = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' ? [[name, value]] : [],
    );
    return contentOf(new Map(own), body);
  }
  const cut = cutHead(body);
  if (cut === undefined) throw new MalformedError(`the body is not ${HTTP_TYPE}: it has no head`);
  const { body: inner, after } = cutBody(cut);
  if (inner === undefined && cut.head.headers.has('content-length')) {
    throw new MalformedError(
      `the message in the body has ${after.length} bytes; expected as many as its head says`,
    );
  }
  if (inner === undefined) return contentOf(cut.head.headers, after);
  if (after.length > 0) {
    throw new MalformedError(`${after.length} bytes follow the message in the body; expected none`);
  }
  return contentOf(cut.head.headers, inner);
}

function contentOf(headers: ReadonlyMap<string, string>, body: Uint8Array): PushContent {
  const contentType = headers.get('content-type') ?? '';
  if (parseMediaType(contentType) === undefined) {
    throw new MalformedError(
      `the content type is ${JSON.stringify(contentType.slice(0, 80))}; expected type/subtype`,
    );
  }
  const applicationId = headers.get('x-wap-application-id');
  return {
    contentType,
    ...(applicationId ? { applicationId: knownApplication(applicationId) } : {}),
    headers: [...headers]
      .filter(([name]) => !OF_THE_WAY.has(name))
      .map(([name, value]): [string, string] => [name, asWritten(value)])
      .filter(([name, value]) => isToken(name) && isHeaderText(value)),
    body: new Uint8Array(body),
  };
}

/** The heads of HTTP are read as ISO-8859-1, and are mostly written in UTF-8. */
function asWritten(value: string): string {
  return decodeUtf8(Buffer.from(value, 'latin1')) ?? value;
}
