/** Text from elsewhere, made fit to be shown to a user who is to decide by it. */

/** What a user interface might act on, and what a reader does not see. */
const CONTROLS = /[\p{Cc}--\n]/gv;
/** Turns round the words after it, by which one name may look like another; or is not seen at all. */
const INVISIBLE = /[\u00ad\u180e\u200b\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/gu;
/** More marks on one letter than any writing has: they cover what stands above and below. */
const PILES = /(\p{M}{4})\p{M}+/gu;
const LINES = /\s*\n\s*\n\s*\n\s*/gu;

/** Characters of a name: it stands beside the words of the device itself. */
const MAX_NAME = 60;

/** A text of several lines. Marks of direction (LRM, RLM) and joiners stay, which writings need. */
export function shownText(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(/[\u2028\u2029\u0085\r]/gu, '\n')
    .replace(CONTROLS, ' ')
    .replace(INVISIBLE, '')
    .replace(PILES, '$1')
    .replace(LINES, '\n\n')
    .trim();
}

/** A name, on one line. */
export function shownName(name: string): string {
  const line = [...shownText(name).replace(/\s+/gu, ' ')];
  return line.length <= MAX_NAME ? line.join('') : `${line.slice(0, MAX_NAME - 1).join('')}…`;
}
