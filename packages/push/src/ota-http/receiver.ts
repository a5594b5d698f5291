import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { MalformedError } from '@grove/protocol';
import {
  type Health,
  type PushContent,
  type Receiver,
  ReceiverError,
  type ReceiverKind,
  type ReceiverMeans,
} from '../bearer/index.ts';
import { boundedLog } from '../bounded-log/index.ts';
import { readBody, reasonOf } from '../http/index.ts';
import { type Endpoint, endpointOf, formatEndpoint } from '../ip/index.ts';
import { OTA_HTTP_PATH, OTA_HTTP_PORT, OTA_VERSION } from './bearer.ts';
import { readContent } from './content.ts';
import { ACCEPTED } from './status.ts';

/** Bytes of a push that is taken. */
const LARGEST = 64 * 1024;
/** Milliseconds in which a request has to come. */
const PATIENCE = 10_000;
/** Connections at the same time. */
const CONNECTIONS = 64;
const SCHEME = 'ota-http';

/** The terminal's end of OTA-HTTP: a server of HTTP to which gateways post. */
export const OTA_HTTP_RECEIVER: ReceiverKind = {
  bearer: 'http',
  schemes: [SCHEME],
  form: `${SCHEME}://HOST:PORT (port ${OTA_HTTP_PORT} unless told)`,
  open: async (url, means) => {
    const at = endpointOf(url, SCHEME, OTA_HTTP_PORT);
    const server = createServer({ headersTimeout: PATIENCE, requestTimeout: 2 * PATIENCE });
    server.maxConnections = CONNECTIONS;
    try {
      server.listen(at.port, at.host);
      await once(server, 'listening');
    } catch (error) {
      throw new ReceiverError(`cannot listen at ${formatEndpoint(at)}: ${reasonOf(error)}`, { cause: error });
    }
    const bound = server.address();
    const port = typeof bound === 'object' && bound !== null ? bound.port : at.port;
    return new OtaHttpReceiver(server, { host: at.host, port }, means);
  },
};

class OtaHttpReceiver implements Receiver {
  readonly address: string;
  readonly #server: Server;
  readonly #means: ReceiverMeans;
  readonly #log: (text: string) => void;
  #health: Health;

  constructor(server: Server, at: Endpoint, means: ReceiverMeans) {
    this.address = formatEndpoint(at);
    this.#server = server;
    this.#means = means;
    this.#log = boundedLog(means.log, means.now);
    this.#health = { state: 'up', text: `listens at ${this.address}` };
    server.on('error', ({ message }) => {
      this.#health = { state: 'down', text: message };
      this.#log(`HTTP: ${message}`);
      means.onHealth();
    });
    server.on('request', (request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        this.#log(`a push was not answered: ${reasonOf(error)}`);
        response.destroy();
      });
    });
  }

  health(): Health {
    return this.#health;
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { remoteAddress = '', remotePort = 0 } = request.socket;
    const from = formatEndpoint({ host: remoteAddress, port: remotePort });
    const refuse = (status: number, text: string, headers: Record<string, string> = {}): void => {
      this.#log(`a request from ${from} was refused: ${text}`);
      response.writeHead(status, { ...headers, 'Content-Type': 'text/plain', Connection: 'close' });
      response.end(`${text}\n`);
    };
    if (request.url !== OTA_HTTP_PATH) return refuse(404, `pushes are taken at ${OTA_HTTP_PATH}`);
    if (request.method !== 'POST') return refuse(405, 'only POST is taken', { Allow: 'POST' });
    const body = await readBody(request, { largest: LARGEST, patience: PATIENCE });
    if (body === 'aborted') return undefined;
    if (body === 'large') return refuse(413, `the push is larger than ${LARGEST} bytes`);
    if (body === 'slow') return refuse(408, `the push did not come within ${PATIENCE} ms`);
    let content: PushContent;
    try {
      content = readContent(request.headers, body);
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
      return refuse(400, error.message);
    }
    try {
      await this.#means.onPush({ ...content, bearer: 'http', from, to: this.address });
    } catch (error) {
      return refuse(503, `the push could not be stored: ${reasonOf(error)}`);
    }
    response.writeHead(204, {
      'X-Wap-Push-OTA-Version': OTA_VERSION,
      'X-Wap-Push-Status': `${ACCEPTED} Accepted`,
    });
    response.end();
  }
}
