/**
 * Who waits for a task learns here, within one process, that it has ended.
 *
 * Other processes on the same database are not heard; a waiter looks for itself from time to time.
 */
export class TaskHub {
  readonly #waiting = new Map<number, Set<() => void>>();

  /** Tells whoever waits for a task that it has ended. To be called after the commit. */
  ended(taskId: number): void {
    for (const wake of this.#waiting.get(taskId) ?? []) wake();
  }

  /**
   * Waits until a task has ended, at most so long.
   *
   * @param milliseconds after which it returns anyhow
   * @param signal ends the waiting at once
   */
  wait(taskId: number, milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const waiters = this.#waiting.get(taskId) ?? new Set();
      this.#waiting.set(taskId, waiters);
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        waiters.delete(done);
        if (waiters.size === 0 && this.#waiting.get(taskId) === waiters) this.#waiting.delete(taskId);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      waiters.add(done);
      signal?.addEventListener('abort', done);
      if (signal?.aborted) done();
    });
  }
}
