/** A template's texts as one user reads them. */
import { InvalidInput, type Problem } from '@grove/api';
import { REASON_LIMITS } from '@grove/protocol';
import { lookUp } from './language.ts';
import { piecesOf } from './pieces.ts';
import { bytesIn, PARTS, type PartName, type ReasonTemplate, type ReasonText, shorter } from './template.ts';
import { type DeviceFacts, factOf, OPERATOR } from './variables.ts';

/** For whom texts are made. */
export interface Audience {
  /** As DevInfo/Lang says it; null where it is not known. */
  readonly language: string | null;
  readonly device: DeviceFacts;
}

/** Values of a template's own variables. */
export type Values = Readonly<Record<string, string>>;

/** What one user is told. */
export interface Rendered {
  language: string;
  text: string;
  consequence?: string;
  legalNotice?: string;
}

/**
 * Checks the values that are given for a template's own variables.
 *
 * @param field where they were given, for errors
 * @throws {InvalidInput} when one is missing, or is for no variable
 */
export function checkValues({ variables = [] }: ReasonTemplate, values: Values, field: string): void {
  const problems: Problem[] = [];
  const names = variables.map(({ name }) => name);
  for (const [name, value] of Object.entries(values)) {
    const known = names.length === 0 ? 'nothing: the template has no variables' : `only ${names.join(', ')}`;
    if (!names.includes(name)) problems.push({ field: `${field}/${name}`, value, expected: known });
  }
  for (const { name, default: otherwise } of variables) {
    if (otherwise === undefined && !Object.hasOwn(values, name))
      problems.push({ field: `${field}/${name}`, expected: 'a value: the template has none for it' });
  }
  if (problems.length > 0) throw new InvalidInput(problems);
}

/** The texts in the language that suits somebody best; the first ones where none does. */
export function textsFor({ texts }: ReasonTemplate, language: string | null): ReasonText {
  const tag =
    language === null
      ? undefined
      : lookUp(
          language,
          texts.map((each) => each.language),
        );
  const found = texts.find((each) => each.language === tag) ?? texts[0];
  if (found === undefined) throw new Error('a template without texts was not checked');
  return found;
}

/**
 * What one user is told.
 *
 * @param template as `checkTemplate` has let it through
 * @throws {InvalidInput} when values are missing or a text becomes too long; says by how much and in which language
 */
export function renderReason(template: ReasonTemplate, audience: Audience, values: Values = {}): Rendered {
  checkValues(template, values, 'values');
  const standingFor = (name: string): string | undefined => {
    if (name === OPERATOR) return template.operator;
    if (name.startsWith('device.')) return factOf(audience.device, name);
    if (Object.hasOwn(values, name)) return values[name];
    return template.variables?.find((variable) => variable.name === name)?.default;
  };
  const written = textsFor(template, audience.language);
  const { language } = written;
  const problems: Problem[] = [];
  const fill = (part: PartName): string | undefined => {
    const words = written[part];
    if (words === undefined) return undefined;
    const filled = piecesOf(words)
      .map((piece) =>
        piece.kind === 'words' ? piece.words : (standingFor(piece.name) ?? piece.fallback ?? ''),
      )
      .join('');
    const bytes = bytesIn(filled);
    if (bytes === 0)
      problems.push({ field: part, expected: `words in ${language}, which the values are not` });
    if (bytes > REASON_LIMITS[part]) problems.push({ field: part, expected: shorter(part, language, bytes) });
    return filled;
  };
  const [text = '', consequence, legalNotice] = PARTS.map(fill);
  if (problems.length > 0) throw new InvalidInput(problems);
  return {
    language,
    text,
    ...(consequence === undefined ? {} : { consequence }),
    ...(legalNotice === undefined ? {} : { legalNotice }),
  };
}
