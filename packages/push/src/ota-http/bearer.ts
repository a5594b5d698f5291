import { EncodeError } from '@grove/protocol';
import { type Static, Type } from 'typebox';
import type { Attempt, Bearer, BearerKind, BearerMeans, Health, Shipment } from '../bearer/index.ts';
import { openPoster, type Posted, type Poster, reasonOf, refusedAttempt } from '../http/index.ts';
import { formatEndpoint, Networks, reachableHost } from '../ip/index.ts';
import { HTTP_TYPE, writeContent } from './content.ts';
import { attemptOf, OTHER_CAPABILITIES } from './status.ts';

/** Where terminals listen (IANA: wap-push-http). */
export const OTA_HTTP_PORT = 4035;
export const OTA_HTTP_PATH = '/wappush';
export const OTA_VERSION = '1.0';

const SECONDS = 30;
const WINDOW = 64;
/** Bytes of a terminal's answer, which has only headers. */
const LARGEST_ANSWER = 16 * 1024;
/** Terminals whose capabilities are remembered. */
const MOST_TAGS = 10_000;

const OtaHttpSettings = Type.Object(
  {
    port: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 0xffff,
        default: OTA_HTTP_PORT,
        description: 'Where terminals listen whose addresses name no port.',
      }),
    ),
    path: Type.Optional(Type.String({ pattern: '^/[!-~]*$', default: OTA_HTTP_PATH })),
    timeoutSeconds: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 300,
        default: SECONDS,
        description: 'In which a terminal has to answer.',
      }),
    ),
    window: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 10_000,
        default: WINDOW,
        description: 'Terminals that are asked at once.',
      }),
    ),
    networks: Type.Optional(Networks),
  },
  { additionalProperties: false },
);

/** OTA-HTTP (WAP-235-PushOTA): a POST to the terminal, whose answer says whether it has the push. */
export const OTA_HTTP_BEARER: BearerKind<typeof OtaHttpSettings> = {
  kind: 'http',
  papNames: ['HTTP', 'OTA-HTTP', 'GPRS', 'PACKET DATA'],
  settings: OtaHttpSettings,
  open: async (settings, means) => new OtaHttpBearer(settings, means),
};

class OtaHttpBearer implements Bearer {
  readonly name: string;
  readonly window: number;
  readonly #settings: Static<typeof OtaHttpSettings>;
  readonly #means: BearerMeans;
  readonly #hostOf: ReturnType<typeof reachableHost>;
  readonly #poster: Poster;
  /** By terminal: what says which capabilities the gateway knows of it. */
  readonly #tags = new Map<string, string>();

  constructor(settings: Static<typeof OtaHttpSettings>, means: BearerMeans) {
    this.name = means.name;
    this.window = settings.window ?? WINDOW;
    this.#settings = settings;
    this.#means = means;
    this.#hostOf = reachableHost(settings.networks);
    const timeout = (settings.timeoutSeconds ?? SECONDS) * 1000;
    this.#poster = openPoster({ connections: 1, keepAlive: false, timeout, largest: LARGEST_ANSWER });
  }

  reaches(to: Shipment['to']): boolean {
    return this.#hostOf(to) !== undefined;
  }

  async send({ to, content }: Shipment, signal: AbortSignal): Promise<Attempt> {
    signal.throwIfAborted();
    const host = this.#hostOf(to);
    if (host === undefined) return { kind: 'failed', text: 'the address is none that HTTP reaches' };
    const { port = OTA_HTTP_PORT, path = OTA_HTTP_PATH } = this.#settings;
    const terminal = formatEndpoint({ host: host.host, port: host.port ?? port });
    try {
      const body = writeContent(content);
      const posted = await this.#post(new URL(`http://${terminal}${path}`), terminal, body, signal);
      if (posted.status < 200 || posted.status > 299) {
        const attempt = refusedAttempt(posted, this.#means.now());
        return { ...attempt, text: `${terminal} ${attempt.text}` };
      }
      return attemptOf(headerOf(posted, 'x-wap-push-status'));
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof EncodeError) return { kind: 'failed', text: error.message };
      return { kind: 'retry', text: `${terminal} cannot be reached: ${reasonOf(error)}` };
    }
  }

  health(): Health {
    return { state: 'up', text: 'connects to each terminal anew' };
  }

  async close(): Promise<void> {
    this.#poster.close();
  }

  /** Asks once more where the terminal says that the gateway knows other capabilities of it than it has. */
  async #post(url: URL, terminal: string, body: Uint8Array, signal: AbortSignal): Promise<Posted> {
    const known = this.#tags.get(terminal);
    const posted = await this.#poster.post(url, headersWith(known, body), body, signal);
    const tag = headerOf(posted, 'x-wap-cpitag');
    if (attemptStatus(posted) !== OTHER_CAPABILITIES || tag === undefined || tag === known) return posted;
    const [oldest] = this.#tags.keys();
    if (this.#tags.size >= MOST_TAGS && oldest !== undefined) this.#tags.delete(oldest);
    this.#tags.set(terminal, tag);
    return this.#poster.post(url, headersWith(tag, body), body, signal);
  }
}

function headersWith(tag: string | undefined, body: Uint8Array): Record<string, string> {
  return {
    'Content-Type': HTTP_TYPE,
    'Content-Length': String(body.length),
    'X-Wap-Push-OTA-Version': OTA_VERSION,
    ...(tag === undefined ? {} : { 'X-Wap-CPITag': tag }),
  };
}

function headerOf({ headers }: Posted, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

function attemptStatus(posted: Posted): number {
  return Number.parseInt(headerOf(posted, 'x-wap-push-status') ?? '', 10);
}
