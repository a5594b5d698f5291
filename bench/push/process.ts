/** Networks and servers in processes of their own. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A network that takes every push at once. */
export interface Network {
  readonly port: number;
  /** Resolves when it has taken so many more. */
  taken(pushes: number): Promise<void>;
  close(): Promise<void>;
}

/** Starts a network of this folder: `smsc.ts` or `terminals.ts`. */
export async function startNetwork(file: string): Promise<Network> {
  const child = fork(join(import.meta.dirname, file));
  const [{ port }] = await once(child, 'message');
  return {
    port,
    async taken(pushes) {
      const told = once(child, 'message');
      child.send({ expect: pushes });
      await told;
    },
    close: () => stopped(child),
  };
}

/** Grove, with devices that are reached by a bearer. */
export interface Server {
  /** Asks all devices to call, by a campaign; resolves when the server has taken it. */
  begin(): Promise<void>;
  /** Bytes of memory of its process, after a collection of garbage. */
  memory(): Promise<number>;
  close(): Promise<void>;
}

/** Starts Grove with its own gateway. */
export async function startServer(bearer: { readonly kind: string }, devices: number): Promise<Server> {
  const child = fork(join(import.meta.dirname, 'server.ts'), [JSON.stringify(bearer), String(devices)], {
    execArgv: ['--expose-gc'],
  });
  await once(child, 'message');
  const ask = async <T>(wish: string): Promise<T> => {
    const told = once(child, 'message');
    child.send(wish);
    const [answer] = await told;
    return answer;
  };
  return {
    begin: () => ask('begin'),
    memory: async () => (await ask<{ memory: number }>('memory')).memory,
    close: () => stopped(child),
  };
}

async function stopped(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.disconnect();
  await ended;
}
