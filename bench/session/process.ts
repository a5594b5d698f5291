/** Servers in processes of their own, which tell by messages where they listen and what they are asked. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

export interface Started {
  readonly child: ChildProcess;
  readonly port: number;
}

/**
 * Starts one of the servers in this folder, or of a path from here, and waits until it listens.
 *
 * @returns what it told besides, too
 */
export async function started<T extends object>(file: string, ...args: string[]): Promise<Started & T> {
  const child = fork(join(import.meta.dirname, file), args, { execArgv: ['--expose-gc'] });
  return { ...(await message<{ port: number } & T>(child)), child };
}

/** The next message of a process. */
export function message<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('message', (value) => resolve(value as T));
    child.once('exit', (code) => reject(new Error(`the process ended with ${code}`)));
  });
}

/** Asks a process something and waits for its answer. */
export function ask<T>(child: ChildProcess, wish: string): Promise<T> {
  const answer = message<T>(child);
  child.send(wish);
  return answer;
}

/** Lets a server close and remove what it has on disk. */
export async function stopped(child: ChildProcess): Promise<void> {
  child.disconnect();
  await new Promise((resolve) => child.once('exit', resolve));
}
