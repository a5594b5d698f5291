/** A network behind the webhook bearer that fails as networks do, and notes whom it has reached. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';

/** What the network got, whatever it answered. */
export interface Carried {
  /** As PAP writes it, without a gateway. */
  readonly address: string;
  readonly contentType: string;
  readonly body: string;
  /** Whether it was taken. */
  readonly taken: boolean;
}

export interface FailingNetwork {
  readonly url: string;
  /** All that came since it was started. */
  readonly carried: readonly Carried[];
  /** It fails no more. */
  mend(): void;
  close(): void;
}

/** Statuses of failures that are temporary; 0 breaks the connection. */
const FAILURES = [500, 503, 429, 0] as const;

interface Hook {
  readonly data: { readonly address: string; readonly contentType: string; readonly body: string };
}

/** @param random between 0 and 1 */
export async function startNetwork(random: () => number): Promise<FailingNetwork> {
  const carried: Carried[] = [];
  let isMended = false;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const text = await textOf(request);
    const { data }: Hook = JSON.parse(text);
    const failure = isMended || random() < 0.7 ? undefined : FAILURES[Math.floor(random() * FAILURES.length)];
    carried.push({
      address: data.address,
      contentType: data.contentType,
      body: Buffer.from(data.body, 'base64').toString('latin1'),
      taken: failure === undefined,
    });
    if (failure === 0) request.socket.destroy();
    else response.writeHead(failure ?? 200, { 'retry-after': '1' }).end();
  };
  const server = await listening((request, response) => {
    // The gateway was killed while it posted.
    answer(request, response).catch(() => response.destroy());
  });
  return {
    ...server,
    carried,
    mend: () => {
      isMended = true;
    },
  };
}

/** A server of HTTP on loopback. */
export async function listening(listener: RequestListener): Promise<{ url: string; close(): void }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text;
}
