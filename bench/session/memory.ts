/** Bytes of memory that this process has, once what it no longer needs is gone. Needs `--expose-gc`. */
export function residentMemory(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage.rss();
}
