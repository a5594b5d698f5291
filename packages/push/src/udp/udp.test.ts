import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import type { Bearer, Receiver } from '../bearer/index.ts';
import { bearerMeans, receiverMeans, shipmentTo } from '../bearer/means.testing.ts';
import { buildPush } from '../wsp/index.ts';
import { UDP_BEARER, UDP_RECEIVER } from './index.ts';

const { signal } = new AbortController();
const opened: (Bearer | Receiver)[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

const openBearer = async (settings: Parameters<typeof UDP_BEARER.open>[0] = {}): Promise<Bearer> => {
  const bearer = await UDP_BEARER.open(settings, bearerMeans());
  opened.push(bearer);
  return bearer;
};
const openReceiver = async (url: string, heard = receiverMeans()): Promise<Receiver & { port: number }> => {
  const receiver = await UDP_RECEIVER.open(url, heard.means);
  opened.push(receiver);
  return Object.assign(receiver, { port: Number(receiver.address.split(':').at(-1)) });
};

describe('UDP', () => {
  it.each([
    ['ipv4', '127.0.0.1', 'udp://127.0.0.1:0'],
    ['ipv6', '::1', 'udp://[::1]:0'],
  ] as const)('carries a push to a terminal at an address of %s', async (kind, host, url) => {
    const heard = receiverMeans();
    const receiver = await openReceiver(url, heard);
    const bearer = await openBearer({ networks: ['127.0.0.0/8', '::/64'] });
    const shipment = shipmentTo({ kind, host, port: receiver.port });
    expect(await bearer.send(shipment, signal)).toEqual({
      kind: 'accepted',
      references: [],
      text: `sent to ${receiver.address} in one datagram of 9 bytes`,
      awaitsReceipt: false,
    });
    expect(await heard.push()).toMatchObject({ ...shipment.content, bearer: 'udp', to: receiver.address });
    expect([bearer.health().state, receiver.health().state]).toEqual(['up', 'up']);
  });

  it('says what does not fit into a datagram, and what WSP cannot carry', async () => {
    const bearer = await openBearer({ largest: 100 });
    const to = { kind: 'ipv4', host: '127.0.0.1' } as const;
    expect(await bearer.send(shipmentTo(to, { body: new Uint8Array(100) }), signal)).toEqual({
      kind: 'failed',
      text: 'the push has 106 bytes; expected at most 100, as UDP carries it whole or not at all',
    });
    expect(await bearer.send(shipmentTo(to, { contentType: 'none' }), signal)).toEqual({
      kind: 'failed',
      text: 'the content type is "none"; expected type/subtype',
    });
  });

  it('sends the largest datagram that there is, and tries again later what the system does not send', async () => {
    const bearer = await openBearer({ largest: 65_507 });
    const shipment = shipmentTo({ kind: 'ipv4', host: '127.0.0.1' }, { body: new Uint8Array(65_501) });
    expect((await bearer.send(shipment, signal)).kind).toBe('accepted');
    const broadcast = shipmentTo({ kind: 'ipv4', host: '255.255.255.255' });
    expect(await bearer.send(broadcast, signal)).toEqual({
      kind: 'retry',
      text: expect.stringContaining('the datagram was not sent: '),
    });
  });

  it('reaches IP addresses in its networks, and no others', async () => {
    const bearer = await openBearer({ networks: ['10.1.0.0/16'] });
    expect(bearer.reaches({ kind: 'ipv4', host: '10.1.255.1' })).toBe(true);
    expect(bearer.reaches({ kind: 'ipv4', host: '10.2.0.1' })).toBe(false);
    expect(bearer.reaches({ kind: 'ipv6', host: '::1' })).toBe(false);
    expect(bearer.reaches({ kind: 'ipv4', host: 'localhost' })).toBe(false);
    expect(bearer.reaches({ kind: 'plmn', number: '+441632960001' })).toBe(false);
    expect(await bearer.send(shipmentTo({ kind: 'ipv4', host: '10.2.0.1' }), signal)).toMatchObject({
      kind: 'failed',
    });
    await expect(openBearer({ networks: ['10.1.0.0'] })).rejects.toThrow('expected ADDRESS/BITS');
    await expect(openBearer({ networks: ['10.1.0.0/33'] })).rejects.toThrow('expected ADDRESS/BITS');
  });

  it('sends from the address that it is told, to its family alone', async () => {
    const heard = receiverMeans();
    const receiver = await openReceiver('udp://127.0.0.1:0', heard);
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port } = socket.address();
    await expect(openBearer({ from: { host: '127.0.0.1', port } })).rejects.toThrow('EADDRINUSE');
    await new Promise<void>((resolve) => socket.close(resolve));
    const bearer = await openBearer({ from: { host: '127.0.0.1', port } });
    expect(bearer.reaches({ kind: 'ipv6', host: '::1' })).toBe(false);
    await bearer.send(shipmentTo({ kind: 'ipv4', host: '127.0.0.1', port: receiver.port }), signal);
    expect((await heard.push()).from).toBe(`127.0.0.1:${port}`);
  });

  it('goes on after datagrams that are no push, and after one that could not be stored', async () => {
    let fails = true;
    const heard = receiverMeans(async () => {
      if (fails) throw new Error('the disk is full');
    });
    const receiver = await openReceiver('udp://127.0.0.1:0', heard);
    const socket = createSocket('udp4');
    try {
      const { content } = shipmentTo({ kind: 'ipv4', host: '127.0.0.1' });
      socket.send(Uint8Array.of(1, 0x40), receiver.port, '127.0.0.1');
      expect(await heard.log()).toMatch(/^a datagram from 127\.0\.0\.1:\d+ is no push: a PDU Get of WSP/);
      socket.send(buildPush(content, 1), receiver.port, '127.0.0.1');
      expect(await heard.log()).toMatch(/is lost: the disk is full$/);
      fails = false;
      socket.send(buildPush(content, 1), receiver.port, '127.0.0.1');
      expect(await heard.push()).toMatchObject(content);
    } finally {
      socket.close();
    }
  });

  it.each([
    ['udp://', 'is not where a receiver listens'],
    ['sip://127.0.0.1', 'is not where a receiver listens'],
    ['udp://me@127.0.0.1', 'more than a host and a port'],
    ['udp://127.0.0.1/path', 'has the path /path'],
  ])('does not listen at %s', async (url, reason) => {
    await expect(openReceiver(url)).rejects.toThrow(reason);
  });

  it('does not listen at a port that is taken', async () => {
    const { address } = await openReceiver('udp://127.0.0.1:0');
    await expect(openReceiver(`udp://${address}`)).rejects.toThrow(`cannot listen at ${address}: `);
  });
});
