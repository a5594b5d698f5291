/** A template's text as pieces: words, and variables written `${name}` or `${name|what stands where it is not known}`. */

export type Piece =
  | { readonly kind: 'words'; readonly words: string }
  | {
      readonly kind: 'variable';
      readonly name: string;
      /** What stands in its place where it has no value. */
      readonly fallback: string | undefined;
      /** Its place in the text, in characters; the first is 1. */
      readonly at: number;
    };

/** A text that cannot be parted. */
export class PieceError extends Error {
  override readonly name = 'PieceError';
}

const VARIABLE = /^([A-Za-z][A-Za-z0-9_.]*)(?:\|([\s\S]*))?$/;

/**
 * Parts a text. `$${` is written for a `${` that is none.
 *
 * @throws {PieceError} when a variable is not written as one; the message says where and what was expected
 */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let words = '';
  for (let index = 0; index < text.length; ) {
    if (text.startsWith('$${', index)) {
      words += '${';
      index += 3;
    } else if (text.startsWith('${', index)) {
      const end = text.indexOf('}', index);
      const at = index + 1;
      if (end === -1) throw new PieceError(`a } that ends what begins at character ${at}`);
      const inside = text.slice(index + 2, end);
      const [, name, fallback] = VARIABLE.exec(inside) ?? [];
      if (name === undefined)
        throw new PieceError(
          `a variable such as \${operator} or \${device.mod|your phone} at character ${at}, not ${JSON.stringify(`\${${inside}}`)}`,
        );
      if (words !== '') pieces.push({ kind: 'words', words });
      words = '';
      pieces.push({ kind: 'variable', name, fallback, at });
      index = end + 1;
    } else {
      words += text[index];
      index += 1;
    }
  }
  if (words !== '') pieces.push({ kind: 'words', words });
  return pieces;
}
