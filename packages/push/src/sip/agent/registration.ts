import type { Health } from '../../bearer/index.ts';
import {
  headerOf,
  headersOf,
  listOf,
  NO_BODY,
  type Parameter,
  parameterOf,
  parseNameAddress,
  parseUri,
  type SipResponse,
  SipSyntaxError,
  writeNameAddress,
  writeUri,
} from '../message/index.ts';
import type { Link } from '../transport/index.ts';
import type { Sent, UserAgent } from './agent.ts';

export interface RegistrationSettings {
  /** Seconds for which the registration is asked. */
  readonly expires: number;
  /** What Contact says besides where we are: feature tags, `+sip.instance`. */
  readonly parameters: readonly Parameter[];
  /** Milliseconds until the first new attempt after one that failed, and the longest between two. */
  readonly retry: { readonly first: number; readonly longest: number };
  /** Whether the registrar has to prove that it knows the password, too (RFC 7616, 3.5: rspauth). */
  readonly mutual: boolean;
}

/** How long it may take to unregister. */
const FAREWELL = 2000;

/** Keeps a user agent registered (RFC 3261, 10). */
export class Registration {
  readonly #agent: UserAgent;
  readonly #settings: RegistrationSettings;
  readonly #callId: string;
  readonly #onState: (state: Health) => void;
  #state: Health = { state: 'connecting', text: 'registering with the SIP core' };
  #expires: number;
  #failures = 0;
  #isTrusted = false;
  #timer: NodeJS.Timeout | undefined;
  /** The Contact that was sent last, and the one that the registrar is known to have. */
  #sent: string | undefined;
  #bound: string | undefined;
  #running: Promise<void> | undefined;
  readonly #closing = new AbortController();

  /** @param onState told of each change */
  constructor(agent: UserAgent, settings: RegistrationSettings, onState: (state: Health) => void) {
    this.#agent = agent;
    this.#settings = settings;
    this.#expires = settings.expires;
    this.#callId = agent.token();
    this.#onState = onState;
    agent.onLost((why) => {
      // A connection that was only opened for large requests says nothing of a registration over datagrams.
      if (agent.settings.core.transport === 'UDP' || this.#closing.signal.aborted) return;
      this.#become({ state: 'connecting', text: `the connection to the SIP core is lost: ${why}` });
      this.#later(this.#backOff());
    });
  }

  get state(): Health {
    return this.#state;
  }

  /** Whether the core has registered us, and proved itself where it has to; what it says later does not undo that. */
  get isTrusted(): boolean {
    return this.#isTrusted;
  }

  /** Registers for the first time; that attempt is over when it resolves, whatever came of it. */
  async start(): Promise<void> {
    await this.#register();
  }

  /** Ends the registration, without waiting long for the core to say so. */
  async close(): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#timer);
    // The core may have taken what was not answered yet.
    const mayBeBound = this.#bound !== undefined || this.#running !== undefined;
    await this.#running;
    if (!mayBeBound) return;
    const farewell = AbortSignal.timeout(FAREWELL);
    await this.#send(0, farewell).catch((error: unknown) => {
      if (!farewell.aborted) throw error;
    });
  }

  async #register(): Promise<void> {
    if (this.#running || this.#closing.signal.aborted) return;
    this.#running = this.#attempt(true).catch((error: unknown) => {
      if (!this.#closing.signal.aborted)
        this.#fail(`registering failed: ${error instanceof Error ? error.message : String(error)}`);
    });
    await this.#running;
    this.#running = undefined;
  }

  /** @param mayLengthen whether the registrar may ask once for a longer time */
  async #attempt(mayLengthen: boolean): Promise<void> {
    const { isProved, ...sent } = await this.#send(this.#expires, this.#closing.signal);
    if (sent.kind === 'unwritable') {
      this.#fail(sent.text);
      return;
    }
    if (sent.kind !== 'response') {
      this.#agent.forgetCore();
      this.#fail(sent.text);
      return;
    }
    const { response } = sent;
    const shortest = Number(headerOf(response, 'min-expires'));
    if (response.status === 423 && mayLengthen && shortest > this.#expires && shortest < 2 ** 31) {
      this.#expires = shortest;
      await this.#attempt(false);
    } else if (response.status >= 300) {
      this.#fail(
        `the SIP core refuses the registration with ${response.status} ${response.reason}`,
        retryAfterOf(response),
      );
    } else if (this.#settings.mutual && !isProved) {
      this.#fail('the SIP core accepts the registration without proving that it knows the password');
    } else this.#succeed(response);
  }

  #succeed(response: SipResponse): void {
    const seconds = grantedTo(this.#sent, response) ?? this.#expires;
    if (seconds === 0) {
      this.#fail('the SIP core takes the registration, but does not keep it');
      return;
    }
    this.#bound = this.#sent;
    this.#isTrusted = true;
    this.#failures = 0;
    this.#agent.routeBy(serviceRoutesOf(response));
    this.#become({ state: 'up', text: `registered with the SIP core for ${seconds} s` });
    this.#later(refreshAfter(seconds) * 1000);
  }

  #fail(text: string, after = 0): void {
    this.#become({ state: 'down', text });
    this.#later(Math.max(after, this.#backOff()));
  }

  #become(state: Health): void {
    const isNews = state.text !== this.#state.text;
    this.#state = state;
    if (isNews) this.#onState(state);
  }

  #backOff(): number {
    const { first, longest } = this.#settings.retry;
    const delay = Math.min(longest, first * 2 ** Math.min(this.#failures, 20));
    this.#failures++;
    return this.#agent.spread(delay);
  }

  #later(delay: number): void {
    clearTimeout(this.#timer);
    if (this.#closing.signal.aborted) return;
    this.#timer = setTimeout(() => void this.#register(), delay);
  }

  /** Sends REGISTER with where we are now, and without where we were before. */
  async #send(expires: number, signal: AbortSignal): Promise<Sent> {
    const { identity } = this.#agent.settings;
    const { host, scheme, port } = parseUri(identity.uri, 'identity');
    return this.#agent.request(
      {
        method: 'REGISTER',
        uri: writeUri({ scheme, host, ...(port !== undefined && { port }), parameters: [] }),
        to: identity.uri,
        callId: this.#callId,
        headers: (link) => {
          const contact = contactOf(identity.uri, link);
          const earlier = this.#bound === contact || this.#bound === undefined ? [] : [this.#bound];
          this.#sent = contact;
          const { parameters } = this.#settings;
          return [
            ...earlier.map(
              (uri) => ['contact', writeNameAddress({ uri, parameters: [['expires', '0']] })] as const,
            ),
            [
              'contact',
              writeNameAddress({ uri: contact, parameters: [...parameters, ['expires', String(expires)]] }),
            ],
            ['expires', String(expires)],
            ['supported', 'path'],
          ];
        },
        body: NO_BODY,
      },
      signal,
    );
  }
}

