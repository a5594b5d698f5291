/** Processes that are there to be killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A process that is started again whenever it was killed. */
export class Mortal {
  readonly #start: () => Promise<ChildProcess>;
  #child: ChildProcess | undefined;
  /** How often it was killed. */
  deaths = 0;

  constructor(start: () => Promise<ChildProcess>) {
    this.#start = start;
  }

  async start(): Promise<void> {
    this.#child = await this.#start();
  }

  /** @throws {Error} when it is dead already, which nobody has asked for. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return;
    if (child.exitCode !== null) throw new Error(`${child.spawnargs.join(' ')} ended with ${child.exitCode}`);
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    this.deaths += 1;
  }
}

/** Starts a program of this repository; what it says of errors is shown. */
export function startNode(args: readonly string[], stdout: 'ignore' | 'pipe'): ChildProcess {
  return spawn(process.execPath, args, { stdio: ['ignore', stdout, 'inherit'] });
}

/** Waits until a process has printed something. */
export async function printed(child: ChildProcess, pattern: RegExp): Promise<void> {
  let text = '';
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    if (pattern.test(text)) {
      child.stdout?.resume();
      return;
    }
  }
  throw new Error(`${child.spawnargs.join(' ')} ended: ${text}`);
}
