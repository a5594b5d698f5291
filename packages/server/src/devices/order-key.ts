/** Characters that count: what is longer is found by its beginning. */
const MOST = 100;

/**
 * A text in a form in which the order of its bytes is the natural order of the texts: `2.9` before `2.10`. Each run of digits is
 * written without zeros at its beginning, after a character that stands for how many digits are left.
 */
export function orderKey(text: string): string {
  return text.slice(0, MOST).replaceAll(/\d+/g, (run) => {
    const digits = run.replace(/^0+(?=\d)/, '');
    return String.fromCharCode(0x20 + digits.length) + digits;
  });
}
