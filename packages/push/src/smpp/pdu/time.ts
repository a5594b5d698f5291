/** Times as SMPP writes them: `YYMMDDhhmmsstnnp` (SMPP 3.4, 7.1.1). */

const DAY = 86_400_000;
/** What fits into the days: of months and years each SMS centre has its own idea, and none keeps a message so long. */
const MOST_DAYS = 31;

/** A time from now, in milliseconds, as a relative time; more than 31 days become 31 days. */
export function relativeTime(milliseconds: number): string {
  const seconds = Math.max(1, Math.ceil(Math.min(milliseconds, MOST_DAYS * DAY) / 1000));
  const days = Math.floor(seconds / 86_400);
  const parts = [days, Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60];
  return `0000${parts.map(two).join('')}000R`;
}

/** An instant, in milliseconds since the epoch, in UTC. */
export function absoluteTime(at: number): string {
  const date = new Date(at);
  const parts = [
    date.getUTCFullYear() % 100,
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  ];
  return `${parts.map(two).join('')}${Math.floor(date.getUTCMilliseconds() / 100)}00+`;
}

/**
 * Which instant a relative or absolute time means.
 *
 * @returns milliseconds since the epoch; undefined where it is no time
 */
export function readTime(text: string, now: number): number | undefined {
  const match = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d)(\d\d)([+\-R])$/.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, tenth = 0, quarters = 0] = match
    .slice(1, 9)
    .map(Number);
  const ofDay = ((hour * 60 + minute) * 60 + second) * 1000 + tenth * 100;
  if (match[9] === 'R') return now + (year * 365 + month * 30 + day) * DAY + ofDay;
  const offset = quarters * 15 * 60_000 * (match[9] === '+' ? 1 : -1);
  return Date.UTC(2000 + year, month - 1, day) + ofDay - offset;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
