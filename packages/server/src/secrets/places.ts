/** A part of a text. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** What is no longer than this is left to the JavaScript engine's own search, which slows down with the length. */
const SHORT = 32;

/**
 * Where a text stands in another, in order; places that overlap or touch are one. Takes a time that depends on the
 * length of the text alone, whatever the two are made of: both may come from somebody who means ill.
 */
export function places(text: string, wanted: string): Iterable<Place> {
  return joined(text, wanted.length, wanted.length <= SHORT ? findingShort(wanted) : findingLong(wanted));
}

/** Gives the next place at or behind one, -1 where there is none; is asked for later and later ones. */
type Find = (text: string, from: number) => number;

function* joined(text: string, length: number, find: Find): Iterable<Place> {
  let start = find(text, 0);
  while (start !== -1) {
    let end = start + length;
    let next = find(text, start + 1);
    while (next !== -1 && next <= end) {
      end = next + length;
      next = find(text, next + 1);
    }
    yield { start, end };
    start = next;
  }
}

function findingShort(wanted: string): Find {
  return (text, from) => text.indexOf(wanted, from);
}

/** The search of Knuth, Morris and Pratt, which looks at each character of the text once. */
function findingLong(wanted: string): Find {
  const { length } = wanted;
  const borders = bordersOf(wanted);
  let at = 0;
  let matched = 0;
  return (text) => {
    while (at < text.length) {
      const code = text.charCodeAt(at);
      at++;
      while (matched > 0 && (matched === length || wanted.charCodeAt(matched) !== code)) {
        matched = borders[matched - 1] ?? 0;
      }
      if (wanted.charCodeAt(matched) === code) matched++;
      if (matched === length) return at - length;
    }
    return -1;
  };
}

/** For each beginning of a text the length of the longest one that it also ends with. */
function bordersOf(text: string): Uint32Array {
  const borders = new Uint32Array(text.length);
  let length = 0;
  for (let at = 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    while (length > 0 && text.charCodeAt(length) !== code) length = borders[length - 1] ?? 0;
    if (text.charCodeAt(length) === code) length++;
    borders[at] = length;
  }
  return borders;
}
