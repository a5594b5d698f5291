/** A media type with its parameters; type and names in lower case. */
export interface MediaType {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** Characters of a header's value that are looked at. */
const LONGEST = 1_024;
const TYPE = /^[ \t]*([\w!#$&^.+*-]+\/[\w!#$&^.+*-]+)[ \t]*(?=;|$)/;
/** Also without quotes where the value has some of `/:=?`, as in `type=application/xml`, which initiators send. */
const PARAMETER =
  /;[ \t]*([\w!#$%&'*+.^`|~-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))[ \t]*|;[ \t]*(?=;|$)/y;

/**
 * Reads a Content-Type (RFC 9110, section 8.3.1).
 *
 * @returns undefined where it is none.
 */
export function readMediaType(text: string): MediaType | undefined {
  if (text.length > LONGEST) return undefined;
  const [all = '', type] = TYPE.exec(text) ?? [];
  if (type === undefined) return undefined;
  const parameters = new Map<string, string>();
  PARAMETER.lastIndex = all.length;
  while (PARAMETER.lastIndex < text.length) {
    const found = PARAMETER.exec(text);
    if (!found) return undefined;
    const [, name, quoted, plain = ''] = found;
    // The first of two counts: what another program behind us reads must not depend on which it prefers.
    if (name === undefined || parameters.has(name.toLowerCase())) continue;
    parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? plain);
  }
  return { type: type.toLowerCase(), parameters };
}
