/** What a template is, and whether it can be used. */
import { InvalidInput, type Problem } from '@grove/api';
import { REASON_LIMITS } from '@grove/protocol';
import { type Static, Type } from 'typebox';
import { LANGUAGE_TAG } from './language.ts';
import { type Piece, PieceError, piecesOf } from './pieces.ts';
import { KNOWN_OF_ALL, OPERATOR, OWN_VARIABLES } from './variables.ts';

/** Characters of a text as it is written, variables and what stands for them included. */
const LONGEST = 4000;

const text = (description: string) => Type.String({ minLength: 1, maxLength: LONGEST, description });

const ReasonText = Type.Object(
  {
    language: Type.String({
      pattern: LANGUAGE_TAG,
      maxLength: REASON_LIMITS.language,
      description: 'Language tag (BCP 47), such as en or pt-BR',
    }),
    text: text('Why the server asks'),
    consequence: Type.Optional(text('What it means to refuse')),
    legalNotice: Type.Optional(text('Legal notice')),
  },
  { additionalProperties: false, title: 'ReasonText' },
);

/** Why devices are asked to call, in several languages. */
export const ReasonTemplate = Type.Object(
  {
    operator: Type.Optional(
      Type.String({ minLength: 1, maxLength: 100, description: `Who asks: the value of \${operator}` }),
    ),
    variables: Type.Optional(
      Type.Array(
        Type.Object(
          {
            name: Type.String({
              pattern: '^[A-Za-z][A-Za-z0-9_]{0,31}$',
              description: 'A letter, then up to 31 letters, digits and underscores',
            }),
            default: Type.Optional(
              Type.String({
                maxLength: 200,
                description: 'Its value where none is given; without it one has to be',
              }),
            ),
          },
          { additionalProperties: false },
        ),
        { maxItems: 20, description: 'Variables whose values are given with each notification' },
      ),
    ),
    texts: Type.Array(ReasonText, {
      minItems: 1,
      maxItems: 100,
      description: 'In each language; the first one is for those whose language is not among them',
    }),
  },
  {
    additionalProperties: false,
    title: 'ReasonTemplate',
    description: `What users are told. \${device.devId}, \${device.man|…}, \${device.mod|…}, \${device.swv|…}, \${device.msisdn|…}, \${operator} and the names of "variables" stand for their values; what follows | stands where there is none`,
  },
);
export type ReasonTemplate = Static<typeof ReasonTemplate>;
export type ReasonText = Static<typeof ReasonText>;

/** The parts of a text that users read. */
export const PARTS = ['text', 'consequence', 'legalNotice'] as const;
export type PartName = (typeof PARTS)[number];

export function bytesIn(words: string): number {
  return new TextEncoder().encode(words).length;
}

/** What a text that is too long should be. */
export function shorter(part: PartName, language: string, bytes: number): string {
  const most = REASON_LIMITS[part];
  return `at most ${most} bytes in UTF-8; in ${language} it has ${bytes}, which is ${bytes - most} too many`;
}

/**
 * Checks a template.
 *
 * @param root what comes before the fields in errors, `template/`
 * @throws {InvalidInput} when it could not be used for some device; names each place
 */
export function checkTemplate(template: ReasonTemplate, root = ''): ReasonTemplate {
  const problems: Problem[] = [];
  const own = (template.variables ?? []).map(({ name }) => name);
  own.forEach((name, index) => {
    const field = `variables/${index}/name`;
    if (own.indexOf(name) < index) problems.push({ field, value: name, expected: 'a name that occurs once' });
    if (OWN_VARIABLES.includes(name))
      problems.push({ field, value: name, expected: 'another name: every template has this variable' });
  });
  const languages = template.texts.map(({ language }) => language.toLowerCase());
  template.texts.forEach((each, index) => {
    const { language } = each;
    if (languages.indexOf(language.toLowerCase()) < index) {
      problems.push({
        field: `texts/${index}/language`,
        value: language,
        expected: 'a language that occurs once',
      });
    }
    for (const part of PARTS) {
      const words = each[part];
      if (words === undefined) continue;
      for (const expected of problemsOf(words, part, language, template, own))
        problems.push({ field: `texts/${index}/${part}`, value: words, expected });
    }
  });
  if (problems.length > 0)
    throw new InvalidInput(problems.map((problem) => ({ ...problem, field: root + problem.field })));
  return template;
}

function problemsOf(
  words: string,
  part: PartName,
  language: string,
  { operator }: ReasonTemplate,
  own: readonly string[],
): string[] {
  if (!words.isWellFormed()) return ['valid Unicode'];
  if (words.trim() === '') return ['words'];
  let pieces: Piece[];
  try {
    pieces = piecesOf(words);
  } catch (error) {
    if (error instanceof PieceError) return [error.message];
    throw error;
  }
  const problems = pieces.flatMap((piece) =>
    piece.kind === 'words' ? [] : (problemOf(piece, operator, own) ?? []),
  );
  const fixed = bytesIn(pieces.map((piece) => (piece.kind === 'words' ? piece.words : '')).join(''));
  if (fixed > REASON_LIMITS[part]) problems.push(shorter(part, language, fixed));
  return problems;
}

function problemOf(
  { name, fallback, at }: Piece & { kind: 'variable' },
  operator: string | undefined,
  own: readonly string[],
): string | undefined {
  const known = [...OWN_VARIABLES, ...own];
  if (!known.includes(name))
    return `one of the variables ${known.join(', ')} at character ${at}, not ${JSON.stringify(name)}`;
  if (name === OPERATOR && operator === undefined && fallback === undefined)
    return `an "operator" in the template, or what stands for it at character ${at}: \${operator|your operator}`;
  if (name.startsWith('device.') && name !== KNOWN_OF_ALL && fallback === undefined)
    return `what stands for ${name} at character ${at} where it is not known of a device: \${${name}|your phone}`;
  return undefined;
}
