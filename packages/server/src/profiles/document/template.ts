/** Texts with variables in them: `http://${group.host}/`. `$${` stands for `${` itself. */

/** A variable that a text refers to. */
export interface Reference {
  /** `device.model`. */
  readonly name: string;
  /** Where in the text it begins. */
  readonly at: number;
}

/** A text, read: what is taken as it is, and what variables it refers to. */
export type Template = readonly (string | Reference)[];

/** A text whose variables cannot be read. */
export class TemplateError extends Error {
  override name = 'TemplateError';
}

const NAME = /^[^\s${}](?:[^${}]*[^\s${}])?$/u;

/**
 * Reads a text with variables.
 *
 * @throws {TemplateError} naming the place
 */
export function parseTemplate(text: string): Template {
  if (!text.includes('${')) return [text];
  const parts: (string | Reference)[] = [];
  let literal = '';
  let at = 0;
  while (at < text.length) {
    const next = text.indexOf('${', at);
    if (next < 0) break;
    if (next > at && text[next - 1] === '$') {
      literal += `${text.slice(at, next - 1)}\${`;
      at = next + 2;
      continue;
    }
    literal += text.slice(at, next);
    const end = text.indexOf('}', next);
    if (end < 0) throw new TemplateError(`"\${" at character ${next + 1} without a "}"`);
    const name = text.slice(next + 2, end).trim();
    if (!NAME.test(name)) {
      throw new TemplateError(
        `no variable in ${JSON.stringify(text.slice(next, end + 1))} at character ${next + 1}`,
      );
    }
    if (literal !== '') parts.push(literal);
    literal = '';
    parts.push({ name, at: next });
    at = end + 1;
  }
  literal += text.slice(at);
  if (literal !== '' || parts.length === 0) parts.push(literal);
  return parts;
}

/** The variables that a text refers to. */
export function referencesIn(template: Template): Reference[] {
  return template.filter((part) => typeof part !== 'string');
}

/** A text that stands for itself when it is read as one with variables. */
export function escapeTemplate(text: string): string {
  return text.replaceAll('${', () => '$${');
}
