/** Talking to the phone's process. */
import type { Reaction } from '../../interaction/index.ts';
import type { SettingChange } from '../../settings/index.ts';
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
  /** Does what the user does in the settings. */
  change(change: SettingChange): Promise<string | undefined>;
  /** Tells of the phone now and after each change; of undefined when its process cannot be reached. */
  watch(listener: (view: PhoneView | undefined) => void): void;
}

/** The phones that the page has. */
export async function phonesHere(): Promise<readonly PhoneEntry[]> {
  return (await getJson('phones')) ?? [];
}

/** Tells of all phones now and after each change; of undefined when their process cannot be reached. */
export function watchPhones(listener: (phones: readonly PhoneEntry[] | undefined) => void): void {
  watch('overview', listener);
}

function watch<T>(path: string, listener: (value: T | undefined) => void): void {
  const events = new EventSource(path);
  events.addEventListener('message', ({ data }) => listener(JSON.parse(String(data)) as T));
  events.addEventListener('error', () => listener(undefined));
}

/** A phone by its id. */
export function openPhone(id: string): Api {
  const base = `phones/${encodeURIComponent(id)}`;
  return {
    node: (uri) => getJson(`${base}/node?uri=${encodeURIComponent(uri)}`),
    session: (key) => getJson(`${base}/sessions/${key}`),
    connect: () => post(`${base}/connect`, {}),
    reset: () => post(`${base}/reset`, {}),
    takeUp: () => post(`${base}/takeup`, {}),
    answer: (key, reaction) => post(`${base}/answers/${key}`, reaction),
    change: (change) => post(`${base}/settings`, change),
    watch: (listener) => watch(`${base}/events`, listener),
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
