import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore, type Store } from '../store/index.ts';
import { SecretError } from './errors.ts';
import { type Keyring, keyringOf } from './keyring.ts';
import { checkKeys, resealSecrets } from './reseal.ts';

const [older, newer] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
const DEVICES = 601;

let store: Store;
beforeEach(async () => {
  store = await openStore({ url: 'sqlite::memory:' });
});
afterEach(() => store.close());

async function register(ring: Keyring): Promise<void> {
  await store.transaction(async (db) => {
    for (let n = 1; n <= DEVICES; n++) {
      await db
        .insertInto('devices')
        .values({ id: n, dev_id: `IMEI:${n}`, created_at: 0 })
        .execute();
      await db
        .insertInto('accounts')
        .values({
          device_id: n,
          server_id: 'grove',
          client_auth: 'md5',
          client_secret: ring.seal(`client ${n}`),
          server_auth: 'none',
          server_secret: n % 2 === 0 ? ring.seal(`server ${n}`) : null,
        })
        .execute();
    }
  });
}

describe('resealing', () => {
  it('seals every secret with the current key, once', async () => {
    await register(keyringOf([older]));
    const both = keyringOf([newer, older]);
    expect(await resealSecrets(store, both)).toBe(DEVICES + Math.floor(DEVICES / 2));
    expect(await resealSecrets(store, both)).toBe(0);
    const ring = keyringOf([newer]);
    const rows = await store.reader.selectFrom('accounts').selectAll().orderBy('device_id').execute();
    expect(rows.map((row) => row.client_secret && ring.open(row.client_secret))).toEqual(
      rows.map((row) => `client ${row.device_id}`),
    );
    expect(ring.open(rows.at(-2)?.server_secret ?? '')).toBe('server 600');
  });

  it('is asked for by a server that has not the keys of its database', async () => {
    await checkKeys(store, keyringOf([newer]));
    await register(keyringOf([older]));
    await checkKeys(store, keyringOf([newer, older]));
    await expect(checkKeys(store, keyringOf([newer]))).rejects.toBeInstanceOf(SecretError);
  });
});
