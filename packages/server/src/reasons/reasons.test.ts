import { InvalidInput, type Problem } from '@grove/api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Audience, checkTemplate, type ReasonTemplate, renderReason, type Values } from './index.ts';
import { lookUp } from './language.ts';
import { PieceError, piecesOf } from './pieces.ts';

const audience: Audience = {
  language: 'de-AT',
  device: { devId: 'IMEI:1', man: 'Arbor', mod: 'Birch 2', swv: null, msisdn: '+441632960001' },
};
const ENGLISH = { language: 'en', text: `\${operator} sets MMS on \${device.mod|your phone} by \${day}.` };
const template: ReasonTemplate = {
  operator: 'Arbor Mobile',
  variables: [{ name: 'day', default: 'tonight' }],
  texts: [ENGLISH, { language: 'de', text: 'MMS wird eingerichtet.', consequence: 'Sonst keine MMS.' }],
};

function problemsOf(work: () => unknown): readonly Problem[] {
  try {
    work();
  } catch (error) {
    if (error instanceof InvalidInput) return error.problems;
    throw error;
  }
  return [];
}

const textOf = (text: string, more: Partial<ReasonTemplate> = {}): ReasonTemplate => ({
  ...more,
  texts: [{ language: 'en', text }],
});

describe('languages', () => {
  it.each([
    ['de-AT', ['en', 'de'], 'de'],
    ['PT_br.UTF-8', ['pt', 'pt-BR'], 'pt-BR'],
    ['zh-Hant-CN-x-private1-private2', ['zh', 'zh-Hant'], 'zh-Hant'],
    ['zh-Hant-CN-x-private1', ['zh-Hant-CN-x'], undefined],
    ['en', ['en-GB'], undefined],
    ['fr', ['en'], undefined],
    ['', ['en'], undefined],
  ])('for %j of %j it is %j', (wanted, tags, found) => {
    expect(lookUp(wanted, tags)).toBe(found);
  });

  it('finds only what begins as the language that is wanted', () => {
    const tag = fc.array(fc.constantFrom('en', 'GB', 'x', 'Latn'), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(tag, fc.array(tag, { maxLength: 6 }), (wanted, tags) => {
        const offered = tags.map((subtags) => subtags.join('-'));
        const found = lookUp(wanted.join('-'), offered);
        const suits = (each: string) =>
          `${wanted.join('-')}-`.toLowerCase().startsWith(`${each}-`.toLowerCase());
        if (found !== undefined) expect(suits(found)).toBe(true);
        if (offered.includes(wanted.join('-'))) expect(found).toBe(wanted.join('-'));
      }),
    );
  });
});

describe('texts with variables', () => {
  it('parts a text, and says where something is wrong', () => {
    expect(piecesOf(`a \${b.c|d e} $\${f} $g`)).toEqual([
      { kind: 'words', words: 'a ' },
      { kind: 'variable', name: 'b.c', fallback: 'd e', at: 3 },
      { kind: 'words', words: ` \${f} $g` },
    ]);
    expect(() => piecesOf(`say \${this`)).toThrow(/a } that ends what begins at character 5/);
    expect(() => piecesOf(`\${ operator }`)).toThrow(/at character 1, not "\$\{ operator \}"/);
  });

  it('throws nothing but its own error, and loses no words', () => {
    const parts = fc.array(fc.constantFrom('${', '$', '}', '|', 'operator', ' ', 'ä', '\n'), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(parts, (some) => {
        try {
          const text = some.join('');
          if (!text.includes('${')) expect(piecesOf(text).length).toBeLessThanOrEqual(1);
        } catch (error) {
          expect(error).toBeInstanceOf(PieceError);
        }
      }),
    );
  });
});

describe('templates', () => {
  it('says it in the language that suits best, with what is known', () => {
    expect(renderReason(template, audience)).toEqual({
      language: 'de',
      text: 'MMS wird eingerichtet.',
      consequence: 'Sonst keine MMS.',
    });
    const say = (language: string | null, mod: string | null, values?: Values) =>
      renderReason(template, { language, device: { ...audience.device, mod } }, values).text;
    expect(say('fr', 'Birch 2')).toBe('Arbor Mobile sets MMS on Birch 2 by tonight.');
    expect(say(null, null, { day: 'Monday' })).toBe('Arbor Mobile sets MMS on your phone by Monday.');
    expect(say('en', 'a\u0007\nb')).toBe('Arbor Mobile sets MMS on a b by tonight.');
    expect(say('en', 'x'.repeat(200))).toContain(`on ${'x'.repeat(64)} by`);
  });

  it.each<[string, ReasonTemplate, string, RegExp]>([
    [
      'an unknown variable',
      textOf(`Hello \${devise.mod}`),
      'texts/0/text',
      /device\.devId.* at character 7, not "devise\.mod"/,
    ],
    [
      'a device of which nothing is known',
      textOf(`Your \${device.mod}`),
      'texts/0/text',
      /\$\{device\.mod\|your phone\}/,
    ],
    [
      'an operator without a name',
      textOf(`\${operator} asks`),
      'texts/0/text',
      /an "operator" in the template/,
    ],
    ['a variable that is not ended', textOf(`By \${day`), 'texts/0/text', /a \} that ends/],
    [
      'words that are too long',
      textOf('ä'.repeat(501)),
      'texts/0/text',
      /at most 1000 bytes in UTF-8; in en it has 1002, which is 2 too many/,
    ],
    ['blanks', textOf('  '), 'texts/0/text', /words/],
    ['half a character', textOf('\ud800'), 'texts/0/text', /Unicode/],
    [
      'a language that is there twice',
      { texts: [ENGLISH, { ...ENGLISH, language: 'EN' }].map((each) => ({ ...each, text: 'x' })) },
      'texts/1/language',
      /once/,
    ],
    [
      'a variable that is there twice',
      textOf('x', { variables: [{ name: 'a' }, { name: 'a' }] }),
      'variables/1/name',
      /once/,
    ],
    [
      'a variable that every template has',
      textOf('x', { variables: [{ name: 'operator' }] }),
      'variables/0/name',
      /another name/,
    ],
  ])('refuses %s', (_, wrong, field, expected) => {
    expect(problemsOf(() => checkTemplate(wrong))).toEqual([
      expect.objectContaining({ field, expected: expect.stringMatching(expected) }),
    ]);
  });

  it('says which values are missing, unknown or too long, and by how much', () => {
    const own = textOf(`\${a} \${b|?}`, { variables: [{ name: 'a' }, { name: 'b', default: '' }] });
    expect(checkTemplate(own)).toBe(own);
    expect(problemsOf(() => renderReason(own, audience, { c: 'x' }))).toEqual([
      { field: 'values/c', value: 'x', expected: 'only a, b' },
      { field: 'values/a', expected: 'a value: the template has none for it' },
    ]);
    expect(problemsOf(() => renderReason(own, audience, { a: 'x'.repeat(1005) }))).toEqual([
      { field: 'text', expected: 'at most 1000 bytes in UTF-8; in en it has 1006, which is 6 too many' },
    ]);
    const alone = textOf(`\${a}`, { variables: [{ name: 'a' }] });
    expect(problemsOf(() => renderReason(alone, audience, { a: '' }))).toEqual([
      { field: 'text', expected: 'words in en, which the values are not' },
    ]);
    expect(problemsOf(() => renderReason(alone, audience, { constructor: 'x' }))).toHaveLength(2);
  });
});
