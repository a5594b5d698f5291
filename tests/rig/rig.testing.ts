/** A whole Grove in this process, for devices that are written by hand. */
import type { Credentials } from '@grove/push';
import { type GroveOptions, openGrove, type Store } from '@grove/server';
import { freshDatabase } from './database.testing.ts';

export const XML = 'application/vnd.syncml.dm+xml';
export const WBXML = 'application/vnd.syncml.dm+wbxml';

/** What the DM endpoint answered. */
export interface Answer {
  readonly httpStatus: number;
  readonly contentType: string | null;
  /** Header fields by their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
  readonly text: string;
}

/** A task as the API shows it, as far as tests look at it. */
export interface Task {
  readonly id: number;
  readonly state: string;
  readonly reason: string | null;
  readonly results: readonly Result[] | null;
}

export interface Result {
  readonly command: string;
  readonly uri: string;
  readonly status: number | null;
  readonly value?: string;
  readonly format?: string;
  readonly type?: string;
  readonly content?: number;
  readonly size?: number;
  /** What was said of several nodes. */
  readonly items?: readonly { readonly uri?: string; readonly acl?: string }[];
}

export interface Session {
  readonly id: number;
  readonly sessionId: string;
  readonly state: string;
  readonly outcome: string | null;
  readonly reason: string | null;
}

/** A message as the trace of a session shows it. */
export interface TracedMessage {
  readonly n: number;
  readonly direction: 'request' | 'response';
  readonly commands: readonly string[];
  readonly deviations: readonly {
    readonly rule: string;
    readonly path: string;
    readonly found: string;
  }[];
  /** What the server noted. */
  readonly notes: readonly string[];
  readonly error: string | null;
  readonly xml: string | null;
  /** The bytes, base64. */
  readonly raw: string;
}

export interface Refusal {
  readonly id: number;
  readonly devId: string | null;
  readonly httpStatus: number;
  readonly status: number | null;
  readonly reason: string;
  readonly excerpt: string;
}

export interface Alert {
  readonly code: number;
  readonly type: string | null;
  readonly format: string | null;
  /** How important it is. */
  readonly mark: string | null;
  readonly source: string | null;
  readonly data: string | null;
  /** Where the data is large. */
  readonly contentId: number | null;
}

export type Account = Record<'client' | 'server', object>;

export interface Rig {
  readonly url: string;
  /** By HTTPS, where it was asked for. */
  readonly tlsUrl: string | undefined;
  readonly store: Store;
  /** By what a push proxy gateway proves itself when it reports. */
  readonly resultCredentials: Credentials;
  reloadCertificates(): Promise<boolean>;
  /** Posts a message to the DM endpoint, or to where a RespURI says. */
  post(
    body: string | Uint8Array,
    options?: { to?: string; type?: string; headers?: Record<string, string> },
  ): Promise<Answer>;
  /** Calls the API with its token; an answer that is no success is an error. */
  api<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** Keeps bytes as a content. @returns its id */
  upload(bytes: Uint8Array): Promise<number>;
  download(content: number): Promise<Uint8Array>;
  register(devId: string, account?: Partial<Account>): Promise<void>;
  /** Gives a device work, and returns its id. */
  task(devId: string, steps: readonly object[]): Promise<number>;
  showTask(id: number): Promise<Task>;
  /** Sessions of a device, the oldest first. */
  sessions(devId: string): Promise<Session[]>;
  /** What was said in a session, or in all sessions of a device. */
  trace(of: number | string): Promise<TracedMessage[]>;
  /** The newest first. */
  refusals(): Promise<Refusal[]>;
  alerts(devId: string): Promise<Alert[]>;
  close(): Promise<void>;
}

const KEYS = Buffer.alloc(32, 7).toString('base64');
const path = encodeURIComponent;

export async function startRig(options: GroveOptions = {}): Promise<Rig> {
  const grove = await openGrove({ port: 0, keys: KEYS, ...options, db: options.db ?? freshDatabase() });
  const { firstToken } = grove;
  const token = firstToken !== undefined && 'token' in firstToken ? firstToken.token : '';
  const { url, tlsUrl } = await grove.listen();

  const rig: Rig = {
    url,
    tlsUrl,
    store: grove.store,
    resultCredentials: grove.resultCredentials,
    reloadCertificates: () => grove.reloadCertificates(),

    async post(body, { to = `${url}/dm`, type = XML, headers = {} } = {}) {
      const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : new Uint8Array(body);
      const response = await fetch(to, {
        method: 'POST',
        headers: { ...headers, 'content-type': type },
        body: bytes,
      });
      const answer = new Uint8Array(await response.arrayBuffer());
      return {
        httpStatus: response.status,
        contentType: response.headers.get('content-type'),
        headers: Object.fromEntries(response.headers),
        bytes: answer,
        text: new TextDecoder().decode(answer),
      };
    },

    async api<T>(method: string, at: string, body?: unknown) {
      const response = await fetch(`${url}/api/v1${at}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${at} was answered with ${response.status}: ${text}`);
      return (text === '' ? undefined : JSON.parse(text)) as T;
    },

    async upload(bytes) {
      const response = await fetch(`${url}/api/v1/contents`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
        body: new Uint8Array(bytes),
      });
      if (!response.ok) throw new Error(`the upload was answered with ${response.status}`);
      return ((await response.json()) as { id: number }).id;
    },

    async download(content) {
      const headers = { authorization: `Bearer ${token}` };
      const response = await fetch(`${url}/api/v1/contents/${content}/bytes`, { headers });
      if (!response.ok) throw new Error(`the download was answered with ${response.status}`);
      return new Uint8Array(await response.arrayBuffer());
    },

    async register(devId, { client = { auth: 'none' }, server } = {}) {
      await rig.api('POST', '/devices', { devId, account: { client, server } });
    },

    async task(devId, steps) {
      const { id } = await rig.api<Task>('POST', `/devices/${path(devId)}/tasks`, { steps });
      return id;
    },

    showTask: (id) => rig.api<Task>('GET', `/tasks/${id}`),

    async sessions(devId) {
      const { items } = await rig.api<{ items: Session[] }>(
        'GET',
        `/sessions?device=${path(devId)}&limit=100`,
      );
      return items.reverse();
    },

    async trace(of) {
      const ids = typeof of === 'number' ? [of] : (await rig.sessions(of)).map(({ id }) => id);
      const messages: TracedMessage[] = [];
      for (const id of ids) {
        const page = await rig.api<{ items: TracedMessage[] }>('GET', `/sessions/${id}/messages?limit=100`);
        messages.push(...page.items);
      }
      return messages;
    },

    async refusals() {
      return (await rig.api<{ items: Refusal[] }>('GET', '/refusals?limit=100')).items;
    },

    async alerts(devId) {
      return (await rig.api<{ items: Alert[] }>('GET', `/alerts?device=${path(devId)}&limit=100`)).items;
    },

    close: () => grove.close(),
  };
  return rig;
}
