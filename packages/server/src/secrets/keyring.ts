import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { GenerationCache } from '@grove/store';
import { SecretError } from './errors.ts';

/** Seals secrets for the database and opens them again. */
export interface Keyring {
  /** The id of the key that secrets are sealed with; the others only open. */
  readonly current: string;
  /** A secret as one text, which shows nothing of it but its length. The same secret gives another text each time. */
  seal(secret: string): string;
  /** @throws {SecretError} when the text was sealed with a key that is not there, or is not what was sealed */
  open(sealed: string): string;
  /**
   * The same secret, sealed with the current key; the same text where it is so already.
   *
   * @throws {SecretError} as {@link Keyring.open}
   */
  reseal(sealed: string): string;
  /**
   * Secrets for a purpose, one that follows from each key, the current one's first: what is given to others need not be kept
   * anywhere, and those of a key that was replaced are still known.
   */
  derive(purpose: string): readonly string[];
}

/** Length of a key, in bytes: AES-256. */
export const KEY_BYTES = 32;

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** What a sealed text begins with: its form. */
const FORM = 'g1';

/** Opened secrets that are kept at hand, at least; each device has two. */
const CACHED = 10_000;
/** Longer sealed texts are not kept at hand, so that what is stays within some megabytes. */
const CACHED_LENGTH = 512;

/**
 * A keyring of AES-256-GCM keys.
 *
 * A sealed text is `g1.KEY.NONCE.TAG.TEXT`: the id of the key, then nonce, tag and ciphertext in base64url. The
 * form and the key's id are authenticated with it.
 *
 * @param keys 32 bytes each; the first one is the current one
 */
export function keyringOf(keys: readonly Uint8Array[]): Keyring {
  const byId = new Map(keys.map((key) => [idOf(key), key]));
  const current = byId.keys().next().value;
  if (current === undefined) throw new SecretError('a keyring has at least one key');
  const opened = new GenerationCache<string, string>(CACHED);

  const keyring: Keyring = {
    current,

    seal(secret) {
      const nonce = randomBytes(NONCE_BYTES);
      const head = `${FORM}.${current}`;
      const cipher = createCipheriv(ALGORITHM, byId.get(current) as Uint8Array, nonce).setAAD(
        Buffer.from(head),
      );
      const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return [head, ...[nonce, cipher.getAuthTag(), text].map((part) => part.toString('base64url'))].join(
        '.',
      );
    },

    open(sealed) {
      const known = opened.get(sealed);
      if (known !== undefined) return known;
      const secret = decrypt(sealed, byId);
      if (sealed.length <= CACHED_LENGTH) opened.set(sealed, secret);
      return secret;
    },

    reseal(sealed) {
      return sealed.startsWith(`${FORM}.${current}.`) ? sealed : keyring.seal(decrypt(sealed, byId));
    },

    derive: (purpose) =>
      [...byId.values()].map((key) =>
        createHmac('sha256', key).update(`grove secret for ${purpose}`).digest('base64url'),
      ),
  };
  return keyring;
}

function decrypt(sealed: string, keys: ReadonlyMap<string, Uint8Array>): string {
  const [form, id, nonce, tag, text, ...more] = sealed.split('.');
  if (form !== FORM || id === undefined || text === undefined || more.length > 0) {
    throw new SecretError(`a sealed secret is not of the form ${FORM}.KEY.NONCE.TAG.TEXT`);
  }
  const key = keys.get(id);
  if (key === undefined) {
    const there = [...keys.keys()].join(', ');
    throw new SecretError(`a secret was sealed with key ${id}, which is not there; there is ${there}`);
  }
  try {
    const decipher = createDecipheriv(ALGORITHM, key, Buffer.from(nonce ?? '', 'base64url'), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(`${form}.${id}`)).setAuthTag(Buffer.from(tag ?? '', 'base64url'));
    return decipher.update(text, 'base64url', 'utf8') + decipher.final('utf8');
  } catch (error) {
    throw new SecretError(`a secret sealed with key ${id} is damaged: it is not as it was sealed`, {
      cause: error,
    });
  }
}

/** What a key is called by: follows from the key and says nothing of it. */
function idOf(key: Uint8Array): string {
  if (key.length !== KEY_BYTES) throw new SecretError(`a key has ${KEY_BYTES} bytes, not ${key.length}`);
  return createHmac('sha256', key).update('grove key id').digest('hex').slice(0, 8);
}
