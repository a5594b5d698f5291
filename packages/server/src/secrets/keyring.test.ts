import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SecretError } from './errors.ts';
import { keyringOf } from './keyring.ts';

const [older, newer] = [randomBytes(32), randomBytes(32)];

describe('a keyring', () => {
  it('opens what it sealed, whatever it was', () => {
    const ring = keyringOf([newer]);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 600 }), (secret) => {
        expect(ring.open(ring.seal(secret))).toBe(secret);
      }),
    );
  });

  it('opens at hand and anew alike', () => {
    const sealed = keyringOf([newer]).seal('hush');
    const ring = keyringOf([newer]);
    expect([ring.open(sealed), ring.open(sealed)]).toEqual(['hush', 'hush']);
  });

  it('seals the same secret to another text each time', () => {
    const ring = keyringOf([newer]);
    expect(ring.seal('hush')).not.toBe(ring.seal('hush'));
  });

  it('opens what older keys sealed, and reseals only that', () => {
    const sealed = keyringOf([older]).seal('hush');
    const ring = keyringOf([newer, older]);
    expect(ring.open(sealed)).toBe('hush');
    const resealed = ring.reseal(sealed);
    expect(keyringOf([newer]).open(resealed)).toBe('hush');
    expect(ring.reseal(resealed)).toBe(resealed);
  });

  it('says which key is wanted and which are there, and nothing of the secret', () => {
    const sealed = keyringOf([older]).seal('hush');
    const ring = keyringOf([newer]);
    const wanted = keyringOf([older]).current;
    expect(() => ring.open(sealed)).toThrow(SecretError);
    expect(() => ring.open(sealed)).toThrow(
      `sealed with key ${wanted}, which is not there; there is ${ring.current}`,
    );
  });

  it('refuses a text of which anything was changed', () => {
    const sealed = keyringOf([newer]).seal('a secret of some length');
    for (let i = 0; i < sealed.length; i++) {
      const changed = sealed.slice(0, i) + (sealed[i] === 'A' ? 'B' : 'A') + sealed.slice(i + 1);
      // The last character of a part holds bits that are no part of its bytes.
      if (sealed[i + 1] === '.' || i === sealed.length - 1) continue;
      expect(() => keyringOf([newer]).open(changed)).toThrow(SecretError);
    }
  });

  it.each(['', 'hush', 'g1.a.b', 'g1....', 'g1.a.b.c.d.e', 'g1.\u{1f333}.b.c.d'])('refuses "%s"', (text) => {
    expect(() => keyringOf([newer]).open(text)).toThrow(SecretError);
  });

  it('derives a secret for each purpose from each key, the current one first', () => {
    const [current = '', ...before] = keyringOf([newer, older]).derive('this');
    expect(before).toEqual(keyringOf([older]).derive('this'));
    expect(current).toHaveLength(43);
    expect(new Set([current, ...before, ...keyringOf([newer]).derive('that')]).size).toBe(3);
  });

  it('refuses keys of another length, and no key', () => {
    expect(() => keyringOf([randomBytes(16)])).toThrow('32 bytes');
    expect(() => keyringOf([])).toThrow(SecretError);
  });
});
