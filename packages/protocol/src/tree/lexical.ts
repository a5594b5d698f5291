/** How dates, times and numbers are written (ISO 8601; XML Schema 1.0 for float). */

const ZONE = String.raw`(?:Z|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)`;
const CALENDAR = /^(\d{4})(-?)(\d\d)\2(\d\d)/;
const ORDINAL = /^(\d{4})-?(\d{3})/;
const WEEK = /^(\d{4})(-?)W(\d\d)\2([1-7])/;
const TIME = new RegExp(
  String.raw`^(?:(?:[01]\d|2[0-3])(?:(:?)[0-5]\d(?:\1(?:[0-5]\d|60))?)?(?:[.,]\d+)?|24(:?)00(?:\2(?:00)(?:[.,]0+)?)?)${ZONE}?$`,
);
const ONLY_ZONE = new RegExp(`^${ZONE}?$`);

/** The single precision number of XML Schema: what has too many digits is rounded, and is one nevertheless. */
export function isFloat(text: string): boolean {
  return /^(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|-?INF|NaN)$/.test(text);
}

/** A date with its century: of the calendar, of a week or of a year; perhaps with a time zone. */
export function isDate(text: string): boolean {
  const length = dateLength(text);
  return length > 0 && ONLY_ZONE.test(text.slice(length));
}

/** A time of day, or a date with a time, which is what many devices keep under this format. */
export function isTime(text: string): boolean {
  const length = text.charAt(dateLength(text)) === 'T' ? dateLength(text) : 0;
  return TIME.test(text.charAt(length) === 'T' ? text.slice(length + 1) : text);
}

/** Characters of the date at the beginning of a text; 0 where there is none. */
function dateLength(text: string): number {
  const calendar = CALENDAR.exec(text);
  if (calendar !== null) {
    const [found, year, , month, day] = calendar;
    if (isDay(Number(year), Number(month), Number(day))) return found.length;
  }
  const week = WEEK.exec(text);
  if (week !== null) return Number(week[3]) >= 1 && Number(week[3]) <= 53 ? week[0].length : 0;
  const ordinal = ORDINAL.exec(text);
  const day = Number(ordinal?.[2]);
  return ordinal !== null && day >= 1 && day <= (isDay(Number(ordinal[1]), 2, 29) ? 366 : 365)
    ? ordinal[0].length
    : 0;
}

function isDay(year: number, month: number, day: number): boolean {
  // Two-digit years mean the twentieth century to Date; the Gregorian calendar repeats itself every 400 years.
  const date = new Date(Date.UTC(2000 + (year % 400), month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
