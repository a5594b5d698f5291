/** A load generator: whole DM sessions over keep-alive connections, with as little work of its own as can be. */
import { connect, type Socket } from 'node:net';

/** One session: what is posted to the endpoint, then what is posted to wherever the answer says. */
export interface Script {
  readonly bodies: readonly Buffer[];
}

/** What came of playing scripts. */
export interface Played {
  /** Requests per second, over all of them. */
  readonly rate: number;
  /** The nonce that each phone was given for its next session, base64; undefined for none. */
  readonly nonces: readonly (string | undefined)[];
}

/** Plays each script once, on so many connections. */
export async function play(port: number, scripts: readonly Script[], connections: number): Promise<Played> {
  let next = 0;
  let requests = 0;
  const nonces: (string | undefined)[] = [];
  const began = performance.now();
  const lane = async (): Promise<void> => {
    const channel = await open(port);
    for (let at = next++; at < scripts.length; at = next++) {
      let path = '/dm';
      for (const body of scripts[at]?.bodies ?? []) {
        const answer = await channel.post(path, body);
        requests += 1;
        path = nextPath(answer);
        nonces[at] ??= textFrom(answer, '<NextNonce xmlns="syncml:metinf">')?.replace(/^.*>/, '');
      }
    }
    channel.close();
  };
  await Promise.all(Array.from({ length: connections }, lane));
  return { rate: requests / ((performance.now() - began) / 1000), nonces };
}

/** Sessions that have begun and whose connections are open. */
export interface Held {
  /** Plays the rest of each script and closes the connections. */
  finish(): Promise<void>;
}

/** Posts the first message of each script on a connection of its own, so many at a time, and keeps them open. */
export async function hold(port: number, scripts: readonly Script[], atOnce: number): Promise<Held> {
  const sessions: { channel: Channel; path: string; rest: readonly Buffer[] }[] = [];
  await each(scripts, atOnce, async ({ bodies: [first, ...rest] }) => {
    const channel = await open(port);
    const answer = first === undefined ? undefined : await channel.post('/dm', first);
    sessions.push({ channel, path: nextPath(answer), rest });
  });
  return {
    finish: () =>
      each(sessions, atOnce, async ({ channel, path, rest }) => {
        let next = path;
        for (const body of rest) next = nextPath(await channel.post(next, body));
        channel.close();
      }),
  };
}

async function each<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T, at: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) await work(items[at] as T, at);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

function nextPath(answer: Buffer | undefined): string {
  return `/dm${(answer && textFrom(answer, '?s=')) ?? ''}`;
}

/** The text from a mark to the next tag. */
function textFrom(answer: Buffer, mark: string): string | undefined {
  const start = answer.indexOf(mark);
  return start === -1 ? undefined : answer.toString('latin1', start, answer.indexOf('<', start + 1));
}

interface Channel {
  post(path: string, body: Buffer): Promise<Buffer>;
  close(): void;
}

async function open(port: number): Promise<Channel> {
  const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let received: Buffer = Buffer.alloc(0);
  let waiting: { resolve(body: Buffer): void; reject(error: Error): void } | undefined;
  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const head = received.indexOf('\r\n\r\n');
    if (head === -1) return;
    const header = received.toString('latin1', 0, head);
    const length = Number(/content-length: (\d+)/i.exec(header)?.[1] ?? Number.NaN);
    if (received.length < head + 4 + length) return;
    const body = received.subarray(head + 4);
    received = Buffer.alloc(0);
    const { resolve, reject } = waiting ?? {};
    waiting = undefined;
    if (header.startsWith('HTTP/1.1 200')) resolve?.(body);
    else reject?.(new Error(`${header}\n\n${body.toString()}`));
  });
  socket.on('error', (error) => waiting?.reject(error));
  await new Promise((resolve) => socket.once('connect', resolve));
  return {
    post(path, body) {
      socket.cork();
      socket.write(
        `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/vnd.syncml.dm+xml\r\nContent-Length: ${body.length}\r\n\r\n`,
      );
      socket.write(body);
      socket.uncork();
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject };
      });
    },
    close: () => socket.end(),
  };
}
