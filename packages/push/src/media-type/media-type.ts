/** A media type with its parameters (RFC 2045 §5.1, RFC 9110 §8.3.1). */
export interface MediaType {
  /** `type/subtype` in lower case. */
  readonly name: string;
  /** In their order; names in lower case, values without quotes. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
}

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+\/[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/**
 * A parameter with the semicolon before it; the value is anything in quotes, or a token. Without quotes it may have what
 * is no part of a token as well: push initiators write `type=application/xml`.
 */
const PARAMETER =
  /[ \t]*;[ \t]*(?:([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([!#-:<-~]+)))?/suy;
/** Longer ones are nobody's. */
const MOST_CHARACTERS = 2048;

/** Whether a text is a token, as names in headers are (RFC 9110 §5.6.2). */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** Any character but controls; those are what ends a header. */
const PRINTABLE = /^[ -~\u0080-\u{10ffff}]*$/u;

/** Whether a text may be the value of a header, in WSP as in HTTP, SIP and MIME. */
export function isHeaderText(text: string): boolean {
  return PRINTABLE.test(text) && text.isWellFormed();
}

/** Reads a media type; undefined when the text is none. */
export function parseMediaType(text: string): MediaType | undefined {
  if (text.length > MOST_CHARACTERS) return undefined;
  const trimmed = text.trim();
  const semicolon = trimmed.indexOf(';');
  const name = (semicolon < 0 ? trimmed : trimmed.slice(0, semicolon)).trim();
  if (!NAME.test(name)) return undefined;
  const parameters: [string, string][] = [];
  PARAMETER.lastIndex = semicolon < 0 ? trimmed.length : semicolon;
  while (PARAMETER.lastIndex < trimmed.length) {
    const match = PARAMETER.exec(trimmed);
    if (match === null) return undefined;
    const [, parameter, quoted, token] = match;
    if (parameter === undefined) continue;
    parameters.push([parameter.toLowerCase(), token ?? (quoted ?? '').replace(/\\(.)/gsu, '$1')]);
  }
  return { name: name.toLowerCase(), parameters };
}

/** Writes a media type as {@link parseMediaType} reads it, with quotes only where a value needs them. */
export function formatMediaType({ name, parameters }: MediaType): string {
  const written = parameters.map(([parameter, value]) => {
    const told = isToken(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`;
    return `; ${parameter}=${told}`;
  });
  return name + written.join('');
}
