import { createHash } from 'node:crypto';
import type { Address } from '../../address/index.ts';
import type { Attempt, Bearer, BearerMeans, Health, Shipment } from '../../bearer/index.ts';
import type { Outcome, Outgoing, UserAgent } from '../agent/index.ts';
import { acceptContact, contentHeaders, hashOf, writeExternalBody } from '../content/index.ts';
import {
  escapeUser,
  type Header,
  parseUri,
  SipSyntaxError,
  writeNameAddress,
  writeUri,
} from '../message/index.ts';
import type { ContentServer } from './content-server.ts';
import { attemptOf, TOO_LARGE } from './outcomes.ts';
import type { SipSettings } from './settings.ts';
import { Turns } from './turns.ts';

/** What the bearer is made of. */
export interface SipBearerParts {
  readonly agent: UserAgent;
  readonly contents: ContentServer | undefined;
  /** Told what came of each MESSAGE. */
  readonly heard: (outcome: Outcome) => void;
  readonly health: () => Health;
  readonly stop: () => Promise<void>;
}

const WINDOW = 50;
const LARGEST = 1000;

/** The gateway's end of OTA-SIP: a push is a MESSAGE to the terminal's user, through the core (RFC 3428). */
export class SipBearer implements Bearer {
  readonly name: string;
  readonly window: number;
  readonly #settings: SipSettings;
  readonly #means: BearerMeans;
  readonly #parts: SipBearerParts;
  readonly #turns = new Turns();

  constructor(settings: SipSettings, means: BearerMeans, parts: SipBearerParts) {
    this.name = means.name;
    this.window = settings.window ?? WINDOW;
    this.#settings = settings;
    this.#means = means;
    this.#parts = parts;
  }

  reaches(to: Address): boolean {
    return this.#uriOf(to) !== undefined;
  }

  async send(shipment: Shipment, signal: AbortSignal): Promise<Attempt> {
    const uri = this.#uriOf(shipment.to);
    if (uri === undefined)
      return {
        kind: 'failed',
        text: `${this.name} reaches no terminal of such an address (${shipment.to.kind})`,
      };
    // RFC 3428, 8: no second message to whom the first is still under way.
    return this.#turns.take(uri, signal, async () => {
      const { contents } = this.#parts;
      if (!contents) return attemptOf(await this.#request(uri, shipment, signal), uri);
      if (shipment.content.body.length <= (this.#settings.largest ?? LARGEST)) {
        const outcome = await this.#request(uri, shipment, signal);
        const isTooLarge = outcome.kind === 'response' && TOO_LARGE.has(outcome.response.status);
        if (!isTooLarge) return attemptOf(outcome, uri);
      }
      return this.#indirectly(contents, uri, shipment, signal);
    });
  }

  health(): Health {
    return this.#parts.health();
  }

  async close(): Promise<void> {
    await this.#parts.stop();
  }

  /** Says where the content is. It stays there until the terminal has answered, or as long as the core keeps the message. */
  async #indirectly(
    contents: ContentServer,
    uri: string,
    shipment: Shipment,
    signal: AbortSignal,
  ): Promise<Attempt> {
    const { content, deliverBefore } = shipment;
    const name = Buffer.from(this.#means.random(16)).toString('base64url');
    const url = contents.publish(name, {
      contentType: content.contentType,
      bytes: content.body,
      expires: deliverBefore,
    });
    if (url === undefined)
      return { kind: 'retry', text: `${uri}: there is no room for another content that terminals fetch` };
    const { contentType, body } = writeExternalBody({
      url,
      expires: deliverBefore,
      size: content.body.length,
      hash: hashOf(content.body),
      headers: [
        ['content-type', content.contentType],
        ['content-id', `<${name}@${parseUri(this.#settings.identity).host}>`],
        ...contentHeaders(content.headers),
      ],
    });
    let isKept = false;
    try {
      const indirect = { ...shipment, content: { ...content, headers: [], contentType, body } };
      const outcome = await this.#request(uri, indirect, signal);
      const attempt = attemptOf(outcome, uri);
      isKept = attempt.kind === 'accepted';
      return attempt;
    } finally {
      if (!isKept) contents.withdraw(name);
    }
  }

  async #request(uri: string, shipment: Shipment, signal: AbortSignal): Promise<Outcome> {
    const { content, deliverBefore, id } = shipment;
    const seconds = Math.max(0, Math.floor((deliverBefore - this.#means.now()) / 1000));
    const outgoing: Outgoing = {
      method: 'MESSAGE',
      uri,
      // The same at each attempt, so that a terminal knows what it has got already.
      callId: createHash('sha256').update(`${this.name}\n${id}`).digest('hex').slice(0, 32),
      headers: [
        ...this.#identityHeaders(),
        ...(content.applicationId === undefined
          ? []
          : [
              [
                'accept-contact',
                acceptContact(content.applicationId, this.#settings.requireFeature ?? false),
              ] as const,
            ]),
        ['date', new Date(this.#means.now()).toUTCString()],
        ['expires', String(seconds)],
        ['content-type', content.contentType],
        ...contentHeaders(content.headers),
      ],
      body: content.body,
    };
    const outcome = await this.#parts.agent.request(outgoing, signal);
    this.#parts.heard(outcome);
    return outcome;
  }

  #identityHeaders(): Header[] {
    const { assert = 'preferred', identity, displayName } = this.#settings;
    if (assert === 'none') return [];
    const name = assert === 'asserted' ? 'p-asserted-identity' : 'p-preferred-identity';
    return [
      [
        name,
        writeNameAddress({
          ...(displayName !== undefined && { name: displayName }),
          uri: identity,
          parameters: [],
        }),
      ],
    ];
  }

  /** The URI of a terminal's user; undefined if there is none, or none that may go this way. */
  #uriOf(to: Address): string | undefined {
    const { phoneDomain } = this.#settings;
    switch (to.kind) {
      case 'sip':
        return this.#requestUri(to.uri);
      case 'user': {
        const at = to.user.lastIndexOf('@');
        return at > 0
          ? this.#requestUri(`sip:${escapeUser(to.user.slice(0, at))}${to.user.slice(at)}`)
          : undefined;
      }
      case 'plmn':
        return phoneDomain && this.#requestUri(`sip:${to.number}@${phoneDomain};user=phone`);
      default:
        return undefined;
    }
  }

  /** Without what may not be in a Request-URI (RFC 3261, 19.1.1); a sips URI is for TLS alone (26.2.2). */
  #requestUri(text: string): string | undefined {
    try {
      const { headers: _, ...uri } = parseUri(text);
      const { transport } = this.#parts.agent.settings.core;
      if (uri.scheme === 'sips' && transport !== 'TLS') return undefined;
      return writeUri({ ...uri, parameters: uri.parameters.filter(([name]) => name !== 'method') });
    } catch (error) {
      if (error instanceof SipSyntaxError) return undefined;
      throw error;
    }
  }
}
