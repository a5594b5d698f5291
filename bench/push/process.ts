/** A network of terminals in a process of its own. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface Network {
  /** UDP. */
  readonly port: number;
  close(): Promise<void>;
}

export async function startNetwork(): Promise<Network> {
  const child = fork(join(import.meta.dirname, 'terminals.ts'));
  const [{ port }] = await once(child, 'message');
  return {
    port,
    close: async () => {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}
