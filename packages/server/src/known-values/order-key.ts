/** UTF-16 units of a text that its key speaks for. */
const LENGTH = 100;

const DIGITS = /[0-9]+/g;

/**
 * A text in a form whose order, by code points, is the one that people expect: digits that follow one another count as
 * a number, so that `2.9` comes before `2.10`. Equal texts have equal keys. Different texts have the same key only where
 * they differ by zeros before a number, or after the first 100 characters.
 *
 * A number is written without its leading zeros and after its length: one digit up to 8 digits, `9` and two digits of
 * length beyond that. So the key of a text that begins with another one up to something that is no digit begins with that
 * one's key.
 */
export function orderKey(text: string): string {
  return text
    .slice(0, LENGTH)
    .toWellFormed()
    .replace(DIGITS, (run) => {
      const number = run.replace(/^0+(?=.)/, '');
      const { length } = number;
      // A text of digits alone is the longest run, one of 100.
      if (length > 99) return `999${number.slice(0, 99)}`;
      return (length < 9 ? `${length}` : `9${String(length).padStart(2, '0')}`) + number;
    });
}
