/** A server on a free port, and requests as initiators write them. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { readPap } from './index.ts';

/** Serves until the test is over; its URL. */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/pap`;
}

export const AUTHORIZATION = `Basic ${Buffer.from('pi:secret').toString('base64')}`;

/** One POST; the answer's document where it has one. */
export async function post(
  url: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string>,
) {
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: { Authorization: AUTHORIZATION, ...headers },
  });
  const bytes = new Uint8Array(await response.arrayBuffer());
  const type = response.headers.get('content-type') ?? '';
  return {
    status: response.status,
    headers: response.headers,
    text: Buffer.from(bytes).toString('utf8'),
    document: type.startsWith('application/xml') ? readPap(bytes, { unknown: 'refuse' }) : undefined,
  };
}
