/** Arithmetic of time zones, by the database of zones that JavaScript has. */

const formats = new Map<string, Intl.DateTimeFormat>();
/** Zones whose formats are kept: more than there are. */
const ZONES = 1000;

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    era: 'short',
  });
  if (formats.size >= ZONES) formats.clear();
  formats.set(zone, format);
  return format;
}

/** Whether a text names a time zone. */
export function isTimeZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** The local time of an instant, as milliseconds since the epoch would be if the zone were UTC. */
export function localOf(zone: string, instant: number): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(instant)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (((instant % 1000) + 1000) % 1000);
}

const DAY = 24 * 60 * 60_000;

/**
 * The instant of a local time. One that does not exist is taken for the first that does after it; of one that there is
 * twice, `which` says which is meant.
 */
export function instantOf(zone: string, local: number, which: 'first' | 'last'): number {
  // Whatever changes, the offset of the day before or that of the day after holds.
  const offsets = [local - DAY, local + DAY].map((near) => localOf(zone, near) - near);
  const instants = offsets.map((offset) => local - offset);
  const right = instants.filter((instant) => localOf(zone, instant) === local);
  if (right.length === 0) return Math.min(...instants.map((instant) => afterGap(zone, instant, local)));
  return which === 'first' ? Math.min(...right) : Math.max(...right);
}

/** The first instant whose local time is not before one that does not exist. */
function afterGap(zone: string, near: number, local: number): number {
  let [low, high] = [near - DAY, near + DAY];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (localOf(zone, middle) < local) low = middle;
    else high = middle;
  }
  return high;
}