/** Where we are reached over a link. */
function contactOf(identity: string, { transport, local }: Link): string {
  const { user } = parseUri(identity, 'identity');
  return writeUri({
    scheme: 'sip',
    ...(user !== undefined && { user }),
    ...local,
    parameters: transport === 'UDP' ? [] : [['transport', transport.toLowerCase()]],
  });
}

/** Where requests have to go by way of; what cannot be read is nowhere. */
function serviceRoutesOf(response: SipResponse): string[] {
  try {
    return listOf(headersOf(response, 'service-route'), 'Service-Route');
  } catch (error) {
    if (error instanceof SipSyntaxError) return [];
    throw error;
  }
}

/** For how many seconds the registrar has a Contact; undefined if it does not say. */
function grantedTo(contact: string | undefined, response: SipResponse): number | undefined {
  try {
    const ours = listOf(headersOf(response, 'contact'), 'Contact')
      .map((value) => parseNameAddress(value, 'Contact'))
      .find(({ uri }) => uri === contact);
    return (
      secondsOf(ours && parameterOf(ours.parameters, 'expires')) ?? secondsOf(headerOf(response, 'expires'))
    );
  } catch (error) {
    if (error instanceof SipSyntaxError) return undefined;
    throw error;
  }
}

/** When a registration is refreshed: ten minutes before its end, or in the middle of a short one (TS 24.229, 5.1.1.4). */
function refreshAfter(seconds: number): number {
  return Math.max(1, seconds > 1200 ? Math.min(seconds - 600, LONGEST_WAIT) : seconds / 2);
}

const LONGEST_WAIT = 24 * 60 * 60;

function secondsOf(text: string | undefined): number | undefined {
  return text !== undefined && /^[0-9]{1,10}$/.test(text) ? Number(text) : undefined;
}

/** What Retry-After says, in milliseconds, a day at most (RFC 3261, 20.33). */
export function retryAfterOf(response: SipResponse): number | undefined {
  const seconds = secondsOf(/^\s*([0-9]+)/.exec(headerOf(response, 'retry-after') ?? '')?.[1]);
  return seconds === undefined ? undefined : Math.min(seconds, LONGEST_WAIT) * 1000;
}
