/** How many requests may be on their way at once, and how that changes when the SMS centre asks for less. */

/** In milliseconds. */
export interface Patience {
  /** The first pause after a request was throttled; each further one is twice as long. */
  readonly first: number;
  readonly most: number;
}

export interface Gate {
  /** Resolves when the caller may send; rejects by the signal. */
  enter(signal?: AbortSignal): Promise<void>;
  /** To be called once for each {@link enter} that resolved. */
  leave(throttled: boolean): void;
  /** Milliseconds of pause that are left. */
  pause(): number;
  /** Lets all pass that wait, because there is nothing to wait for any more. */
  open(): void;
}

/**
 * A window that halves when the other side throttles, and grows by one for each window of requests that it takes: as TCP
 * does it, so that several senders share what an SMS centre allows.
 */
export function createGate(window: number, patience: Patience): Gate {
  let allowed = window;
  let inside = 0;
  let nextPause = patience.first;
  let pausedUntil = 0;
  let timer: NodeJS.Timeout | undefined;
  /** In their order; who has gone away by the signal is taken out. */
  const waiting = new Set<() => void>();

  const pause = () => Math.max(0, pausedUntil - performance.now());

  function letIn(): void {
    for (const each of waiting) {
      if (inside >= Math.floor(allowed) || timer !== undefined) return;
      waiting.delete(each);
      inside += 1;
      each();
    }
  }

  return {
    pause,
    enter(signal) {
      if (signal?.aborted) return Promise.reject(signal.reason);
      if (timer === undefined && waiting.size === 0 && inside < Math.floor(allowed)) {
        inside += 1;
        return Promise.resolve();
      }
      return new Promise((resolve, reject) => {
        const abort = () => {
          waiting.delete(enter);
          reject(signal?.reason);
        };
        const enter = () => {
          signal?.removeEventListener('abort', abort);
          resolve();
        };
        signal?.addEventListener('abort', abort, { once: true });
        waiting.add(enter);
      });
    },
    leave(throttled) {
      inside -= 1;
      if (!throttled) {
        allowed = Math.min(window, allowed + 1 / allowed);
        if (allowed === window) nextPause = patience.first;
      } else if (timer === undefined) {
        // Of a whole window that is throttled the first counts.
        allowed = Math.max(1, allowed / 2);
        pausedUntil = performance.now() + nextPause;
        timer = setTimeout(() => {
          timer = undefined;
          letIn();
        }, nextPause);
        nextPause = Math.min(patience.most, nextPause * 2);
      }
      letIn();
    },
    open() {
      clearTimeout(timer);
      timer = undefined;
      pausedUntil = 0;
      for (const each of waiting) {
        waiting.delete(each);
        inside += 1;
        each();
      }
    },
  };
}
