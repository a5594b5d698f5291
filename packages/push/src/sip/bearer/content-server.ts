import { createServer, type Server, type ServerResponse } from 'node:http';
import { isIPv6 } from 'node:net';

export interface ContentServerSettings {
  readonly host: string;
  readonly port: number;
  /** How terminals reach it, without a slash at the end; undefined: by host and port. */
  readonly publicUrl: string | undefined;
}

interface Published {
  readonly contentType: string;
  readonly bytes: Uint8Array;
  /** Milliseconds since the epoch. */
  readonly expires: number;
}

const MOST_BYTES = 64 * 1024 * 1024;
const MOST_CONTENTS = 10_000;
const MOST_CONNECTIONS = 1000;

/** Serves contents that are too large for a MESSAGE, each under a name that cannot be guessed, until it expires. */
export class ContentServer {
  readonly #server: Server;
  readonly #published = new Map<string, Published>();
  readonly #now: () => number;
  readonly #base: string;
  #bytes = 0;

  private constructor(server: Server, base: string, now: () => number) {
    this.#server = server;
    this.#base = base;
    this.#now = now;
    server.on('request', ({ method, url }, response) => this.#answer(method, url ?? '', response));
  }

  /** Rejects where the port cannot be had. */
  static async open(settings: ContentServerSettings, now: () => number): Promise<ContentServer> {
    const { host, port, publicUrl } = settings;
    const server = createServer({ requestTimeout: 10_000, headersTimeout: 5000, maxHeaderSize: 8192 });
    server.maxConnections = MOST_CONNECTIONS;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
    const address = server.address();
    const actual = typeof address === 'object' && address ? address.port : port;
    return new ContentServer(
      server,
      publicUrl ?? `http://${isIPv6(host) ? `[${host}]` : host}:${actual}`,
      now,
    );
  }

  /**
   * Publishes a content.
   *
   * @param name 128 random bits as text
   * @returns its URL; undefined if there is no room
   */
  publish(name: string, content: Published): string | undefined {
    this.#sweep();
    if (this.#published.size >= MOST_CONTENTS || this.#bytes + content.bytes.length > MOST_BYTES)
      return undefined;
    this.#published.set(name, content);
    this.#bytes += content.bytes.length;
    return `${this.#base}/${name}`;
  }

  withdraw(name: string): void {
    const content = this.#published.get(name);
    if (this.#published.delete(name)) this.#bytes -= content?.bytes.length ?? 0;
  }

  async close(): Promise<void> {
    this.#published.clear();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #sweep(): void {
    for (const [name, { expires }] of this.#published) if (expires <= this.#now()) this.withdraw(name);
  }

  #answer(method: string | undefined, url: string, response: ServerResponse): void {
    const content = this.#published.get(url.slice(url.lastIndexOf('/') + 1));
    if (method !== 'GET' && method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
    } else if (!content || content.expires <= this.#now()) {
      response.writeHead(404).end();
    } else {
      response.writeHead(200, {
        'content-type': content.contentType,
        'content-length': content.bytes.length,
        'cache-control': 'private, no-store',
      });
      response.end(method === 'GET' ? content.bytes : undefined);
    }
  }
}
