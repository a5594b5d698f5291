/**
 * What XML 1.0 allows as a character and as a name; both encodings keep to it, so that either can become the other.
 *
 * Source: XML 1.0 fifth edition, productions 2 (Char), 4 (NameStartChar), 4a (NameChar) and 5 (Name).
 */

/** Whether XML 1.0 may carry a character (production 2, Char). */
export function isXmlCharacter(codePoint: number): boolean {
  return (
    codePoint === 0x09 ||
    codePoint === 0x0a ||
    codePoint === 0x0d ||
    (codePoint >= 0x20 && codePoint <= 0xd7ff) ||
    (codePoint >= 0xe000 && codePoint <= 0xfffd) ||
    (codePoint >= 0x10000 && codePoint <= 0x10ffff)
  );
}

/** The first character of a text that XML cannot carry; undefined when there is none. */
export function forbiddenCharacter(text: string): number | undefined {
  for (let i = 0; i < text.length; i++) {
    const codePoint = text.codePointAt(i) as number;
    if (!isXmlCharacter(codePoint)) return codePoint;
    if (codePoint > 0xffff) i++;
  }
  return undefined;
}

const START =
  ':A-Z_a-z\\u{C0}-\\u{D6}\\u{D8}-\\u{F6}\\u{F8}-\\u{2FF}\\u{370}-\\u{37D}\\u{37F}-\\u{1FFF}\\u{200C}-\\u{200D}' +
  '\\u{2070}-\\u{218F}\\u{2C00}-\\u{2FEF}\\u{3001}-\\u{D7FF}\\u{F900}-\\u{FDCF}\\u{FDF0}-\\u{FFFD}\\u{10000}-\\u{EFFFF}';
const NAME = new RegExp(`^[${START}][-.0-9\\u{B7}\\u{300}-\\u{36F}\\u{203F}-\\u{2040}${START}]*$`, 'u');

/** Whether a text is an XML Name; names found in documents are mostly ASCII and seldom come here. */
export function isXmlName(text: string): boolean {
  return NAME.test(text);
}

/** Whether a text is an XML Name without a colon. */
export function isLocalName(text: string): boolean {
  return NAME.test(text) && !text.includes(':');
}
