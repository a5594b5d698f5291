import type { Clock } from '../clock/index.ts';

/** Lines in each span of time; what is more is only counted. */
const LINES = 20;
const SPAN = 60_000;

/** A log that nobody floods: within a minute 20 lines, then how many there were besides. */
export function quietly(log: (text: string) => void, clock: Pick<Clock, 'now'>): (text: string) => void {
  let begun = Number.NEGATIVE_INFINITY;
  let said = 0;
  return (text) => {
    const now = clock.now();
    if (now - begun >= SPAN) {
      if (said > LINES) log(`${said - LINES} more lines like these were left out`);
      begun = now;
      said = 0;
    }
    said += 1;
    if (said <= LINES) log(text);
    if (said === LINES) log('more lines within this minute are left out');
  };
}
