/** What a user may type. */
import { forbiddenCharacter } from '../octets/index.ts';
import type { TextInput } from './question.ts';

/** What one type of input takes, as a user is told it. */
interface InputRule {
  readonly takes: (text: string) => boolean;
  readonly expected: string;
}

const RULES: Readonly<Record<TextInput['input'], InputRule>> = {
  text: {
    takes: (text) =>
      forbiddenCharacter(text) === undefined && !/\p{Cc}/u.test(text.replaceAll(/[\n\t]/g, '')),
    expected: 'a text',
  },
  number: { takes: (text) => /^[+-]?\d+(\.\d+)?$/.test(text), expected: 'a number' },
  date: { takes: isDate, expected: 'a date as day, month and year, such as 31122026' },
  time: {
    takes: (text) => /^([01]\d|2[0-3])[0-5]\d[0-5]\d$/.test(text),
    expected: 'a time as hours, minutes and seconds, such as 235959',
  },
  phone: {
    takes: (text) => /^\+?[\d*#pws]+$/i.test(text),
    expected: 'a phone number of digits, with + only before them',
  },
  ip: {
    takes: (text) =>
      /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.test(text) && text.split('.').every(isOctet),
    expected: 'an IP address such as 192.0.2.1',
  },
};

function isOctet(part: string): boolean {
  return Number(part) <= 255;
}

/** `DDMMYYYY`, of a day that there is. */
function isDate(text: string): boolean {
  const [, day, month, year] = /^(\d{2})(\d{2})(\d{4})$/.exec(text) ?? [];
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.getUTCDate() === Number(day) && date.getUTCMonth() === Number(month) - 1;
}

/** Why a text is no answer to a question, for the one who typed it; undefined when it is one. */
export function inputFault({ input, maxLength }: TextInput, text: string): string | undefined {
  const length = [...text].length;
  if (length === 0) return 'Expected an answer.';
  if (length > maxLength) return `Expected at most ${maxLength} characters; these are ${length}.`;
  const { takes, expected } = RULES[input];
  return takes(text) ? undefined : `Expected ${expected}.`;
}
