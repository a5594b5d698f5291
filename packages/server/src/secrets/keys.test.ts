import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SecretError } from './errors.ts';
import { addKey, KEYS_FILE, KEYS_VARIABLE, newKey, openKeyring } from './keys.ts';
import { writePrivateFile } from './private-file.ts';

let dataFolder: string;
beforeEach(() => {
  dataFolder = mkdtempSync(join(tmpdir(), 'grove-keys-'));
});
afterEach(() => rmSync(dataFolder, { recursive: true }));

describe('the keys', () => {
  it('are made on the first run and used from then on', () => {
    const sealed = openKeyring({ dataFolder }).seal('hush');
    expect(openKeyring({ dataFolder }).open(sealed)).toBe('hush');
    expect(readdirSync(dataFolder)).toEqual([KEYS_FILE]);
  });

  it.runIf(process.platform !== 'win32')('are for their owner alone', () => {
    openKeyring({ dataFolder: join(dataFolder, 'new') });
    const modes = ['new', join('new', KEYS_FILE)].map(
      (name) => statSync(join(dataFolder, name)).mode & 0o777,
    );
    expect(modes).toEqual([0o700, 0o600]);
  });

  it('are never written over by a second process that starts', () => {
    const sealed = openKeyring({ dataFolder }).seal('hush');
    expect(writePrivateFile(join(dataFolder, KEYS_FILE), newKey(), 'create')).toBe(false);
    expect(openKeyring({ dataFolder }).open(sealed)).toBe('hush');
  });

  it('still open what was sealed before a new one was added', () => {
    const before = openKeyring({ dataFolder });
    const sealed = before.seal('hush');
    const after = addKey(dataFolder);
    expect(after.current).not.toBe(before.current);
    expect(openKeyring({ dataFolder }).current).toBe(after.current);
    expect(after.open(sealed)).toBe('hush');
  });

  it('come from the environment where it has some', () => {
    const [current, older] = [newKey(), newKey()];
    const sealed = openKeyring({ keys: older }).seal('hush');
    const ring = openKeyring({ keys: `${current}, ${older}`, dataFolder });
    expect(ring.open(sealed)).toBe('hush');
    expect(ring.current).toBe(openKeyring({ keys: current }).current);
    expect(readdirSync(dataFolder)).toEqual([]);
  });

  it('have to be somewhere', () => {
    expect(() => openKeyring({})).toThrow(KEYS_VARIABLE);
  });

  it.each(['c2VjcmV0', 'not base64 at all', '*'.repeat(43), ` ${'A'.repeat(44)}`])(
    'are not read from "%s", which is not shown',
    (text) => {
      writeFileSync(join(dataFolder, KEYS_FILE), text);
      const open = () => openKeyring({ dataFolder });
      expect(open).toThrow(SecretError);
      expect(open).toThrow(join(dataFolder, KEYS_FILE));
      expect(open).not.toThrow(text.trim());
      expect(readFileSync(join(dataFolder, KEYS_FILE), 'utf8')).toBe(text);
    },
  );

  it('are missed where the file is empty', () => {
    writeFileSync(join(dataFolder, KEYS_FILE), '\n');
    expect(() => openKeyring({ dataFolder })).toThrow('holds no key');
  });
});
