/** HTTPS: certificates of devices, versions, and certificates that are exchanged while the server runs. */
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { type Authority, createAuthority, type Pem } from '@grove/cli';
import { createHttpTransport, createPhone, type SessionReport, type TlsClientOptions } from '@grove/device';
import type { DmAcc } from '@grove/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { packageOne, xmlMessage } from '../rig/device.testing.ts';
import { type Rig, startRig, XML } from '../rig/rig.testing.ts';

const folder = mkdtempSync(join(tmpdir(), 'grove-tls-'));
const file = (name: string, text?: string): string => {
  const path = join(folder, name);
  if (text !== undefined) writeFileSync(path, text);
  return path;
};

let authority: Authority;
let stranger: Authority;
let rig: Rig;

async function serverFiles(issuer: Authority): Promise<void> {
  const { cert, key } = await issuer.issueServer(['127.0.0.1', 'localhost']);
  file('cert.pem', cert);
  file('key.pem', key);
}

beforeAll(async () => {
  [authority, stranger] = await Promise.all([createAuthority('Good'), createAuthority('Other')]);
});
beforeEach(async () => {
  await serverFiles(authority);
  file('ca.pem', authority.cert);
  rig = await startRig({
    tls: { cert: file('cert.pem'), key: file('key.pem'), clientCa: file('ca.pem'), port: 0 },
  });
  return () => rig.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

const BY_TLS: DmAcc['auth'] = [
  { level: 'CLCRED', type: 'TRANSPORT' },
  { level: 'SRVCRED', type: 'TRANSPORT' },
];
const IMEI = 'IMEI:700000000000001';
const GET = { kind: 'get', uri: './DevDetail/SwV' };

/** One session of a phone with this certificate. */
async function call(own: TlsClientOptions = {}, more: Partial<DmAcc> = {}): Promise<SessionReport> {
  const transport = createHttpTransport({
    backoff: { attempts: 1, first: 0, longest: 0 },
    tls: { ca: authority.cert, ...own },
  });
  try {
    const phone = await createPhone({
      devId: IMEI,
      account: { serverId: 'grove', addresses: [{ addr: `${rig.tlsUrl}/dm` }], auth: BY_TLS, ...more },
      transport,
    });
    return await phone.session();
  } finally {
    await transport.close();
  }
}

describe('a device that proves itself by a certificate', () => {
  it('of its DevId needs nothing else', async () => {
    await rig.register(IMEI, { client: { auth: 'certificate' } });
    const task = await rig.task(IMEI, [GET]);
    expect((await call(await authority.issueDevice(IMEI))).outcome.kind).toBe('completed');
    expect((await rig.showTask(task)).state).toBe('succeeded');
    const trace = JSON.stringify(await rig.trace(IMEI));
    expect(trace).toContain('https://127.0.0.1');
    expect(trace).not.toContain('<Cred>');
  });

  it.each<[string, () => Promise<Partial<Pem>>]>([
    ['none', async () => ({})],
    ['that of another device', () => authority.issueDevice('IMEI:700000000000002')],
    ['one of another authority', () => stranger.issueDevice(IMEI)],
    ['one of a server', () => authority.issueServer([IMEI])],
    ['that of the authority', async () => authority],
  ])('gets nothing with %s', async (_, certificate) => {
    await rig.register(IMEI, { client: { auth: 'certificate' } });
    const task = await rig.task(IMEI, [GET]);
    expect((await call(await certificate())).outcome.kind).toBe('refused');
    expect((await rig.showTask(task)).state).toBe('pending');
  });

  it('needs that very one where the account names it', async () => {
    const [own, other] = [await authority.issueDevice('phone'), await authority.issueDevice(IMEI)];
    const { fingerprint256 } = new X509Certificate(own.cert);
    await rig.register(IMEI, { client: { auth: 'certificate', fingerprint: fingerprint256 } });
    expect((await call(other)).outcome.kind).toBe('refused');
    expect((await call(own)).outcome.kind).toBe('completed');
  });

  it('cannot be followed by others into its session', async () => {
    await rig.register(IMEI, { client: { auth: 'certificate' } });
    const task = await rig.task(IMEI, [GET]);
    const body = xmlMessage({ device: IMEI }, packageOne(IMEI));
    const own = { ...(await authority.issueDevice(IMEI)), ca: authority.cert };
    expect(await post(body, own)).toContain('<LocURI>./DevDetail/SwV');
    // The same bytes from elsewhere are no repetition, and a TLS session proves nothing that began without proof.
    const agent = new Agent({ ca: authority.cert, keepAlive: false });
    for (let n = 0; n < 2; n++) expect(await post(body, { agent })).not.toContain('./DevDetail/SwV');
    expect((await rig.post(body)).text).not.toContain('./DevDetail/SwV');
    expect((await rig.showTask(task)).state).toBe('running');
  });
});

it('a device without a certificate may prove itself by MACs', async () => {
  const nonce = new Uint8Array(16).fill(7);
  const [name, secret] = ['phone', 'phone-password'];
  const client = { auth: 'hmac', user: name, password: secret, nonce: nonce.toBase64() };
  await rig.register(IMEI, { client });
  const task = await rig.task(IMEI, [GET]);
  const auth: DmAcc['auth'] = [{ level: 'CLCRED', type: 'HMAC', name, secret, data: nonce }];
  expect((await call({}, { auth })).outcome.kind).toBe('completed');
  expect((await rig.showTask(task)).state).toBe('succeeded');
});

it('a server whose certificate is not of a trusted authority gets no message', async () => {
  await rig.register(IMEI, {});
  const report = await call({ ...(await authority.issueDevice(IMEI)), ca: stranger.cert });
  expect(report).toMatchObject({ outcome: { kind: 'failed' }, messages: { received: 0 } });
  expect(await rig.sessions(IMEI)).toEqual([]);
});

it('other certificates are used without a restart, and unusable ones are not', async () => {
  const { tlsUrl = '' } = rig;
  const issuer = () => certificateOf(tlsUrl);
  expect(await issuer()).toContain('Good');
  await serverFiles(stranger);
  expect(await rig.reloadCertificates()).toBe(true);
  expect(await issuer()).toContain('Other');
  expect(await rig.reloadCertificates()).toBe(false);
  file('key.pem', authority.key);
  await expect(rig.reloadCertificates()).rejects.toThrow('TLS cannot use');
  file('cert.pem', 'half');
  await expect(rig.reloadCertificates()).rejects.toThrow('TLS cannot use');
  expect(await issuer()).toContain('Other');
});

it('devices of an authority that is no longer trusted are strangers', async () => {
  await rig.register(IMEI, { client: { auth: 'certificate' } });
  const own = await authority.issueDevice(IMEI);
  expect((await call(own)).outcome.kind).toBe('completed');
  file('ca.pem', stranger.cert);
  expect(await rig.reloadCertificates()).toBe(true);
  expect((await call(own)).outcome.kind).toBe('refused');
});

it('a device is known by its certificate as long as that is valid, be its connection from before', async () => {
  const tls = { cert: file('cert.pem'), key: file('key.pem'), clientCa: file('ca.pem'), port: 0 };
  let clock = Date.now();
  const later = await startRig({ tls, now: () => clock });
  const { cert, key } = await authority.issueDevice(IMEI);
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: authority.cert, cert, key });
  try {
    await later.register(IMEI, { client: { auth: 'certificate' } });
    const first = (sessionID: string) => xmlMessage({ device: IMEI, sessionID }, packageOne(IMEI));
    const to = `${later.tlsUrl}/dm`;
    expect(await post(first('1'), { agent }, to)).toContain('<Data>212</Data>');
    clock = Date.parse(new X509Certificate(cert).validTo) + 1;
    expect(await post(first('2'), { agent }, to)).toContain('<Data>407</Data>');
  } finally {
    agent.destroy();
    await later.close();
  }
});

