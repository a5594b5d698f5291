/** The server's API, through the server's deaths. */
import { setTimeout as sleep } from 'node:timers/promises';

const TRIES = 200;
const PAUSE = 50;

export interface Api {
  get<T>(path: string): Promise<T>;
  /** May have its effect more than once. */
  post<T>(path: string, body: unknown): Promise<T>;
}

/** @param token read anew each time, as the server writes it when it is first started */
export function apiOf(url: string, token: () => string): Api {
  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    for (let tries = 1; ; tries += 1) {
      try {
        const response = await fetch(`${url}/api/v1${path}`, {
          method,
          headers: { authorization: `Bearer ${token()}`, 'content-type': 'application/json' },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const text = await response.text();
        if (response.ok) return JSON.parse(text) as T;
        if (response.status < 500) throw new Refusal(`${method} ${path}: ${response.status} ${text}`);
      } catch (error) {
        if (error instanceof Refusal || tries === TRIES) throw error;
      }
      await sleep(PAUSE);
    }
  };
  return { get: (path) => call('GET', path), post: (path, body) => call('POST', path, body) };
}

class Refusal extends Error {}
