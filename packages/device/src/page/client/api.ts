/** Talking to the phone's process. */
import type { Reaction } from '../../interaction/index.ts';
import type { NodeView, PhoneEntry, PhoneView, Problem, SessionView } from '../view.ts';

/** A phone at the other end. */
export interface Api {
  node(uri: string): Promise<NodeView | undefined>;
  session(key: number): Promise<SessionView | undefined>;
  /** These tell why something was not done; undefined = it was. */
  connect(): Promise<string | undefined>;
  reset(): Promise<string | undefined>;
  /** Has the user decide on what was postponed. */
  takeUp(): Promise<string | undefined>;
  answer(key: number, reaction: Reaction): Promise<string | undefined>;
  /** Tells of the phone now and after each change; of undefined when its process cannot be reached. */
  watch(listener: (view: PhoneView | undefined) => void): void;
}

/** The first phone that the page has. */
export async function firstPhone(): Promise<Api> {
  const [entry] = (await getJson<readonly PhoneEntry[]>('phones')) ?? [];
  if (entry === undefined) throw new Error('there is no phone here');
  const base = `phones/${encodeURIComponent(entry.id)}`;
  return {
    node: (uri) => getJson(`${base}/node?uri=${encodeURIComponent(uri)}`),
    session: (key) => getJson(`${base}/sessions/${key}`),
    connect: () => post(`${base}/connect`, {}),
    reset: () => post(`${base}/reset`, {}),
    takeUp: () => post(`${base}/takeup`, {}),
    answer: (key, reaction) => post(`${base}/answers/${key}`, reaction),
    watch(listener) {
      const events = new EventSource(`${base}/events`);
      events.addEventListener('message', ({ data }) => listener(JSON.parse(String(data)) as PhoneView));
      events.addEventListener('error', () => listener(undefined));
    },
  };
}

async function getJson<T>(path: string): Promise<T | undefined> {
  const response = await fetch(path);
  return response.ok ? ((await response.json()) as T) : undefined;
}

async function post(path: string, body: unknown): Promise<string | undefined> {
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (response.ok) return undefined;
    return ((await response.json()) as Problem).problem;
  } catch {
    return 'The phone cannot be reached.';
  }
}
