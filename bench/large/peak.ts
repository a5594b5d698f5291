/** How much memory this process needs at most from one moment on. */

const INTERVAL = 10;

export interface Peak {
  /** Bytes that were resident at the most, over what was resident at the beginning. */
  end(): number;
}

/** Begins to sample. */
export function samplePeak(): Peak {
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  let most = before;
  const look = (): void => {
    most = Math.max(most, process.memoryUsage.rss());
  };
  const timer = setInterval(look, INTERVAL);
  return {
    end() {
      clearInterval(timer);
      look();
      return most - before;
    },
  };
}
