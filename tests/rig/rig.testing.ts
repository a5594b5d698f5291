/** A whole Grove in this process, on a database in memory, for devices that are written by hand. */
import { decodeMessage, type Message } from '@grove/protocol';
import { type GroveOptions, openGrove } from '@grove/server';

export const XML = 'application/vnd.syncml.dm+xml';
export const WBXML = 'application/vnd.syncml.dm+wbxml';

export interface Answer {
  readonly httpStatus: number;
  readonly contentType: string | null;
  readonly bytes: Uint8Array;
  readonly text: string;
}

export interface Rig {
  readonly url: string;
  /** Posts a message to the DM endpoint, or to where a RespURI says. */
  post(body: string | Uint8Array, options?: { to?: string; type?: string }): Promise<Answer>;
  /** Calls the API with its token; a body that is not JSON is an error. */
  api<T>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T }>;
  close(): Promise<void>;
}

export async function startRig(options: GroveOptions = {}): Promise<Rig> {
  const grove = await openGrove({ db: 'sqlite::memory:', port: 0, keys: KEYS, ...options });
  const { firstToken } = grove;
  const token = firstToken !== undefined && 'token' in firstToken ? firstToken.token : '';
  const { url } = await grove.listen();
  return {
    url,
    async post(body, { to = `${url}/dm`, type = XML } = {}) {
      const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : new Uint8Array(body);
      const response = await fetch(to, { method: 'POST', headers: { 'content-type': type }, body: bytes });
      const answer = new Uint8Array(await response.arrayBuffer());
      return {
        httpStatus: response.status,
        contentType: response.headers.get('content-type'),
        bytes: answer,
        text: new TextDecoder().decode(answer),
      };
    },
    async api<T>(method: string, path: string, body?: unknown) {
      const response = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as T };
    },
    close: () => grove.close(),
  };
}

const KEYS = Buffer.alloc(32, 7).toString('base64');

/** The message that an answer carries; a test fails here when it is none. */
export function messageIn(answer: Answer): Message {
  if (answer.httpStatus !== 200) throw new Error(`HTTP ${answer.httpStatus}: ${answer.text}`);
  return decodeMessage(answer.bytes, answer.contentType === WBXML ? 'wbxml' : 'xml').message;
}

export interface HeaderOptions {
  device: string;
  msgID?: number;
  sessionID?: string;
  /** `<Cred>…</Cred>` and what else stands in the header. */
  more?: string;
}

/** A message as text, with a SyncHdr as devices write it. */
export function xmlMessage(
  { device, msgID = 1, sessionID = '1', more = '' }: HeaderOptions,
  body: string,
): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<SyncML xmlns="SYNCML:SYNCML1.2"><SyncHdr><VerDTD>1.2</VerDTD><VerProto>DM/1.2</VerProto>
<SessionID>${sessionID}</SessionID><MsgID>${msgID}</MsgID>
<Target><LocURI>http://dm.example.com/dm</LocURI></Target><Source><LocURI>${device}</LocURI></Source>${more}</SyncHdr>
<SyncBody>${body}</SyncBody></SyncML>`;
}

/** Alert 1201, DevInfo and Final. */
export function packageOne(device: string): string {
  const devInfo = { DevId: device, Man: 'Acme', Mod: 'One', DmV: '1.2', Lang: 'en' };
  const items = Object.entries(devInfo)
    .map(
      ([leaf, value]) =>
        `<Item><Source><LocURI>./DevInfo/${leaf}</LocURI></Source><Data>${value}</Data></Item>`,
    )
    .join('');
  return `<Alert><CmdID>1</CmdID><Data>1201</Data></Alert><Replace><CmdID>2</CmdID>${items}</Replace><Final/>`;
}
