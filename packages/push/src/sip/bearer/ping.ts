import type { Health } from '../../bearer/index.ts';
import type { Outcome, UserAgent } from '../agent/index.ts';
import { NO_BODY } from '../message/index.ts';

export interface PingSettings {
  /** Whom the OPTIONS goes to. */
  readonly uri: string;
  /** Milliseconds between two; 0: none are sent, and only what comes of other requests tells. */
  readonly every: number;
}

/** Statuses that come in place of the core: it was given up on, or does not serve. */
const GONE = new Set([408, 503, 504]);

/** Finds out by OPTIONS and by what else is sent whether a core is there; whatever it answers, it is (RFC 3261, 11). */
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
    if (this.#settings.every > 0) await this.#ping();
  }

  /** A request to a terminal has ended so: any response came through the core. */
  heard(outcome: Outcome): void {
    if (outcome.kind === 'response') this.#become(UP);
    else if (outcome.kind !== 'unwritable') this.#become(stateOf(outcome));
  }

  async close(): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#timer);
  }

  async #ping(): Promise<void> {
    const { signal } = this.#closing;
    const { uri, every } = this.#settings;
    try {
      const sent = await this.#agent.request({ method: 'OPTIONS', uri, headers: [], body: NO_BODY }, signal);
      if (sent.kind !== 'response') this.#agent.forgetCore();
      if (signal.aborted) return;
      this.#become(stateOf(sent));
      this.#timer = setTimeout(() => void this.#ping(), every);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  #become(state: Health): void {
    const isNews = state.text !== this.#state.text;
    this.#state = state;
    if (isNews) this.#onState(state);
  }
}

const UP: Health = { state: 'up', text: 'The SIP core answers.' };

function stateOf(outcome: Outcome): Health {
  if (outcome.kind !== 'response')
    return { state: 'down', text: `The SIP core cannot be reached: ${outcome.text}.` };
  const { status, reason } = outcome.response;
  return GONE.has(status) ? { state: 'down', text: `The SIP core answers ${status} ${reason}.` } : UP;
}
