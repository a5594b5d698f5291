import type { Challenge, Credentials, Proof } from '../digest/index.ts';
import {
  BRANCH_COOKIE,
  type Essentials,
  essentialsOf,
  type Header,
  isAnswerable,
  type NameAddress,
  type SipMessage,
  type SipRequest,
  SipSyntaxError,
  writeMessage,
  writeNameAddress,
  writeVia,
} from '../message/index.ts';
import { clientKey, type SipTimers } from '../transaction/index.ts';
import { type Link, LinkError, type TransportSettings, Transports, textOf } from '../transport/index.ts';
import { Authentication, headersFor } from './authentication.ts';
import { Clients, type Outcome } from './clients.ts';
import { ALLOWED_ALWAYS, refusalOf } from './refusals.ts';
import { type Reply, responseOf } from './reply.ts';
import { Servers } from './servers.ts';

export interface AgentSettings extends TransportSettings {
  /** Whom requests are from. */
  readonly identity: NameAddress;
  readonly credentials: Credentials | undefined;
  readonly timers: SipTimers;
}

/** A request that came. */
export interface Incoming {
  readonly request: SipRequest;
  readonly essentials: Essentials;
  readonly link: Link;
}

export type Handler = (incoming: Incoming) => Promise<Reply>;

export interface AgentMeans {
  readonly random: (bytes: number) => Uint8Array;
  /** What is refused, among others: strangers can cause as many lines as they like. */
  readonly log: (text: string) => void;
  /** By method; others are refused. */
  readonly handlers: Readonly<Record<string, Handler>>;
}

/** A request to be sent. */
export interface Outgoing {
  readonly method: string;
  /** Request-URI. */
  readonly uri: string;
  /** Undefined: Request-URI. */
  readonly to?: string;
  /** Undefined: a new one. */
  readonly callId?: string;
  /** What is sent depends on the link: REGISTER says where we are reached. */
  readonly headers: readonly Header[] | ((link: Link) => readonly Header[]);
  readonly body: Uint8Array;
}

/** What became of a request, and whether the core has proved with it that it knows the password. */
export type Sent = Outcome & { readonly isProved: boolean };

/** Challenges to one request that are answered. */
const MOST_ROUNDS = 3;
/** Requests that are handled or remembered at the same time, and how many of them may be of others than the core. */
const MOST_SERVED = 4096;
const MOST_OF_STRANGERS = 1024;
const MAX_FORWARDS = '70';
const PRODUCT = 'Grove';

/** Speaks SIP with one core: sends requests to it and answers those that come. */
export class UserAgent {
  readonly settings: AgentSettings;
  readonly #means: AgentMeans;
  readonly #clients: Clients;
  readonly #servers: Servers;
  readonly #authentication: Authentication;
  readonly #lostListeners = new Set<(why: string) => void>();
  #transports: Transports | undefined;
  #routes: readonly string[] = [];
  #cseq: number;
  #isClosed = false;

  private constructor(settings: AgentSettings, means: AgentMeans) {
    this.settings = settings;
    this.#means = means;
    this.#clients = new Clients(settings.timers);
    this.#servers = new Servers(settings.timers);
    this.#authentication = new Authentication(settings.credentials, () => this.token());
    // Larger than any that was used before a restart, so that a Call-ID may be used again.
    this.#cseq = Math.floor(Date.now() / 1000) % 2 ** 30;
  }

