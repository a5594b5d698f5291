import { encodeBase64 } from '@grove/protocol';
import { type Static, Type } from 'typebox';
import { formatAddress } from '../address/index.ts';
import type { Attempt, Bearer, BearerKind, BearerMeans, Health, Shipment } from '../bearer/index.ts';
import { openPoster, type Poster, reasonOf, refusedAttempt, statusText } from '../http/index.ts';
import { keyOf, webhookHeaders } from './signature.ts';

const SECONDS = 30;
const WINDOW = 16;
const LARGEST_ANSWER = 64 * 1024;

const WebhookSettings = Type.Object(
  {
    url: Type.String({ pattern: '^https?://[!-~]+$', description: 'Where pushes are posted.' }),
    secret: Type.Optional(
      Type.String({
        description: 'Signs what is posted: whsec_ and base64 of 24 to 64 bytes. Unset: unsigned.',
      }),
    ),
    headers: Type.Optional(
      Type.Record(
        Type.String({ pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$" }),
        Type.String({ pattern: '^[ -~]*$' }),
        {
          description: 'Sent with each push, as Authorization.',
        },
      ),
    ),
    addresses: Type.Optional(
      Type.Array(Type.Enum(['plmn', 'user', 'ipv4', 'ipv6', 'sip']), {
        description: 'Kinds of addresses that are reached this way. Unset: all.',
      }),
    ),
    authorities: Type.Optional(Type.String({ description: 'Certificates that https is trusted by, PEM.' })),
    timeoutSeconds: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 300, default: SECONDS })),
    window: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: WINDOW })),
  },
  { additionalProperties: false },
);

/** Statuses by which the other side says that it takes nothing at all for now. */
const OVERLOADED = [429, 503];
/** Milliseconds for which nothing is posted after a failure to reach it; doubled with each one, up to the longest. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;

/** For what has no bearer of its own: each push is posted as JSON to one place, as Standard Webhooks has it. */
export const WEBHOOK_BEARER: BearerKind<typeof WebhookSettings> = {
  kind: 'webhook',
  papNames: ['WEBHOOK'],
  settings: WebhookSettings,
  open: async (settings, means) => new WebhookBearer(settings, means),
};

/** What is posted. */
interface Hook {
  readonly type: 'push';
  /** When the push was posted, ISO 8601. */
  readonly timestamp: string;
  readonly data: {
    /** As in PAP: `WAPPUSH=+441632960001/TYPE=PLMN`. */
    readonly address: string;
    readonly contentType: string;
    readonly applicationId?: string;
    readonly headers: readonly (readonly [name: string, value: string])[];
    /** Base64. */
    readonly body: string;
    /** Until when it is worth delivering, ISO 8601. */
    readonly deliverBefore: string;
  };
}

class WebhookBearer implements Bearer {
  readonly name: string;
  readonly window: number;
  readonly #settings: Static<typeof WebhookSettings>;
  readonly #means: BearerMeans;
  readonly #url: URL;
  readonly #keys: readonly Uint8Array[];
  readonly #poster: Poster;
  #text = 'nothing was posted yet';
  /** Until when nothing should be posted, in milliseconds since the epoch. */
  #pausedUntil = 0;
  #failures = 0;

  /** @throws {RangeError} for a secret that is none */
  constructor(settings: Static<typeof WebhookSettings>, means: BearerMeans) {
    const { url, secret, window = WINDOW, timeoutSeconds = SECONDS, authorities } = settings;
    this.name = means.name;
    this.window = window;
    this.#settings = settings;
    this.#means = means;
    this.#url = new URL(url);
    this.#keys = secret === undefined ? [] : [keyOf(secret)];
    this.#poster = openPoster({
      connections: window,
      keepAlive: true,
      timeout: timeoutSeconds * 1000,
      largest: LARGEST_ANSWER,
      authorities,
    });
  }

  reaches({ kind }: Shipment['to']): boolean {
    return this.#settings.addresses?.includes(kind) ?? true;
  }

  async send(shipment: Shipment, signal: AbortSignal): Promise<Attempt> {
    signal.throwIfAborted();
    const now = this.#means.now();
    const body = new TextEncoder().encode(JSON.stringify(hookOf(shipment, now)));
    const headers = {
      ...this.#settings.headers,
      'content-type': 'application/json',
      'content-length': String(body.length),
      // The same at each attempt, so that the other side knows what it has already.
      ...webhookHeaders(shipment.id, Math.floor(now / 1000), body, this.#keys),
    };
    const place = this.#url.host;
    try {
      const posted = await this.#poster.post(this.#url, headers, body, signal);
      const { status } = posted;
      if (status >= 200 && status <= 299) {
        this.#note(`${place} answered ${statusText(status)}`);
        return taken(place, status);
      }
      const attempt = refusedAttempt(posted, this.#means.now());
      const text = `${place} ${attempt.text}`;
      if (attempt.kind === 'retry' && OVERLOADED.includes(status)) this.#pause(text, attempt.after);
      else this.#note(text);
      return { ...attempt, text };
    } catch (error) {
      signal.throwIfAborted();
      const text = `${place} cannot be reached: ${reasonOf(error)}`;
      this.#pause(text);
      return { kind: 'retry', text };
    }
  }

  /** Down for a pause, after which the next push finds out. */
  health(): Health {
    if (this.#means.now() < this.#pausedUntil) return { state: 'down', text: this.#text };
    return {
      state: 'up',
      text: this.#failures === 0 ? this.#text : `tries the next push; before: ${this.#text}`,
    };
  }

  #note(text: string): void {
    this.#text = text;
    this.#failures = 0;
    this.#pausedUntil = 0;
  }

  #pause(text: string, after = 0): void {
    const now = this.#means.now();
    let pause = after;
    // What was under way at the same time fails for the same reason, which counts once.
    if (now >= this.#pausedUntil) {
      pause = Math.max(after, Math.min(FIRST_PAUSE * 2 ** this.#failures, LONGEST_PAUSE));
      this.#failures++;
    }
    this.#text = text;
    this.#pausedUntil = Math.max(this.#pausedUntil, now + pause);
  }

  async close(): Promise<void> {
    this.#poster.close();
  }
}

/** 202 says that it will be seen to (RFC 9110 §15.3.3); any other success, that it was. */
function taken(place: string, status: number): Attempt {
  const text = `${place} answered ${statusText(status)}`;
  return status === 202
    ? { kind: 'accepted', references: [], text, awaitsReceipt: false }
    : { kind: 'delivered', text };
}

function hookOf({ to, content, deliverBefore }: Shipment, now: number): Hook {
  const { contentType, applicationId, headers, body } = content;
  return {
    type: 'push',
    timestamp: new Date(now).toISOString(),
    data: {
      address: formatAddress(to),
      contentType,
      ...(applicationId === undefined ? {} : { applicationId }),
      headers,
      body: encodeBase64(body),
      deliverBefore: new Date(deliverBefore).toISOString(),
    },
  };
}
