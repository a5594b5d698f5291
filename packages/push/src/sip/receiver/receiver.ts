import type { Health, ReceivedPush, Receiver, ReceiverMeans } from '../../bearer/index.ts';
import { boundedLog } from '../../bounded-log/index.ts';
import type { Incoming, Registration, Reply, UserAgent } from '../agent/index.ts';
import {
  applicationOf,
  contentHeaders,
  EXTERNAL_BODY,
  type ExternalBody,
  mediaTypeOf,
  readExternalBody,
} from '../content/index.ts';
import {
  type Header,
  headersOf,
  listOf,
  parseNameAddress,
  type SipRequest,
  SipSyntaxError,
} from '../message/index.ts';
import { textOf } from '../transport/index.ts';
import { FetchError, fetchContent } from './fetch.ts';
import { Seen } from './seen.ts';

/** What is taken, and from whom. */
export interface TerminalRules {
  readonly fromAnyone: boolean;
  /** Octets of a content that is fetched. */
  readonly largest: number;
  /** Milliseconds within which it has to have come. */
  readonly fetchWithin: number;
}

/** Contents that are fetched at the same time: each is kept in memory until it is whole. */
const MOST_FETCHES = 16;

const AGAIN_AFTER: Header = ['retry-after', '5'];

/** The terminal's end of OTA-SIP: takes a MESSAGE from the core where it is registered, and says 200 once it is stored. */
export class SipReceiver implements Receiver {
  readonly address: string;
  readonly #rules: TerminalRules;
  readonly #means: ReceiverMeans;
  readonly #seen = new Seen();
  #fetches = 0;
  readonly #warn: (text: string) => void;
  #agent: UserAgent | undefined;
  #registration: Registration | undefined;

  constructor(identity: string, rules: TerminalRules, means: ReceiverMeans) {
    this.address = identity;
    this.#rules = rules;
    this.#means = means;
    this.#warn = boundedLog(means.log, means.now);
  }

  /** Goes into service. */
  begin(agent: UserAgent, registration: Registration): void {
    this.#agent = agent;
    this.#registration = registration;
    void registration.start();
  }

  health(): Health {
    return this.#registration?.state ?? { state: 'connecting', text: 'not registered with the SIP core yet' };
  }

  async close(): Promise<void> {
    await this.#registration?.close();
    await this.#agent?.close();
  }

  /** Handles a MESSAGE. */
  async take(incoming: Incoming): Promise<Reply> {
    const { request, link } = incoming;
    if (!this.#isTrusted(incoming)) {
      this.#warn(
        `A push from ${textOf(link.remote)} is refused: it does not come from the SIP core where the phone is registered.`,
      );
      return { status: 403 };
    }
    return this.#seen.once(request, () => this.#hand(incoming));
  }

  async #hand(incoming: Incoming): Promise<Reply> {
    const { log, onPush } = this.#means;
    let push: ReceivedPush;
    try {
      push = await this.#pushOf(incoming);
    } catch (error) {
      if (!(error instanceof SipSyntaxError || error instanceof FetchError)) throw error;
      this.#warn(`A push is refused: ${error.message}.`);
      const accept: Header[] = error.status === 415 ? [['accept', `*/*, ${EXTERNAL_BODY}`]] : [];
      return { status: error.status, headers: error.status === 480 ? [AGAIN_AFTER] : accept };
    }
    try {
      await onPush(push);
    } catch (error) {
      log(`A push could not be kept: ${error instanceof Error ? error.message : String(error)}.`);
      return { status: 480, headers: [AGAIN_AFTER] };
    }
    return { status: 200 };
  }

  /** @throws {FetchError} */
  async #fetch(external: ExternalBody): Promise<Uint8Array> {
    if (this.#fetches >= MOST_FETCHES)
      throw new FetchError(`${MOST_FETCHES} contents are being fetched already`, { status: 480 });
    this.#fetches++;
    try {
      return await fetchContent(external, {
        largest: this.#rules.largest,
        within: this.#rules.fetchWithin,
        now: this.#means.now(),
      });
    } finally {
      this.#fetches--;
    }
  }

  /** Comes from the core that knows us, and where that was asked for has proved to. */
  #isTrusted({ link }: Incoming): boolean {
    return this.#rules.fromAnyone || (link.isCore && this.#registration?.isTrusted === true);
  }

  async #pushOf({ request, essentials }: Incoming): Promise<ReceivedPush> {
    const type = mediaTypeOf(request);
    if (!type) throw new SipSyntaxError('Content-Type', 'is absent', 415);
    const applicationId = applicationOf(request);
    const common = {
      bearer: 'sip',
      from: assertedBy(request) ?? essentials.from.uri,
      to: essentials.to.uri,
      ...(applicationId !== undefined && { applicationId }),
    };
    const find = (headers: readonly Header[]): string =>
      headers.find(([name]) => name === 'content-type')?.[1] ?? '';
    if (type.name !== EXTERNAL_BODY)
      return {
        ...common,
        contentType: find(request.headers),
        headers: contentHeaders(request.headers),
        body: request.body,
      };
    const external = readExternalBody(type, request.body);
    const body = await this.#fetch(external);
    return {
      ...common,
      contentType: find(external.headers),
      headers: contentHeaders(external.headers),
      body,
    };
  }
}

/** Whom the core says that a request is from (RFC 3325, 9.1). */
function assertedBy(request: SipRequest): string | undefined {
  const [first] = listOf(headersOf(request, 'p-asserted-identity'), 'P-Asserted-Identity');
  return first && parseNameAddress(first, 'P-Asserted-Identity').uri;
}
