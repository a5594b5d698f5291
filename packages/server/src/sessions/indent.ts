/** A tag, a comment, a CDATA section, an instruction, or text between them. */
const TOKENS = /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<[^>]*>|[^<]+/g;

/**
 * Puts each element of an XML document on a line of its own, indented by its depth, and each that holds
 * only text on one line. What is text stays as it is; blanks between elements go.
 *
 * @param xml well-formed
 */
export function indentXml(xml: string): string {
  const tokens = (xml.match(TOKENS) ?? []).filter((token) => token.trim() !== '');
  const lines: string[] = [];
  let depth = 0;
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] as string;
    const isEnd = token.startsWith('</');
    if (isEnd) depth = Math.max(0, depth - 1);
    let line = '  '.repeat(depth) + token.trim();
    if (isStart(token)) {
      const end = textEnd(tokens, at + 1);
      if (end === undefined) depth++;
      else {
        // Text keeps its blanks: they are part of a value.
        line = '  '.repeat(depth) + tokens.slice(at, end + 1).join('');
        at = end;
      }
    }
    lines.push(line);
  }
  return lines.join('\n');
}

function isStart(token: string): boolean {
  return /^<[^!?/]/.test(token) && !token.endsWith('/>');
}

/** Where the end tag stands when there is nothing but text before it. */
function textEnd(tokens: readonly string[], from: number): number | undefined {
  for (let at = from; at < tokens.length; at++) {
    const token = tokens[at] as string;
    if (token.startsWith('</')) return at;
    if (token.startsWith('<') && !token.startsWith('<![CDATA[')) return undefined;
  }
  return undefined;
}
