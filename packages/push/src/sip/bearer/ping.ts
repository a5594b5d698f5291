import type { Health } from '../../bearer/index.ts';
import type { UserAgent } from '../agent/index.ts';
import { NO_BODY } from '../message/index.ts';

export interface PingSettings {
  /** Whom the OPTIONS goes to. */
  readonly uri: string;
  /** Milliseconds between two. */
  readonly every: number;
}

/** Statuses that come in place of the core: it was given up on, or does not serve. */
const GONE = new Set([408, 503, 504]);

/** Finds out by OPTIONS whether a core is there; whatever it answers, it is (RFC 3261, 11). */
export class Ping {
  readonly #agent: UserAgent;
  readonly #settings: PingSettings;
  readonly #onState: (state: Health) => void;
  #state: Health = { state: 'connecting', text: 'The SIP core has not answered yet.' };
  #timer: NodeJS.Timeout | undefined;
  readonly #closing = new AbortController();

  constructor(agent: UserAgent, settings: PingSettings, onState: (state: Health) => void) {
    this.#agent = agent;
    this.#settings = settings;
    this.#onState = onState;
  }

  get state(): Health {
    return this.#state;
  }

  /** Resolves after the first one. */
  async start(): Promise<void> {
    await this.#ping();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#timer);
  }

  async #ping(): Promise<void> {
    const { signal } = this.#closing;
    try {
      const state = await this.#ask(signal);
      const isNews = state.text !== this.#state.text;
      this.#state = state;
      if (isNews) this.#onState(state);
      this.#timer = setTimeout(() => void this.#ping(), this.#settings.every);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #ask(signal: AbortSignal): Promise<Health> {
    const { uri } = this.#settings;
    const sent = await this.#agent.request({ method: 'OPTIONS', uri, headers: [], body: NO_BODY }, signal);
    signal.throwIfAborted();
    if (sent.kind !== 'response') {
      this.#agent.forgetCore();
      return { state: 'down', text: `The SIP core cannot be reached: ${sent.text}.` };
    }
    const { status, reason } = sent.response;
    return GONE.has(status)
      ? { state: 'down', text: `The SIP core answers ${status} ${reason}.` }
      : { state: 'up', text: 'The SIP core answers.' };
  }
}