it('devices of an authority that is no longer trusted keep no connection by keeping it busy', async () => {
  await rig.register(IMEI, { client: { auth: 'certificate' } });
  const { cert, key } = await authority.issueDevice(IMEI);
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: authority.cert, cert, key });
  try {
    const first = (sessionID: string) => xmlMessage({ device: IMEI, sessionID }, packageOne(IMEI));
    expect(await post(first('1'), { agent })).toContain('<Data>212</Data>');
    const busy = await postInHalves(first('2'), { agent });
    file('ca.pem', stranger.cert);
    expect(await rig.reloadCertificates()).toBe(true);
    expect((await busy()).connection).toBe('close');
    expect(await post(first('3'), { agent })).toContain('<Data>407</Data>');
  } finally {
    agent.destroy();
  }
});

it.each([
  [{ cert: 'nowhere.pem' }, 'the certificate for TLS cannot be read'],
  [{ clientCa: 'key.pem' }, 'TLS cannot use'],
  [{ ciphers: 'NO-SUCH-CIPHER' }, 'TLS cannot use'],
])('is not opened with %o', async (wrong, text) => {
  const files = { cert: file('cert.pem'), key: file('key.pem'), port: 0 };
  const tls = Object.fromEntries(
    Object.entries(wrong).map(([name, value]) => [name, name === 'ciphers' ? value : file(value)]),
  );
  await expect(startRig({ tls: { ...files, ...tls } })).rejects.toThrow(text);
});

it('speaks no older TLS than it is told', async () => {
  const tls = { cert: file('cert.pem'), key: file('key.pem'), port: 0, minVersion: '1.3' } as const;
  const strict = await startRig({ tls });
  try {
    const url = strict.tlsUrl ?? '';
    await expect(certificateOf(url, { maxVersion: 'TLSv1.2' })).rejects.toThrow();
    expect(await certificateOf(url)).toContain('Good');
  } finally {
    await strict.close();
  }
});

function post(body: string, options: object, to = `${rig.tlsUrl}/dm`): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(to, { method: 'POST', headers: { 'content-type': XML }, ...options }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve(text));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Who has issued the certificate that a server shows. */
function certificateOf(url: string, options: object = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = request(url, { rejectUnauthorized: false, agent: false, ...options }, (response) => {
      response.resume();
      resolve(
        response.socket instanceof TLSSocket ? `${response.socket.getPeerX509Certificate()?.issuer}` : '',
      );
    });
    socket.on('error', reject);
    socket.end();
  });
}

/** Sends half of a message, which the server has when this resolves; what it gives sends the rest. */
function postInHalves(body: string, options: object): Promise<() => Promise<IncomingHttpHeaders>> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': XML, 'content-length': body.length, expect: '100-continue' };
    const sent = request(`${rig.tlsUrl}/dm`, { method: 'POST', headers, ...options });
    sent.on('error', reject);
    sent.on('continue', () => {
      sent.write(body.slice(0, 100));
      resolve(
        () =>
          new Promise((answered) => {
            sent.on('response', (response) => {
              response.on('end', () => answered(response.headers));
              response.resume();
            });
            sent.end(body.slice(100));
          }),
      );
    });
    sent.flushHeaders();
  });
}
