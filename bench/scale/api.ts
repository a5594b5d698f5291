/** The REST API as a program uses it, with how long it took. */
import type { ChildProcess } from 'node:child_process';
import { message, started } from '../session/process.ts';

/** What the server's process says of itself. */
export interface Vitals {
  /** Bytes of memory that it has, once what it no longer needs is gone. */
  readonly memory: number;
  /** Most bytes that it has had since it was asked last, with what it no longer needed. */
  readonly peak: number;
  /** The longest time since then for which its thread did nothing else, in milliseconds. */
  readonly held: number;
}

/** A server in a process of its own, on a database on disk. */
export interface Served {
  readonly child: ChildProcess;
  readonly port: number;
  /** Data folder. */
  readonly data: string;
  vitals(): Promise<Vitals>;
  /** @throws {Error} when the server refuses */
  call<T>(method: string, path: string, body?: string, type?: string): Promise<T>;
}

export async function serve(): Promise<Served> {
  const { child, port, url, token, data } = await started<{ url: string; token: string; data: string }>(
    '../scale/server.ts',
  );
  return {
    child,
    port,
    data,
    vitals() {
      const answer = message<Vitals>(child);
      child.send('vitals');
      return answer;
    },
    async call<T>(method: string, path: string, body?: string, type = 'application/json') {
      const response = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': type }),
        },
        ...(body === undefined ? {} : { body }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      return JSON.parse(text) as T;
    },
  };
}

/** What a work gives, and the seconds that it took. */
export async function timed<T>(work: () => Promise<T>): Promise<{ value: T; seconds: number }> {
  const began = performance.now();
  const value = await work();
  return { value, seconds: (performance.now() - began) / 1000 };
}
