/** Which of several languages somebody is spoken to in. */

/** A language tag, loosely: what RFC 5646 calls well-formed and more. */
export const LANGUAGE_TAG = '^[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*$';

/**
 * The tag that suits a language best: the same one, or the one that is left when subtags are taken from the end of the
 * language that is wanted, one after the other. Case does not count.
 *
 * Source: RFC 4647, section 3.4 (lookup).
 *
 * @param wanted as devices write DevInfo/Lang: `pt-BR`, but also `pt_BR` and `pt_BR.UTF-8`
 * @returns one of `tags` as it is written there; undefined when none suits
 */
export function lookUp(wanted: string, tags: readonly string[]): string | undefined {
  const [bare = ''] = wanted.trim().split(/[.@]/, 1);
  const subtags = bare.replaceAll('_', '-').toLowerCase().split('-');
  while (subtags.length > 0) {
    const range = subtags.join('-');
    const found = tags.find((tag) => tag.toLowerCase() === range);
    if (found !== undefined) return found;
    subtags.pop();
    // A singleton says that something follows, as in zh-Hant-x-private: it does not stand at the end.
    if (subtags.length > 1 && subtags.at(-1)?.length === 1) subtags.pop();
  }
  return undefined;
}
