/** The options of a question: `MINDT=10&MAXDT=60&DR=1`. */

/** What the first Item of a user-interaction alert says. What it does not say is absent. */
export interface InteractionOptions {
  /** MINDT: seconds for which the question is shown at least. */
  readonly minDisplay?: number;
  /** MAXDT: seconds for which the device waits for the user. */
  readonly maxDisplay?: number;
  /** DR: the default answer, as it came. */
  readonly defaultResponse?: string;
  /** MAXLEN: characters that the user may type. */
  readonly maxLength?: number;
  /** IT: what the user may type. */
  readonly inputType?: InputType;
  /** ET: whether what is typed is hidden. */
  readonly hidden?: boolean;
}

/** What the user may type: any text, a number, `DDMMYYYY`, `hhmmss`, a phone number, an IPv4 address. */
export type InputType = 'text' | 'number' | 'date' | 'time' | 'phone' | 'ip';

/** Options, and what of the option string was left out, in words. */
export interface ParsedOptions {
  readonly options: InteractionOptions;
  readonly ignored: readonly string[];
}

/** The longest time that a question may say: a day. */
const MAX_SECONDS = 86_400;

const INPUT_TYPES: Readonly<Record<InputType, string>> = {
  text: 'A',
  number: 'N',
  date: 'D',
  time: 'T',
  phone: 'P',
  ip: 'I',
};
const INPUT_TYPE_OF: ReadonlyMap<string, InputType> = new Map(
  (Object.keys(INPUT_TYPES) as InputType[]).map((type) => [INPUT_TYPES[type], type]),
);

type Reader = (value: string) => InteractionOptions | undefined;

/** What each option's value means; undefined = it is none that the option can have. */
const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['MINDT', (value) => mapped(seconds(value, 0), (minDisplay) => ({ minDisplay }))],
  ['MAXDT', (value) => mapped(seconds(value, 1), (maxDisplay) => ({ maxDisplay }))],
  ['DR', (defaultResponse) => ({ defaultResponse })],
  ['MAXLEN', (value) => mapped(whole(value, 1), (maxLength) => ({ maxLength }))],
  ['IT', (value) => mapped(INPUT_TYPE_OF.get(value.toUpperCase()), (inputType) => ({ inputType }))],
  ['ET', (value) => mapped(hiddenOf(value.toUpperCase()), (hidden) => ({ hidden }))],
]);

/**
 * Reads an option string. Unknown options are skipped, as the standard says; so are values that an option cannot
 * have, for a question is better asked without an option than not at all. Of an option said twice the first holds.
 */
export function parseOptions(text: string): ParsedOptions {
  let options: InteractionOptions = {};
  const ignored: string[] = [];
  const seen = new Set<string>();
  for (const part of text.trim().split('&')) {
    if (part.trim() === '') continue;
    const at = part.indexOf('=');
    const key = unescaped(at < 0 ? part : part.slice(0, at))
      .trim()
      .toUpperCase();
    const reader = READERS.get(key);
    if (reader === undefined || seen.has(key)) {
      ignored.push(`option ${part}: ${reader === undefined ? 'not known' : 'said before'}`);
      continue;
    }
    seen.add(key);
    const value = at < 0 ? '' : unescaped(part.slice(at + 1));
    const option = reader(key === 'DR' ? value : value.trim());
    if (option === undefined) ignored.push(`option ${part}: not a value of ${key}`);
    else options = { ...options, ...option };
  }
  return { options, ignored };
}

/** Writes an option string. */
export function formatOptions(options: InteractionOptions): string {
  const { minDisplay, maxDisplay, defaultResponse, maxLength, inputType, hidden } = options;
  const parts: readonly (readonly [string, string | number | undefined])[] = [
    ['MINDT', minDisplay],
    ['MAXDT', maxDisplay],
    ['DR', defaultResponse],
    ['MAXLEN', maxLength],
    ['IT', inputType === undefined ? undefined : INPUT_TYPES[inputType]],
    ['ET', hidden === undefined ? undefined : hidden ? 'P' : 'T'],
  ];
  return parts
    .filter(([, value]) => value !== undefined)
    .map(
      ([key, value]) => `${key}=${encodeURIComponent(String(value).toWellFormed()).replaceAll('%20', '+')}`,
    )
    .join('&');
}

function mapped<T, R>(value: T | undefined, to: (value: T) => R): R | undefined {
  return value === undefined ? undefined : to(value);
}

function whole(text: string, least: number): number | undefined {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : undefined;
  return value === undefined || value < least ? undefined : value;
}

function seconds(text: string, least: number): number | undefined {
  return mapped(whole(text, least), (value) => Math.min(value, MAX_SECONDS));
}

function hiddenOf(echo: string): boolean | undefined {
  return echo === 'P' ? true : echo === 'T' ? false : undefined;
}

/** Undoes URL-style escaping, in which `+` is a blank; what is wrongly escaped stays as it is. */
function unescaped(text: string): string {
  const blanks = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(blanks);
  } catch {
    return blanks;
  }
}
