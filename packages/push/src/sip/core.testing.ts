// A SIP core that does what a test says: a socket, and Grove's own reading and writing of messages.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import {
  essentialsOf,
  type Header,
  headerOf,
  headersOf,
  NO_BODY,
  parseMessage,
  parseNameAddress,
  type SipMessage,
  type SipRequest,
  type SipResponse,
  writeMessage,
} from './message/index.ts';

export interface Answer {
  readonly status: number;
  readonly reason?: string;
  readonly headers?: readonly Header[];
}

/** Undefined: no answer. */
export type Script = (request: SipRequest, turn: number) => Answer | undefined;

const PATIENCE = 5000;

export class ScriptedCore {
  readonly port: number;
  readonly requests: SipRequest[] = [];
  /** How requests are answered, by method: `turn` counts those of the method. Others get 200. */
  readonly scripts: Record<string, Script> = {};
  readonly #socket;
  readonly #waiting = new Set<{ take: (message: SipMessage) => boolean }>();
  /** The port from which the last REGISTER came. */
  terminal = 0;
  #branch = 0;

  private constructor(socket: ReturnType<typeof createSocket>) {
    this.#socket = socket;
    this.port = socket.address().port;
    socket.on('message', (bytes, { port }) => this.#take(parseMessage(bytes), port));
  }

  static async open(): Promise<ScriptedCore> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new ScriptedCore(socket);
  }

  /** The next message that comes, from now on, and is wanted. */
  async next(isWanted: (message: SipMessage) => boolean): Promise<SipMessage> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('what was awaited did not come')), PATIENCE);
      const waiting = {
        take: (message: SipMessage): boolean => {
          if (!isWanted(message)) return false;
          clearTimeout(timer);
          resolve(message);
          return true;
        },
      };
      this.#waiting.add(waiting);
    });
  }

  async nextRequest(method: string): Promise<SipRequest> {
    const message = await this.next((one) => one.kind === 'request' && one.method === method);
    if (message.kind !== 'request') throw new Error('no request');
    return message;
  }

  /** Sends bytes to the terminal that has registered, and gives its next response. */
  async exchange(
    bytes: Uint8Array,
    from: { socket?: ReturnType<typeof createSocket> } = {},
  ): Promise<SipResponse> {
    const response = this.next((message) => message.kind === 'response');
    (from.socket ?? this.#socket).send(bytes, this.terminal, '127.0.0.1');
    const message = await response;
    if (message.kind !== 'response') throw new Error('no response');
    return message;
  }

  /** A request to the terminal, with what it has to have. */
  request(
    method: string,
    headers: readonly Header[] = [],
    body: Uint8Array = NO_BODY,
    port = this.port,
  ): Uint8Array {
    this.#branch++;
    return writeMessage({
      kind: 'request',
      method,
      uri: 'sip:phone@127.0.0.1',
      headers: [
        ['via', `SIP/2.0/UDP 127.0.0.1:${port};branch=z9hG4bK-core-${this.#branch};rport`],
        ['max-forwards', '70'],
        ['from', '<sip:gateway@grove.test>;tag=g'],
        ['to', '<sip:phone@grove.test>'],
        ['call-id', `call-${this.#branch}`],
        ['cseq', `1 ${method}`],
        ...headers,
      ],
      body,
    });
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()));
  }

  #take(message: SipMessage, port: number): void {
    if (message.kind === 'request') {
      const turn = this.requests.filter(({ method }) => method === message.method).length;
      this.requests.push(message);
      if (message.method === 'REGISTER') this.terminal = port;
      const script = this.scripts[message.method];
      const answer = script ? script(message, turn) : { status: 200, headers: grantOf(message) };
      if (answer) this.#socket.send(writeMessage(responseTo(message, answer)), port, '127.0.0.1');
    }
    for (const waiting of this.#waiting) if (waiting.take(message)) this.#waiting.delete(waiting);
  }
}

/** What a registrar says of the contacts that it has. */
export function grantOf(request: SipRequest, seconds?: number): Header[] {
  return headersOf(request, 'contact').flatMap((value): Header[] => {
    const { uri, parameters } = parseNameAddress(value, 'Contact');
    const asked = parameters.find(([name]) => name === 'expires')?.[1] ?? headerOf(request, 'expires');
    return asked === '0' ? [] : [['contact', `<${uri}>;expires=${seconds ?? asked}`]];
  });
}

function responseTo(request: SipRequest, { status, reason = '', headers = [] }: Answer): SipResponse {
  const to = essentialsOf(request).toTag === undefined ? ';tag=core' : '';
  return {
    kind: 'response',
    status,
    reason,
    headers: [
      ...request.headers.filter(([name]) => ['via', 'from', 'call-id', 'cseq'].includes(name)),
      ['to', `${headerOf(request, 'to')}${to}`],
      ...headers,
    ],
    body: NO_BODY,
  };
}
