// The grove command as its users run it: a process of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export const MAIN = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));

/** What a command printed, and how it ended. */
export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

interface RunOptions {
  input?: string | Uint8Array;
  env?: Record<string, string>;
}

function start(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
  const {
    NO_COLOR: _,
    FORCE_COLOR: __,
    GROVE_TOKEN: ___,
    GROVE_DATA: ____,
    GROVE_SERVER: _____,
    ...inherited
  } = process.env;
  const child = spawn(process.execPath, [MAIN, ...args], { env: { ...inherited, ...env }, stdio: 'pipe' });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

function gather(stream: NodeJS.ReadableStream | null): () => string {
  const chunks: Buffer[] = [];
  stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString();
}

/** Runs a command to its end. */
export async function grove(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const child = start(args, options.env);
  const [stdout, stderr] = [gather(child.stdout), gather(child.stderr)];
  child.stdin?.end(options.input ?? '');
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout: stdout(), stderr: stderr() };
}

/** Runs a command that prints JSON, and must succeed. */
export async function groveJson<T>(args: readonly string[], options: RunOptions = {}): Promise<T> {
  const { code, stdout, stderr } = await grove([...args, '--json'], options);
  if (code !== 0) throw new Error(`grove ${args.join(' ')} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as T;
}

/** A command that runs. */
export interface Running {
  readonly child: ChildProcess;
  /** Its exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  /** Waits until it has printed something. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** The same on standard error. */
  logged(pattern: RegExp): Promise<RegExpExecArray>;
}

/** Starts a command that goes on. */
export function startGrove(args: readonly string[]): Running {
  const child = start(args);
  const [stdout, stderr] = [gather(child.stdout), gather(child.stderr)];
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const found = async (
    pattern: RegExp,
    stream: NodeJS.ReadableStream | null,
    text: () => string,
  ): Promise<RegExpExecArray> => {
    for (;;) {
      const match = pattern.exec(text());
      if (match !== null) return match;
      const code = await Promise.race([
        ended,
        once(stream as NodeJS.ReadableStream, 'data').then(() => GOES_ON),
      ]);
      if (code !== GOES_ON && pattern.exec(text()) === null) {
        throw new Error(`grove ${args.join(' ')} ended with ${String(code)}: ${stdout()}${stderr()}`);
      }
    }
  };
  return {
    child,
    ended,
    printed: (pattern) => found(pattern, child.stdout, stdout),
    logged: (pattern) => found(pattern, child.stderr, stderr),
  };
}

const GOES_ON = Symbol('goes on');

/** A server that runs. */
export interface Server {
  /** Options that a command reaches it with. */
  readonly at: readonly string[];
  readonly url: string;
  readonly dm: string;
  /** Ends it, and waits for its end. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts `grove serve` on a data folder and waits until it listens. */
export async function serve(data: string, ...args: string[]): Promise<Server> {
  const port = args.includes('--port') ? [] : ['--port', '0'];
  const running = startGrove(['serve', '--data', data, '--json', ...port, ...args]);
  const [text] = await running.printed(/^\{.*^\}/ms);
  const { url, dm } = JSON.parse(text) as { url: string; dm: string };
  return {
    at: ['--server', url, '--data', data],
    url,
    dm,
    end(signal) {
      running.child.kill(signal);
      return running.ended;
    },
  };
}
