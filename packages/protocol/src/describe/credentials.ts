/** How sides prove themselves, in words; never with the secret itself unless asked for. */
import { authTypeOf, nextNonceOf, parseMacHeader } from '../auth/index.ts';
import { decodeBase64, decodeUtf8, encodeBase64 } from '../octets/index.ts';
import { type Chal, type Content, type Cred, contentText } from '../syncml/index.ts';
import type { Manner } from './manner.ts';

const SCHEMES = {
  basic: 'user name and password in the clear (syncml:auth-basic)',
  md5: 'a digest over name, password and nonce (syncml:auth-md5)',
  hmac: 'a digest over the whole message (syncml:auth-MAC)',
} as const;

function schemeOf(of: Cred | Chal): string {
  const type = authTypeOf(of);
  return type === undefined ? (of.meta?.type ?? 'of no type') : SCHEMES[type];
}

/** What a Cred proves itself by. */
export function describeCred(cred: Cred, { secrets }: Manner): string {
  const scheme = schemeOf(cred);
  if (!secrets) return scheme;
  const bytes = bytesOf(cred.data);
  const text = authTypeOf(cred) === 'basic' ? decodeUtf8(bytes ?? new Uint8Array(0)) : undefined;
  return `${scheme}: ${text ?? (bytes === undefined ? String(cred.data) : encodeBase64(bytes))}`;
}

function bytesOf(data: Content): Uint8Array | undefined {
  return data instanceof Uint8Array ? data : decodeBase64(contentText(data) ?? '');
}

/** What a Chal asks for. */
export function describeChal(chal: Chal, { secrets }: Manner): string {
  const type = chal.meta?.type ?? 'of no type';
  const nonce = nextNonceOf(chal);
  const next =
    nonce === undefined ? '' : ` with a next nonce${secrets ? ` of ${encodeBase64(nonce)} in base64` : ''}`;
  return `challenge ${type}${next}`;
}

/** What the header x-syncml-hmac says. */
export function describeMac(value: string, { secrets }: Manner): string {
  const mac = parseMacHeader(value);
  if (mac === undefined) return 'that cannot be read';
  return `${SCHEMES.hmac} by ${mac.username}${secrets ? `: ${mac.mac}` : ''}`;
}
