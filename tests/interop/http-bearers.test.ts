/** The gateway's bearers over HTTP, from an initiator to a terminal and to somebody else's server. */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { openGateway } from '@grove/gateway';
import {
  DM_APPLICATION,
  type PushContent,
  type PushInitiator,
  pushInitiator,
  RECEIVERS,
  type ReceivedPush,
} from '@grove/push';
import { expect, it, onTestFinished, vi } from 'vitest';

const content: PushContent = {
  contentType: 'application/vnd.syncml.notification',
  applicationId: DM_APPLICATION,
  headers: [],
  body: Uint8Array.from({ length: 60 }, (_, at) => at),
};

/** A gateway with one bearer, and an initiator for it. */
async function initiatorOf(bearer: { kind: string } & Record<string, unknown>): Promise<PushInitiator> {
  const folder = await mkdtemp(join(tmpdir(), 'grove-gateway-'));
  const client = { name: 'pi', password: 'secret' };
  const gateway = await openGateway({
    db: `sqlite:${join(folder, 'gateway.db')}`,
    config: { listen: { port: 0 }, clients: [client], bearers: [bearer] },
    times: { poll: 20 },
  });
  const { papUrl } = await gateway.listen();
  const initiator = pushInitiator({ url: papUrl, credentials: { user: 'pi', password: 'secret' } });
  onTestFinished(async () => {
    initiator.close();
    await gateway.close();
    await rm(folder, { recursive: true });
  });
  return initiator;
}

async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<string> {
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const delivered = (initiator: PushInitiator, pushId: string) =>
  vi.waitFor(async () => {
    const status = await initiator.statusQuery(pushId);
    expect(status).toMatchObject({ results: [{ state: 'delivered' }] });
  }, 5000);

it('OTA-HTTP brings a push to a terminal, which acknowledges what it has stored', async () => {
  const pushes: ReceivedPush[] = [];
  let tries = 0;
  const kind = RECEIVERS.find(({ schemes }) => schemes.includes('ota-http'));
  const terminal = await kind?.open('ota-http://127.0.0.1:0', {
    now: Date.now,
    random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
    onPush: async (push) => {
      if (++tries === 1) throw new Error('the disk is full');
      pushes.push(push);
    },
    onHealth: () => {},
    log: () => {},
  });
  if (terminal === undefined) throw new Error('no receiver for OTA-HTTP');
  onTestFinished(() => terminal.close());
  const [host = '', port] = terminal.address.split(':');
  const initiator = await initiatorOf({ kind: 'http', retry: { first: 0.05 } });
  const to = { kind: 'ipv4', host, port: Number(port) } as const;
  await initiator.submit({ pushId: 'one@pi', addresses: [to], content });
  await delivered(initiator, 'one@pi');
  expect(pushes).toMatchObject([{ ...content, bearer: 'http' }]);
});

it('a webhook gets a push that it has asked to get later, by the same id and with a signature', async () => {
  const key = Buffer.alloc(32, 7);
  const asked: { id: string; isSigned: boolean; data: unknown }[] = [];
  const url = await serve(async (request, response) => {
    const body = await text(request);
    const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signature } = request.headers;
    const mac = createHmac('sha256', key).update(`${id}.${time}.${body}`).digest('base64');
    asked.push({ id: String(id), isSigned: signature === `v1,${mac}`, data: JSON.parse(body).data });
    response.writeHead(asked.length === 1 ? 503 : 204).end();
  });
  const secret = `whsec_${key.toString('base64')}`;
  const initiator = await initiatorOf({ kind: 'webhook', url, secret, retry: { first: 0.05 } });
  const to = { kind: 'plmn', number: '+441632960001' } as const;
  await initiator.submit({ pushId: 'two@pi', addresses: [to], content });
  await delivered(initiator, 'two@pi');
  const [first, second] = asked;
  expect(second).toMatchObject({
    isSigned: true,
    data: {
      address: 'WAPPUSH=+441632960001/TYPE=PLMN',
      contentType: content.contentType,
      applicationId: DM_APPLICATION,
      body: Buffer.from(content.body).toString('base64'),
    },
  });
  expect(first).toEqual(second);
});
