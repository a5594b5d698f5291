// HTTPS by the options of the grove command: a server, a phone and many devices, with certificates of their own.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Authority, createAuthority } from '@grove/cli';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { grove, groveJson, startGrove } from './grove.testing.ts';

vi.setConfig({ testTimeout: 60_000 });

const IMEI = 'IMEI:700000000000001';
let folder: string;
let authority: Authority;
const file = (name: string, text?: string): string => {
  const path = join(folder, name);
  if (text !== undefined) writeFileSync(path, text);
  return path;
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'grove-cli-tls-'));
  authority = await createAuthority('Authority');
  file('ca.pem', authority.cert);
  file('ca-key.pem', authority.key);
  const { cert, key } = await authority.issueServer(['127.0.0.1']);
  file('cert.pem', cert);
  file('key.pem', key);
});
afterAll(() => rmSync(folder, { recursive: true }));

test('devices with certificates call a server by HTTPS, whose certificate is exchanged on SIGHUP', async () => {
  const running = startGrove([
    ...['serve', '--json', '--port', '0', '--data', file('data'), '--log-level', 'warn'],
    ...['--tls-cert', file('cert.pem'), '--tls-key', file('key.pem'), '--tls-port', '0'],
    ...['--tls-client-ca', file('ca.pem')],
  ]);
  const [, dm = ''] = await running.printed(/"dm": "(https:[^"]+)"/);
  const [, url = ''] = await running.printed(/"url": "(http:[^"]+)"/);
  const server = ['--server', url, '--data', file('data')];

  const account = await groveJson<object>(['devices', 'add', IMEI, '--auth', 'certificate', ...server]);
  expect(account).toMatchObject({ dmUrl: dm, account: { client: { auth: 'certificate' } } });
  file('phone.json', JSON.stringify(account));
  const { cert, key } = await authority.issueDevice(IMEI);
  const phone = ['device', '--once', '--account', file('phone.json'), '--store', file('phones')];
  const tls = ['--tls-ca', file('ca.pem')];
  const own = ['--tls-client-cert', file('own.pem', cert), '--tls-client-key', file('own-key.pem', key)];
  expect(await groveJson([...phone, ...tls, ...own])).toMatchObject({ outcome: { kind: 'completed' } });
  expect(await grove([...phone, ...tls])).toMatchObject({ code: 1 });
  expect((await grove([...phone, ...tls, ...own.slice(0, 2)])).stderr).toContain('go together');
  expect((await grove([...phone])).stdout).toContain('no connection to https');

  const issuer = ['--tls-issuer-cert', file('ca.pem'), '--tls-issuer-key', file('ca-key.pem')];
  const fleet = ['simulate', '--devices', '5', '--dm', dm, ...tls, '--register', ...server];
  for (const scheme of [
    ['--auth', 'certificate', ...issuer],
    ['--auth', 'hmac'],
  ]) {
    expect(await groveJson([...fleet, ...scheme])).toMatchObject({ sessions: { succeeded: 5, failed: 0 } });
  }

  const other = await (await createAuthority('Other')).issueServer(['127.0.0.1']);
  file('cert.pem', other.cert);
  file('key.pem', other.key);
  running.child.kill('SIGHUP');
  await running.logged(/other certificates for HTTPS are in use now/);
  expect((await grove([...phone, ...tls, ...own])).code).toBe(1);
  running.child.kill('SIGTERM');
  expect(await running.ended).toBe(0);
});
