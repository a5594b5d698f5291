import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newToken, pathBelow, refusal } from './access.ts';
import { loadAssets } from './assets.ts';
import type { Handset } from './handset.ts';
import { serveApi } from './routes.ts';

export interface PhonePageOptions {
  readonly handsets: readonly Handset[];
  /** Absent or 0 = any free one. */
  readonly port?: number;
  /** Absent = a new one, that nobody guesses. */
  readonly token?: string;
}

/** A page that is being served. */
export interface PhonePage {
  /** With the token: whoever knows it may use the phones. */
  readonly url: string;
  /** Closes the connections; the phones go on. */
  close(): Promise<void>;
}

/** Nothing from elsewhere, nothing inline, and no other page around this one. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/** Connections at the same time: each window of a browser needs a few. */
const MAX_CONNECTIONS = 64;

/**
 * Serves phones as a page on loopback.
 *
 * @throws when the port is taken.
 */
export async function openPhonePage({
  handsets,
  port = 0,
  token = newToken(),
}: PhonePageOptions): Promise<PhonePage> {
  const assets = await loadAssets();
  const byId = new Map(handsets.map((handset) => [handset.id, handset]));

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    const reason = refusal(request, portOf(server));
    if (reason !== undefined) return sendText(response, 403, reason);
    const path = pathBelow(request.url ?? '', token);
    if (path === undefined) return sendText(response, 404, 'there is nothing here');
    const asset = request.method === 'GET' ? assets.get(path) : undefined;
    if (asset !== undefined) {
      response.writeHead(200, { 'content-type': asset.type, 'cache-control': 'no-cache' });
      response.end(asset.body);
      return;
    }
    if (!(await serveApi(path, byId, request, response))) sendText(response, 404, 'there is nothing here');
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else sendText(response, 500, error instanceof Error ? error.message : String(error));
    });
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${portOf(server)}/${token}/`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}
