// An SMS centre that Kannel reaches over HTTP (its `smsc = http`, `system-type = kannel`), so that a test sees what comes
// out of Kannel.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ParsedPush, parsePush, Reassembly, readUserData } from '@grove/push';
import type { KannelGroup } from './kannel.testing.ts';
import { freePort } from './port.testing.ts';

/** A push that came in one short message or several. */
export interface SmsPush {
  readonly to: string;
  readonly from: string;
  readonly messages: number;
  readonly port: number | undefined;
  readonly push: ParsedPush;
}

export interface HttpSmsc {
  /** The group of Kannel's configuration that makes it an SMS centre. */
  readonly group: KannelGroup;
  /** The next push; those that nobody asked for yet are kept. */
  next(): Promise<SmsPush>;
  close(): Promise<void>;
}

export async function startHttpSmsc(id: string): Promise<HttpSmsc> {
  const arrived: SmsPush[] = [];
  const waiting: ((push: SmsPush) => void)[] = [];
  const reassembly = new Reassembly();
  const counts = new Map<string, number>();
  const take = (query: Map<string, Buffer>) => {
    const text = (name: string) => query.get(name)?.toString('utf8') ?? '';
    const [to, from] = [text('to'), text('from')];
    counts.set(to, (counts.get(to) ?? 0) + 1);
    const bytes = Buffer.concat([query.get('udh') ?? Buffer.of(0), query.get('text') ?? Buffer.of()]);
    const { taken } = reassembly.take({ to, from }, readUserData(bytes), Date.now());
    if (taken.kind !== 'whole') return;
    const push = {
      to,
      from,
      messages: counts.get(to) ?? 0,
      port: taken.ports?.destination,
      push: parsePush(taken.data),
    };
    counts.delete(to);
    const waiter = waiting.shift();
    if (waiter) waiter(push);
    else arrived.push(push);
  };
  const server = createServer((request, response) => {
    take(queryOf(request.url ?? ''));
    request.resume();
    response.writeHead(202).end('0: Accepted for delivery');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    group: {
      group: 'smsc',
      smsc: 'http',
      'smsc-id': id,
      'system-type': 'kannel',
      port: await freePort(),
      'smsc-username': 'kannel',
      'smsc-password': 'kannel',
      'send-url': `http://127.0.0.1:${port}/sms`,
    },
    next: () => {
      const push = arrived.shift();
      return push ? Promise.resolve(push) : new Promise((resolve) => waiting.push(resolve));
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The parameters of a URL as bytes: a short message's text is none. */
function queryOf(url: string): Map<string, Buffer> {
  const pairs = url.slice(url.indexOf('?') + 1).split('&');
  return new Map(
    pairs.map((pair) => {
      const [name = '', value = ''] = pair.split('=', 2);
      const latin1 = value
        .replaceAll('+', ' ')
        .replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
      return [name, Buffer.from(latin1, 'latin1')];
    }),
  );
}
