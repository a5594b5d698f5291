// Other people's programs, started for a test and ended with it.
import { spawn } from 'node:child_process';

/** A program that runs. */
export interface Program {
  /** What it has written so far, standard output and standard error as they came. */
  readonly output: string;
  /** Its exit code once it has ended; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  /** Resolves once it has written this; rejects, with what it wrote instead, when it ends before. */
  wrote(pattern: RegExp): Promise<RegExpExecArray>;
  /** Ends it at once, and the processes that it started. */
  stop(): Promise<void>;
}

/** Starts a program; one that cannot be started ends at once, with the reason as its output. */
export function startProgram(command: string, args: readonly string[], cwd?: string): Program {
  // Debian keeps servers in sbin, which is not on every PATH.
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };
  // A group of its own, by which what it starts ends with it.
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const watchers = new Set<() => void>();
  const take = (text: string) => {
    output += text;
    for (const watch of watchers) watch();
  };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', take);
  const ended = new Promise<number | null>((resolve) => {
    child.on('error', (error) => {
      take(`${error.message}\n`);
      resolve(null);
    });
    child.on('close', resolve);
  });
  return {
    get output() {
      return output;
    },
    ended,
    wrote(pattern) {
      return new Promise((resolve, reject) => {
        const watch = () => {
          const found = pattern.exec(output);
          if (!found) return;
          watchers.delete(watch);
          resolve(found);
        };
        watchers.add(watch);
        watch();
        const without = () =>
          reject(new Error(`${command} ended without having written ${pattern}:\n${output}`));
        ended.then(without, without);
      });
    },
    async stop() {
      if (child.pid !== undefined) endGroup(child.pid);
      await ended;
    },
  };
}

/** One that has ended already is no error. */
function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
