import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createHttpTransport, type HttpOptions, TransportError } from './index.ts';

const MESSAGE = new TextEncoder().encode('<SyncML>…</SyncML>');
const XML = { 'content-type': 'application/vnd.syncml.dm+xml; charset="UTF-8"' };

type Handler = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

/** A server that answers each request with the next of the handlers, and the last of them for ever. */
async function serve(...handlers: Handler[]): Promise<{ uri: string; requests: Buffer[] }> {
  const requests: Buffer[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      requests.push(body);
      handlers[Math.min(requests.length, handlers.length) - 1]?.(request, response, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  });
  return { uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/dm?s=1`, requests };
}

/** What one try may take; no pause is as long. */
const TIMEOUT = 123_456;

function transport(options: HttpOptions = {}, isLate: (signal?: AbortSignal) => Promise<void> = never) {
  const pauses: number[] = [];
  const made = createHttpTransport({
    clock: {
      async sleep(milliseconds, signal) {
        if (milliseconds !== TIMEOUT) pauses.push(milliseconds);
        else await isLate(signal);
      },
    },
    timeout: TIMEOUT,
    random: () => 1,
    ...options,
  });
  open.push(made);
  return {
    pauses,
    send: (uri: string, signal?: AbortSignal) =>
      made.exchange({ uri, encoding: 'xml', body: MESSAGE, signal }),
  };
}

const never = (): Promise<void> => new Promise(() => {});

const answer =
  (status: number, headers: Record<string, string>, body: string | Uint8Array): Handler =>
  (_, response) => {
    response.writeHead(status, headers).end(body);
  };
const breakOff: Handler = (request) => request.socket.destroy();

test('posts a message and takes the answer by its media type', async () => {
  const seen: IncomingMessage[] = [];
  const { uri, requests } = await serve((request, response) => {
    seen.push(request);
    response
      .writeHead(200, { 'content-type': 'application/vnd.syncml.dm+wbxml' })
      .end(Uint8Array.of(2, 0xa4));
  });
  await expect(transport().send(uri)).resolves.toEqual({ encoding: 'wbxml', body: Buffer.from([2, 0xa4]) });
  expect(requests[0]?.equals(MESSAGE)).toBe(true);
  expect(seen[0]?.method).toBe('POST');
  expect(seen[0]?.url).toBe('/dm?s=1');
  expect(seen[0]?.headers['content-type']).toBe('application/vnd.syncml.dm+xml; charset=utf-8');
  expect(seen[0]?.headers['content-length']).toBe(String(MESSAGE.length));
});

test('sends the same bytes again until a server that went away is back', async () => {
  const { uri, requests } = await serve(
    breakOff,
    answer(503, { 'retry-after': '2' }, 'starting'),
    answer(429, {}, ''),
    answer(200, XML, '<SyncML/>'),
  );
  const { pauses, send } = transport({ backoff: { attempts: 4, first: 100, longest: 1000 } });
  await expect(send(uri)).resolves.toMatchObject({ encoding: 'xml' });
  expect(requests.map((body) => body.equals(MESSAGE))).toEqual([true, true, true, true]);
  expect(pauses).toEqual([100, 1000, 400]);
});

test('gives up after the last try and says why', async () => {
  const { uri, requests } = await serve(answer(502, {}, ''));
  const { send } = transport({ backoff: { attempts: 3, first: 1, longest: 1 } });
  const failure = await send(uri).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(TransportError);
  expect(failure).toMatchObject({
    status: 502,
    message: expect.stringMatching(
      /answered HTTP 502; expected 200 with a SyncML message; gave up after 3 tries$/,
    ),
  });
  expect(requests).toHaveLength(3);
});

test('does not repeat what would only fail again', async () => {
  const { uri, requests } = await serve(answer(404, {}, 'no such session'));
  await expect(transport().send(uri)).rejects.toMatchObject({ name: 'TransportError', status: 404 });
  expect(requests).toHaveLength(1);
  await expect(transport().send('mailto:dm@example.com')).rejects.toThrow('expected an http or https URL');
});

test('an answer of another type, or too long, is none', async () => {
  const { uri } = await serve(
    answer(200, { 'content-type': 'text/html' }, '<html>'),
    answer(200, XML, 'x'.repeat(2000)),
  );
  const { send } = transport({ maxResponse: 1000 });
  await expect(send(uri)).rejects.toThrow('answered with text/html; expected a SyncML message');
  await expect(send(uri)).rejects.toThrow('answered with more than 1000 bytes');
});

test('an answer that does not come in time counts as a broken connection', async () => {
  let hear = () => {};
  const heard = new Promise<void>((resolve) => {
    hear = resolve;
  });
  const { uri, requests } = await serve(() => hear(), answer(200, XML, '<SyncML/>'));
  let tries = 0;
  const { send } = transport({}, () => {
    tries += 1;
    return tries === 1 ? heard : never();
  });
  await expect(send(uri)).resolves.toMatchObject({ encoding: 'xml' });
  expect(requests).toHaveLength(2);
});

test('stops at once when told to', async () => {
  const { uri } = await serve(() => {});
  const abort = new AbortController();
  const waiting = transport().send(uri, abort.signal);
  abort.abort(new Error('switched off'));
  await expect(waiting).rejects.toThrow('switched off');
});

test.each([
  ['application/vnd.syncml+wbxml', [3, 0], 'wbxml'],
  ['text/xml', [0x3c], 'xml'],
  [undefined, [2, 0xa4, 1], 'wbxml'],
  [undefined, [0x3c, 0x53], 'xml'],
])('an answer of type %s is read', async (type, bytes, encoding) => {
  const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
  const { uri } = await serve(answer(200, headers, Uint8Array.from(bytes)));
  await expect(transport().send(uri)).resolves.toMatchObject({ encoding });
});
