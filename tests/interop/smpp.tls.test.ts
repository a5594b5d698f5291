/** SMPP over TLS: the gateway's session and the phone's, and certificates of somebody else. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Authority, createAuthority } from '@grove/cli';
import { BEARERS, RECEIVERS, type ReceivedPush, type Smsc, startSmsc } from '@grove/push';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';

const NUMBER = '+441632960001';
const folder = mkdtempSync(join(tmpdir(), 'grove-smpps-'));
const [ca, other] = [join(folder, 'ca.pem'), join(folder, 'other.pem')];
const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));
let centre: Smsc;

beforeAll(async () => {
  const [authority, stranger]: Authority[] = await Promise.all([
    createAuthority('Good'),
    createAuthority('Other'),
  ]);
  if (authority === undefined || stranger === undefined) throw new Error('no authorities');
  writeFileSync(ca, authority.cert);
  writeFileSync(other, stranger.cert);
  const tls = await authority.issueServer(['127.0.0.1']);
  centre = await startSmsc({ port: 0, now: Date.now, tls });
});
afterAll(async () => {
  await centre.close();
  rmSync(folder, { recursive: true });
});

/** The bearer, once it has said something: that it is bound, or why not. */
async function gateway(authority: string) {
  const said = Promise.withResolvers<string>();
  const bearer = await BEARERS.find(({ kind }) => kind === 'sms')?.open(
    { host: '127.0.0.1', port: centre.port, systemId: 'gateway', password: 'secret', tls: { ca: authority } },
    { name: 'sms', now: Date.now, random, onReceipt: async () => {}, log: said.resolve },
  );
  onTestFinished(async () => bearer?.close());
  return { bearer, said: await said.promise };
}

it('carries a push from the gateway to the phone', async () => {
  const arrived = Promise.withResolvers<ReceivedPush>();
  const phone = await RECEIVERS.find(({ bearer }) => bearer === 'sms')?.open(
    `smpps://phone:pw@127.0.0.1:${centre.port}?number=${NUMBER}&ca=${encodeURIComponent(ca)}`,
    {
      now: Date.now,
      random,
      onPush: async (push) => arrived.resolve(push),
      onHealth: () => {},
      log: () => {},
    },
  );
  onTestFinished(async () => phone?.close());
  const { bearer } = await gateway(ca);
  const content = { contentType: 'text/plain', headers: [], body: Uint8Array.of(1, 2, 3) };
  const shipment = { id: 'a', content, deliverBefore: Date.now() + 60_000, confirmed: false };
  const to = { kind: 'plmn', number: NUMBER } as const;
  expect(await bearer?.send({ ...shipment, to }, new AbortController().signal)).toMatchObject({
    kind: 'accepted',
  });
  expect(await arrived.promise).toMatchObject(content);
});

it('does not trust a certificate of somebody else', async () => {
  const { bearer, said } = await gateway(other);
  expect(said).toMatch(/cannot connect to 127\.0\.0\.1:\d+: .*certificate/);
  expect(bearer?.health().state).toBe('down');
});

it('says which file is missing', async () => {
  const url = 'smpps://phone:pw@127.0.0.1?number=1&ca=/nowhere.pem';
  const means = { now: Date.now, random, onPush: async () => {}, onHealth: () => {}, log: () => {} };
  const opening = RECEIVERS.find(({ bearer }) => bearer === 'sms')?.open(url, means);
  await expect(opening).rejects.toThrow(/a file for TLS cannot be read: .*\/nowhere\.pem/);
});
