import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore, type Store } from '../store/index.ts';
import {
  authenticateToken,
  createToken,
  hashToken,
  makeFirstToken,
  newToken,
  TOKEN_FILE,
  tokenMatches,
} from './tokens.ts';

let store: Store;
let dataFolder: string;
beforeEach(async () => {
  store = await openStore({ url: 'sqlite::memory:' });
  dataFolder = mkdtempSync(join(tmpdir(), 'grove-token-'));
});
afterEach(async () => {
  await store.close();
  rmSync(dataFolder, { recursive: true });
});

describe('an API token', () => {
  it('is known by its characters, of which none are kept', async () => {
    const { token, id } = await store.transaction((db) => createToken(db, 'console', 1_000));
    expect(await authenticateToken(store.reader, token)).toEqual({ id, name: 'console', triggers: null });
    const kept = await store.reader.selectFrom('tokens').selectAll().execute();
    expect(JSON.stringify(kept)).not.toContain(token);
  });

  it('is not known by others', async () => {
    const { token } = await store.transaction((db) => createToken(db, 'console', 1_000));
    for (const wrong of ['', newToken(), token.slice(0, -1), `${token}x`, hashToken(token)]) {
      expect(await authenticateToken(store.reader, wrong)).toBeUndefined();
    }
  });

  it('is long and never the same', () => {
    expect(newToken()).toMatch(/^grove_[\w-]{43}$/);
    expect(newToken()).not.toBe(newToken());
    expect(tokenMatches('a', 'not a hash')).toBe(false);
  });
});

describe('the first run', () => {
  it('leaves a token in the data folder, for its owner alone', async () => {
    const file = await makeFirstToken(store, dataFolder, 1_000);
    expect(file).toBe(join(dataFolder, TOKEN_FILE));
    const token = readFileSync(join(dataFolder, TOKEN_FILE), 'utf8').trim();
    expect(await authenticateToken(store.reader, token)).toMatchObject({ name: 'first' });
    if (process.platform !== 'win32') expect(statSync(join(dataFolder, TOKEN_FILE)).mode & 0o777).toBe(0o600);
  });

  it('is the first only once, and is finished where it was broken off', async () => {
    await makeFirstToken(store, dataFolder, 1_000);
    expect(await makeFirstToken(store, dataFolder, 2_000)).toBeUndefined();
    const token = readFileSync(join(dataFolder, TOKEN_FILE), 'utf8').trim();
    await store.transaction((db) => db.deleteFrom('tokens').execute());
    await makeFirstToken(store, dataFolder, 3_000);
    expect(await authenticateToken(store.reader, token)).toBeDefined();
  });
});