  /** @throws {LinkError} where the port cannot be had */
  static async open(settings: AgentSettings, means: AgentMeans): Promise<UserAgent> {
    const agent = new UserAgent(settings, means);
    agent.#transports = await Transports.open(settings, {
      onMessage: (message, link) => agent.#receive(message, link),
      onGarbage: (error, link) => agent.#refuseGarbage(error, link),
      onLost: (link, why) => {
        agent.#clients.lost(link, why);
        if (!agent.#isClosed) for (const listener of agent.#lostListeners) listener(why);
      },
    });
    return agent;
  }

  /** A random part of a delay, at least half of it, so that not all who lost a core come back at once. */
  spread(delay: number): number {
    const [octet = 0] = this.#means.random(1);
    return (delay * (256 + octet)) / 512;
  }

  /** 128 bits as text: tags, branches, nonces. */
  token(): string {
    return Buffer.from(this.#means.random(16)).toString('hex');
  }

  /** Tells when a connection to the core is lost. */
  onLost(listener: (why: string) => void): void {
    this.#lostListeners.add(listener);
  }

  /** The routes that requests other than REGISTER have to take, as the registrar said (RFC 3608). */
  routeBy(routes: readonly string[]): void {
    this.#routes = routes;
  }

  /** Looks for the core anew, where its name may have another address by now. */
  forgetCore(): void {
    this.#transports?.forget();
  }

  /** Sends a request and answers challenges to it. Rejects only with the signal's reason. */
  async request(outgoing: Outgoing, signal?: AbortSignal): Promise<Sent> {
    const fresh = new Set<string>();
    const callId = outgoing.callId ?? this.token();
    const tag = this.token();
    for (let round = 1; ; round++) {
      const proofs = this.#authentication.proofsFor(outgoing.method, outgoing.uri);
      const outcome = await this.#attempt({ ...outgoing, callId }, tag, proofs, signal);
      if (outcome.kind !== 'response') return { ...outcome, isProved: false };
      const { response } = outcome;
      if (response.status !== 401 && response.status !== 407)
        return { ...outcome, isProved: this.#authentication.accept(response, proofs) };
      const challenges = this.#authentication.learn(response, outgoing.method);
      const isNew = challenges.some((challenge) => challenge.stale || !fresh.has(nameOf(challenge)));
      if (!isNew || round === MOST_ROUNDS) return { ...outcome, isProved: false };
      for (const challenge of challenges) fresh.add(nameOf(challenge));
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#clients.close();
    await this.#transports?.close();
  }

  async #attempt(
    outgoing: Outgoing & { readonly callId: string },
    tag: string,
    proofs: readonly Proof[],
    signal: AbortSignal | undefined,
  ): Promise<Outcome> {
    try {
      const first = await this.#linkFor(0);
      const branch = `${BRANCH_COOKIE}${this.token()}`;
      const request = writeMessage(this.#build(outgoing, tag, branch, proofs, first));
      const link = await this.#linkFor(request.length);
      const bytes =
        link.transport === first.transport
          ? request
          : writeMessage(this.#build(outgoing, tag, branch, proofs, link));
      return await this.#clients.send(clientKey(branch, outgoing.method), bytes, link, signal);
    } catch (error) {
      if (error instanceof LinkError) return { kind: 'unreachable', text: error.message };
      if (error instanceof SipSyntaxError) return { kind: 'unwritable', text: error.message };
      throw error;
    }
  }

  async #linkFor(size: number): Promise<Link> {
    if (!this.#transports || this.#isClosed) throw new LinkError('closed');
    return this.#transports.toCore(size);
  }

  #build(
    { method, uri, to, callId, headers, body }: Outgoing & { readonly callId: string },
    tag: string,
    branch: string,
    proofs: readonly Proof[],
    link: Link,
  ): SipRequest {
    const { name, uri: from, parameters } = this.settings.identity;
    this.#cseq++;
    return {
      kind: 'request',
      method,
      uri,
      headers: [
        [
          'via',
          writeVia({
            transport: link.transport,
            ...link.local,
            parameters: [
              ['branch', branch],
              ['rport', undefined],
            ],
          }),
        ],
        ['max-forwards', MAX_FORWARDS],
        ...(method === 'REGISTER' ? [] : this.#routes).map((route): Header => ['route', route]),
        [
          'from',
          writeNameAddress({
            ...(name !== undefined && { name }),
            uri: from,
            parameters: [...parameters, ['tag', tag]],
          }),
        ],
        ['to', writeNameAddress({ uri: to ?? uri, parameters: [] })],
        ['call-id', callId],
        ['cseq', `${this.#cseq} ${method}`],
        ['user-agent', PRODUCT],
        ...headersFor(proofs),
        ...(typeof headers === 'function' ? headers(link) : headers),
      ],
      body,
    };
  }

  #receive(message: SipMessage, link: Link): void {
    let essentials: Essentials;
    try {
      essentials = essentialsOf(message);
    } catch (error) {
      if (!(error instanceof SipSyntaxError)) throw error;
      this.#refuseGarbage(new SipSyntaxError(error.where, error.message, error.status, message), link);
      return;
    }
    if (message.kind === 'response') {
      this.#clients.receive(message, essentials);
      return;
    }
    if (message.method === 'ACK') return;
    const back = this.#transports?.forResponse(essentials.via, link) ?? link;
    if (this.#servers.repeat(essentials, back)) return;
    const most = link.isCore ? MOST_SERVED : MOST_OF_STRANGERS;
    if (this.#servers.size >= most) {
      // Not remembered: that is what there is no room for.
      const busy: Reply = { status: 503, headers: [['retry-after', '10']] };
      const response = responseOf(message, link, busy, this.token(), essentials);
      back.send(writeMessage(response)).catch(() => undefined);
      return;
    }
    const answer = async () =>
      responseOf(
        message,
        link,
        await this.#answer({ request: message, essentials, link }),
        this.token(),
        essentials,
      );
    this.#servers.serve(essentials, back, answer).catch((error: Error) => {
      this.#means.log(`SIP ${message.method} could not be answered: ${error.message}`);
    });
  }

  async #answer(incoming: Incoming): Promise<Reply> {
    const { request } = incoming;
    const { handlers, log } = this.#means;
    const allowed = [...Object.keys(handlers), ...ALLOWED_ALWAYS];
    const refusal = refusalOf(incoming, allowed);
    if (refusal) return refusal;
    const handler = handlers[request.method];
    if (!handler) return { status: 200, headers: [['allow', allowed.join(', ')]] };
    try {
      return await handler(incoming);
    } catch (error) {
      log(
        `SIP ${request.method} could not be handled: ${error instanceof Error ? error.message : String(error)}`,
      );
      return { status: 500 };
    }
  }

  /** Answers what is broken but for what a response needs; the rest is dropped. */
  #refuseGarbage(error: SipSyntaxError, link: Link): void {
    this.#means.log(`SIP from ${textOf(link.remote)} is refused: ${error.message}`);
    const { head } = error;
    if (head?.kind !== 'request' || head.method === 'ACK' || !isAnswerable(head)) return;
    try {
      const reply = {
        status: error.status,
        reason: `${error.message}`.replace(/[^ -~]/g, '?').slice(0, 100),
      };
      link.send(writeMessage(responseOf(head, link, reply, this.token()))).catch(() => undefined);
    } catch (broken) {
      // Not even its Via can be read: nobody could take the answer.
      if (!(broken instanceof SipSyntaxError)) throw broken;
    }
  }
}

function nameOf({ ofProxy, realm }: Challenge): string {
  return `${ofProxy} ${realm}`;
}
