import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Authority, createAuthority, type Pem } from '@grove/cli';
import { packageOne, said, xmlMessage } from '../../../rig/device.testing.ts';
import { type Answer, type Rig, startRig, XML } from '../../../rig/rig.testing.ts';
import type { Check } from '../../framework/index.ts';
import { type ServerCase, type ServerGroup, watched } from '../stand.ts';

const RULE =
  'DM_Security 1.2.1, Transport security (SSL and TLS 1.0 of its text are broken today: 1.2 and later)';
const BY_CERTIFICATE = { client: { auth: 'certificate' } };
const DEVICE = 'IMEI:conformance-tls';

interface TlsStand {
  readonly rig: Rig;
  readonly authority: Authority;
  /** Sends package 1 of the device over TLS. */
  call(own?: Partial<Pem>, options?: object): Promise<Answer>;
}

/** A case with a server of its own that speaks HTTPS and asks for certificates. */
function tlsCase(
  listed: Pick<ServerCase, 'id' | 'title'>,
  run: (stand: TlsStand, check: Check) => Promise<void>,
): ServerCase {
  return {
    ...listed,
    rule: RULE,
    encodings: ['xml'],
    async run(_, check) {
      const folder = mkdtempSync(join(tmpdir(), 'grove-conformance-'));
      const file = (name: string, text: string): string => {
        const path = join(folder, name);
        writeFileSync(path, text);
        return path;
      };
      const authority = await createAuthority('Conformance');
      const { cert, key } = await authority.issueServer(['127.0.0.1']);
      const rig = await startRig({
        db: 'sqlite::memory:',
        tls: {
          cert: file('cert.pem', cert),
          key: file('key.pem', key),
          clientCa: file('ca.pem', authority.cert),
          port: 0,
        },
      });
      try {
        const call: TlsStand['call'] = (own = {}, options = {}) =>
          post(`${rig.tlsUrl}/dm`, { ca: authority.cert, ...own, ...options });
        await run({ rig: watched(rig), authority, call }, check);
      } finally {
        await rig.close();
        rmSync(folder, { recursive: true });
      }
    },
  };
}

function post(url: string, tls: object): Promise<Answer> {
  const body = xmlMessage({ device: DEVICE }, packageOne(DEVICE));
  // Each call has a connection of its own, as those of different devices have.
  const agent = new Agent({ keepAlive: false, maxCachedSessions: 0 });
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', headers: { 'content-type': XML }, agent, ...tls };
    const sent = request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const bytes = new Uint8Array(Buffer.concat(chunks));
        resolve({
          httpStatus: response.statusCode ?? 0,
          contentType: response.headers['content-type'] ?? null,
          headers: {},
          bytes,
          text: new TextDecoder().decode(bytes),
        });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Why a connection was not made; undefined = it was. */
const refusalOf = (call: Promise<unknown>): Promise<string | undefined> =>
  call.then(
    () => undefined,
    (error: Error) => error.message,
  );

export const TLS: ServerGroup = {
  id: 'S-19',
  title: 'TLS and certificates of clients',
  cases: [
    tlsCase(
      { id: 'S-19.1', title: 'Over TLS a client is served as over HTTP, and RespURI is of https' },
      async ({ rig, call }, check) => {
        await rig.register(DEVICE);
        const { statuses, respURI } = said(await call());
        check.equal(statuses, ['SyncHdr 200', 'Alert 200', 'Replace 200'], 'statuses');
        check.matches(respURI, /^https:/, 'RespURI');
      },
    ),
    tlsCase(
      {
        id: 'S-19.2',
        title: 'A client with the certificate of its DevId is authenticated (212) without a Cred',
      },
      async ({ rig, authority, call }, check) => {
        await rig.register(DEVICE, BY_CERTIFICATE);
        const { statuses } = said(await call(await authority.issueDevice(DEVICE)));
        check.equal(statuses[0], 'SyncHdr 212', 'Status of the SyncHdr');
      },
    ),
    tlsCase(
      {
        id: 'S-19.3',
        title: 'Without a certificate, with that of another or of a stranger, nothing is told',
      },
      async ({ rig, authority, call }, check) => {
        await rig.register(DEVICE, BY_CERTIFICATE);
        await rig.task(DEVICE, [{ kind: 'get', uri: './Secret' }]);
        const stranger = await createAuthority('Strangers');
        for (const [whose, own] of [
          ['none', {}],
          ['another device', await authority.issueDevice('IMEI:another')],
          ['another authority', await stranger.issueDevice(DEVICE)],
        ] as const) {
          const { statuses, asks } = said(await call(own));
          check.oneOf(statuses[0], ['SyncHdr 401', 'SyncHdr 407'], `Status with the certificate of ${whose}`);
          check.equal(asks, [], `commands with the certificate of ${whose}`);
        }
      },
    ),
    tlsCase(
      { id: 'S-19.4', title: 'Versions of TLS before 1.2 are refused, 1.2 and 1.3 are not' },
      async ({ rig, call }, check) => {
        await rig.register(DEVICE);
        const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' };
        check.that((await refusalOf(call({}, old))) !== undefined, 'TLS 1.1 is spoken');
        for (const version of ['TLSv1.2', 'TLSv1.3']) {
          const refusal = await refusalOf(call({}, { minVersion: version, maxVersion: version }));
          check.equal(refusal, undefined, `refusal of ${version}`);
        }
      },
    ),
  ],
};
