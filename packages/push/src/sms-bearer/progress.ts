import type { Accepted } from './attempt.ts';

/** Pushes of which some segments were accepted and others were not, that are remembered. */
const MOST = 10_000;

/**
 * Which segments need not be submitted at the next attempt. It is in memory alone: after a restart all are submitted again,
 * with the same numbers, and the phone knows those that it has.
 */
export function createProgress() {
  const pushes = new Map<string, Accepted>();
  return {
    of: (id: string): Accepted => pushes.get(id) ?? new Map(),
    keep(id: string, accepted: Accepted): void {
      pushes.delete(id);
      if (accepted.size === 0) return;
      pushes.set(id, accepted);
      if (pushes.size <= MOST) return;
      const [oldest] = pushes.keys();
      if (oldest !== undefined) pushes.delete(oldest);
    },
    forget: (id: string) => pushes.delete(id),
  };
}
