/** Windows of maintenance: times of the day, in the time zone of whoever they are for. */
import type { Problem } from '@grove/api';
import { type Static, Type } from 'typebox';
import { instantOf, isTimeZone, localOf } from './zone.ts';

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const Clock = (description: string) => Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', description });

export const Window = Type.Object(
  {
    days: Type.Optional(
      Type.Array(Type.Enum(DAYS), {
        minItems: 1,
        maxItems: 7,
        description: 'On which days it begins; on each when absent',
      }),
    ),
    from: Clock('When it begins, such as 01:30'),
    to: Clock('When it ends; not later than it begins = on the next day'),
  },
  {
    additionalProperties: false,
    title: 'Window',
    description: 'A time of the day, in the zone of each device',
  },
);
export type Window = Static<typeof Window>;

export const Windows = Type.Array(Window, {
  minItems: 1,
  maxItems: 50,
  description:
    'Times of the day, in the time zone of each device, in which devices begin; at any when absent',
});

export const TimeZone = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'Time zone of the IANA database, such as Europe/London',
});

/** What is wrong with windows that fit the schema. */
export function windowProblems(windows: readonly Window[], field: string): Problem[] {
  return windows.flatMap((window, index) =>
    window.from === window.to
      ? [{ field: `${field}/${index}/to`, value: window.to, expected: 'another time than it begins' }]
      : [],
  );
}

/** What is wrong with the name of a time zone. */
export function zoneProblems(zone: string | null | undefined, field: string): Problem[] {
  return zone === undefined || zone === null || isTimeZone(zone)
    ? []
    : [{ field, value: zone, expected: 'a time zone of the IANA database, such as Europe/London' }];
}

/** Whether a window is open, and when that changes, in milliseconds since the epoch. */
export interface Opening {
  readonly isOpen: boolean;
  readonly until: number;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

function minutesOf(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
}

/**
 * Whether one of the windows is open in a zone. A local time that does not exist, since clocks are put forward, is the
 * first after it; of one that there is twice, a window begins at the first and ends at the second.
 */
export function openingAt(windows: readonly Window[], zone: string, now: number): Opening {
  const today = Math.floor(localOf(zone, now) / DAY);
  let next = Number.POSITIVE_INFINITY;
  let until = Number.NEGATIVE_INFINITY;
  // Windows may touch or overlap: an open one lasts as long as any that is open at its end.
  const spans: [from: number, to: number][] = [];
  for (let day = today - 1; day <= today + 8; day++) {
    // Day 0 of the epoch was a Thursday.
    const name = DAYS[(((day + 3) % 7) + 7) % 7];
    for (const window of windows) {
      if (name === undefined || (window.days !== undefined && !window.days.includes(name))) continue;
      const [from, to] = [minutesOf(window.from), minutesOf(window.to)];
      spans.push([
        instantOf(zone, day * DAY + from * MINUTE, 'first'),
        instantOf(zone, (to > from ? day : day + 1) * DAY + to * MINUTE, 'last'),
      ]);
    }
  }
  for (const [from, to] of spans.sort((a, b) => a[0] - b[0])) {
    if (from <= now && now < to) until = Math.max(until, to);
    else if (until !== Number.NEGATIVE_INFINITY && from <= until) until = Math.max(until, to);
    else if (from > now) next = Math.min(next, from);
  }
  return until > now ? { isOpen: true, until } : { isOpen: false, until: next };
}

/** Zones whose openings are kept for one list of windows: more than there are. */
const ZONES = 1000;

/** Windows that many devices ask about: what holds for a zone is computed once each time it changes. */
export class WindowClock {
  readonly windows: readonly Window[];
  readonly #known = new Map<string, { readonly since: number; readonly opening: Opening }>();

  constructor(windows: readonly Window[]) {
    this.windows = windows;
  }

  /** @param now milliseconds since the epoch; may be earlier than before */
  at(zone: string, now: number): Opening {
    const known = this.#known.get(zone);
    if (known !== undefined && known.since <= now && now < known.opening.until) return known.opening;
    const opening = openingAt(this.windows, zone, now);
    if (this.#known.size >= ZONES) this.#known.clear();
    this.#known.set(zone, { since: now, opening });
    return opening;
  }
}
