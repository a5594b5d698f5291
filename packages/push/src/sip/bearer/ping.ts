import type { Health } from '../../bearer/index.ts';
import type { Outcome, UserAgent } from '../agent/index.ts';
import { NO_BODY } from '../message/index.ts';

export interface PingSettings {
  /** Whom the OPTIONS goes to. */
  readonly uri: string;
  /** Milliseconds between two; 0: none are sent, and the core is taken to be there. */
  readonly every: number;
}

/** Statuses that come in place of the core: it was given up on, or does not serve. */
const GONE = new Set([408, 503, 504]);
const UP: Health = { state: 'up', text: 'the SIP core answers' };
const UNWATCHED: Health = { state: 'up', text: 'the SIP core is not watched' };
const UNKNOWN: Health = { state: 'connecting', text: 'the SIP core has not answered yet' };

/** Finds out by OPTIONS whether a core is there; whatever it answers, it is (RFC 3261, 11). */
export class Ping {
  readonly #agent: UserAgent;
  readonly #settings: PingSettings;
  readonly #onState: (state: Health) => void;
  #state: Health;
  #timer: NodeJS.Timeout | undefined;
  #isPinging = false;
  readonly #closing = new AbortController();

  constructor(agent: UserAgent, settings: PingSettings, onState: (state: Health) => void) {
    this.#agent = agent;
    this.#settings = settings;
    this.#onState = onState;
    this.#state = settings.every > 0 ? UNKNOWN : UNWATCHED;
  }

  get state(): Health {
    return this.#state;
  }

  /** Resolves after the first one. */
  async start(): Promise<void> {
    await this.#ping();
  }

  /**
   * A request to a terminal has ended so. Any response came through the core; silence may be the terminal's, which the
   * core is asked about at once.
   */
  heard(outcome: Outcome): void {
    if (outcome.kind === 'response' && this.#settings.every > 0) this.#become(UP);
    if (outcome.kind === 'silence' || outcome.kind === 'unreachable') void this.#ping();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#timer);
  }

  async #ping(): Promise<void> {
    const { signal } = this.#closing;
    const { uri, every } = this.#settings;
    if (every === 0 || this.#isPinging || signal.aborted) return;
    this.#isPinging = true;
    clearTimeout(this.#timer);
    try {
      const sent = await this.#agent.request({ method: 'OPTIONS', uri, headers: [], body: NO_BODY }, signal);
      if (sent.kind !== 'response') this.#agent.forgetCore();
      this.#become(stateOf(sent));
      if (!signal.aborted) this.#timer = setTimeout(() => void this.#ping(), every);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#isPinging = false;
    }
  }

  #become(state: Health): void {
    const isNews = state.text !== this.#state.text;
    this.#state = state;
    if (isNews && !this.#closing.signal.aborted) this.#onState(state);
  }
}

function stateOf(outcome: Outcome): Health {
  if (outcome.kind !== 'response')
    return { state: 'down', text: `the SIP core cannot be reached: ${outcome.text}` };
  const { status, reason } = outcome.response;
  return GONE.has(status) ? { state: 'down', text: `the SIP core answers ${status} ${reason}` } : UP;
}
