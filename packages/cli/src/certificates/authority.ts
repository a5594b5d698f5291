// A dependency of @peculiar/x509 wants this to be there first.
import 'reflect-metadata';
import { isIP } from 'node:net';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type JsonGeneralNames,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** A certificate with its private key, both PEM. */
export interface Pem {
  readonly cert: string;
  readonly key: string;
}

export interface Authority extends Pem {
  /** A certificate for a server that is reached by these names or IP addresses. */
  issueServer(names: readonly string[]): Promise<Pem>;
  /** A certificate for a device: its common name is the DevId. All of them have one key. */
  issueDevice(devId: string): Promise<Pem>;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY = 24 * 60 * 60_000;
/** How long a new authority and what it issues are valid, in days. */
const VALIDITY = 30;

async function newKeys() {
  return crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

type Keys = Awaited<ReturnType<typeof newKeys>>;

async function pemOfKey(key: CryptoKey): Promise<string> {
  return PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

/** A little in the past, for clocks that differ. */
function validity() {
  const now = Date.now();
  return { notBefore: new Date(now - DAY), notAfter: new Date(now + VALIDITY * DAY) };
}

/** Makes a new authority. */
export async function createAuthority(name: string): Promise<Authority> {
  const keys = await newKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [name] }],
    keys,
    signingAlgorithm: ALGORITHM,
    ...validity(),
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  const pem = { cert: certificate.toString('pem'), key: await pemOfKey(keys.privateKey) };
  return authorityOf(pem, certificate, keys.privateKey);
}

/**
 * Opens an authority whose key is PKCS #8, ECDSA on P-256.
 *
 * @throws when certificate or key are not such
 */
export async function openAuthority(pem: Pem): Promise<Authority> {
  const key = PemConverter.decodeFirst(pem.key);
  const signingKey = await crypto.subtle.importKey('pkcs8', key, ALGORITHM, false, ['sign']);
  return authorityOf(pem, new X509Certificate(pem.cert), signingKey);
}

function authorityOf(pem: Pem, { subject }: X509Certificate, signingKey: CryptoKey): Authority {
  let deviceKeys: Promise<Keys> | undefined;

  async function issue(
    name: string,
    { publicKey, privateKey }: Keys,
    usage: ExtendedKeyUsage,
    names: JsonGeneralNames,
  ): Promise<Pem> {
    const certificate = await X509CertificateGenerator.create({
      subject: [{ CN: [name] }],
      issuer: subject,
      publicKey,
      signingKey,
      signingAlgorithm: ALGORITHM,
      ...validity(),
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([usage]),
        ...(names.length === 0 ? [] : [new SubjectAlternativeNameExtension(names)]),
      ],
    });
    return { cert: certificate.toString('pem'), key: await pemOfKey(privateKey) };
  }

  return {
    ...pem,
    async issueServer(names) {
      const alternatives = names.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value }) as const);
      return issue(names[0] ?? '', await newKeys(), ExtendedKeyUsage.serverAuth, alternatives);
    },
    async issueDevice(devId) {
      deviceKeys ??= newKeys();
      return issue(devId, await deviceKeys, ExtendedKeyUsage.clientAuth, []);
    },
  };
}
