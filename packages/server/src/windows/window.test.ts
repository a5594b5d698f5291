import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openingAt, type Window, WindowClock, windowProblems, zoneProblems } from './index.ts';
import { instantOf, localOf } from './zone.ts';

const at = (text: string) => Date.parse(text);
const night: Window = { from: '01:00', to: '05:00' };

function shown(windows: Window[], zone: string, now: string): string {
  const { isOpen, until } = openingAt(windows, zone, at(now));
  return `${isOpen ? 'open' : 'closed'} until ${new Date(until).toISOString()}`;
}

describe('a window', () => {
  it.each<[string, Window[], string, string, string]>([
    ['is open', [night], 'UTC', '2026-01-10T01:00:00Z', 'open until 2026-01-10T05:00:00.000Z'],
    ['is over at its end', [night], 'UTC', '2026-01-10T05:00:00Z', 'closed until 2026-01-11T01:00:00.000Z'],
    [
      'is that of the zone',
      [night],
      'Asia/Kolkata',
      '2026-01-10T20:00:00Z',
      'open until 2026-01-10T23:30:00.000Z',
    ],
    [
      'goes on past midnight',
      [{ from: '22:00', to: '04:00' }],
      'Europe/London',
      '2026-01-10T03:59:00Z',
      'open until 2026-01-10T04:00:00.000Z',
    ],
    [
      'belongs to the day on which it begins',
      [{ days: ['sat'], from: '22:00', to: '04:00' }],
      'UTC',
      '2026-01-11T03:00:00Z',
      'open until 2026-01-11T04:00:00.000Z',
    ],
    [
      'is looked for a week ahead',
      [{ days: ['mon'], from: '01:00', to: '02:00' }],
      'UTC',
      '2026-01-12T02:00:00Z',
      'closed until 2026-01-19T01:00:00.000Z',
    ],
    [
      'goes on in one that touches it',
      [night, { from: '05:00', to: '06:00' }],
      'UTC',
      '2026-01-10T02:00:00Z',
      'open until 2026-01-10T06:00:00.000Z',
    ],
    // London: clocks go from 01:00 to 02:00 on 29 March 2026, and from 02:00 back to 01:00 on 25 October.
    [
      'begins after a gap',
      [{ from: '01:30', to: '03:00' }],
      'Europe/London',
      '2026-03-29T00:30:00Z',
      'closed until 2026-03-29T01:00:00.000Z',
    ],
    [
      'is shorter where clocks go forward',
      [night],
      'Europe/London',
      '2026-03-29T01:30:00Z',
      'open until 2026-03-29T04:00:00.000Z',
    ],
    [
      'is longer where they go back',
      [night],
      'Europe/London',
      '2026-10-25T00:00:00Z',
      'open until 2026-10-25T05:00:00.000Z',
    ],
    [
      'ends at the second of an hour that is there twice',
      [{ from: '00:30', to: '01:30' }],
      'Europe/London',
      '2026-10-25T01:15:00Z',
      'open until 2026-10-25T01:30:00.000Z',
    ],
  ])('%s', (_, windows, zone, now, expected) => {
    expect(shown(windows, zone, now)).toBe(expected);
  });

  it('is told alike by a clock that jumps to and fro', () => {
    const clock = new WindowClock([night, { days: ['sun'], from: '12:00', to: '00:30' }]);
    const instants = fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2026-12-31T00:00:00Z') });
    fc.assert(
      fc.property(
        fc.array(instants, { maxLength: 20 }),
        fc.constantFrom('Europe/London', 'America/St_Johns', 'UTC'),
        (nows, zone) => {
          for (const now of nows) {
            const opening = clock.at(zone, now);
            expect(opening.until).toBeGreaterThan(now);
            expect(opening).toEqual(openingAt(clock.windows, zone, now));
            expect(openingAt(clock.windows, zone, opening.until).isOpen).toBe(!opening.isOpen);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('is refused where it says nothing', () => {
    expect(windowProblems([{ from: '01:00', to: '01:00' }], 'windows')).toMatchObject([
      { field: 'windows/0/to' },
    ]);
    expect(zoneProblems('Mars/Olympus', 'timeZone')).toMatchObject([
      { field: 'timeZone', value: 'Mars/Olympus' },
    ]);
    expect(zoneProblems('Europe/London', 'timeZone')).toEqual([]);
  });
});

it('local times lead back to their instants', () => {
  const instants = fc.integer({ min: 0, max: at('2035-01-01T00:00:00Z') });
  fc.assert(
    fc.property(
      instants,
      fc.constantFrom('Europe/London', 'Australia/Lord_Howe', 'Asia/Tokyo'),
      (instant, zone) => {
        const local = localOf(zone, instant);
        const found = [instantOf(zone, local, 'first'), instantOf(zone, local, 'last')];
        expect(found).toContain(instant);
      },
    ),
    { numRuns: 200 },
  );
});
