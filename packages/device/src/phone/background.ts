import type { Device, ObjectHandler } from '../objects/index.ts';

/** What handlers do besides sessions. */
export class Background {
  readonly #device: Device;
  readonly #handlers: readonly ObjectHandler[];
  readonly #ended: () => Promise<void>;
  readonly #onFault: (error: unknown) => void;
  readonly #running = new Map<ObjectHandler, Promise<void>>();

  /**
   * @param ended called whenever some work has ended, to store what came of it.
   * @param onFault told of work that has failed; it is tried again the next time.
   */
  constructor(
    device: Device,
    handlers: readonly ObjectHandler[],
    ended: () => Promise<void>,
    onFault: (error: unknown) => void,
  ) {
    this.#device = device;
    this.#handlers = handlers.filter(({ background }) => background !== undefined);
    this.#ended = ended;
    this.#onFault = onFault;
  }

  /** Lets those handlers work that have something to do. */
  start(): void {
    for (const handler of this.#handlers) {
      if (this.#running.has(handler)) continue;
      const work = handler.background?.(this.#device);
      if (work === undefined) continue;
      const ended = work
        .then(() => this.#ended())
        .catch(this.#onFault)
        .finally(() => this.#running.delete(handler));
      this.#running.set(handler, ended);
    }
  }

  /** Resolves when nobody is at work. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }
}
