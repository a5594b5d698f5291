/** Seconds of processor time for which each side runs before the other has its turn, and how often it has. */
const TURN = 0.25;
const TURNS = 15;
/** Seconds for which each side runs before it is measured. */
const WARM_UP = 1;

/** What runs for some seconds of its processor time and says how many times per second it did its work. */
export type Rate = (seconds: number) => number | Promise<number>;

/**
 * Lets two sides run in turns, so that what else the machine does meets both alike. Time is that of the processor,
 * with all threads of a side in it, since the clock on the wall also counts what others do.
 *
 * @returns the median rate of each, and the median of the ratios in which the turns ended: two turns next to each
 *   other meet the same machine.
 */
export async function sideBySide(ours: Rate, theirs: Rate): Promise<Comparison> {
  await ours(WARM_UP);
  await theirs(WARM_UP);
  const turns: Comparison[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    const value = await ours(TURN);
    const baseline = await theirs(TURN);
    turns.push({ value, baseline, ratio: value / baseline });
  }
  return {
    value: median(turns.map((turn) => turn.value)),
    baseline: median(turns.map((turn) => turn.baseline)),
    ratio: median(turns.map((turn) => turn.ratio)),
  };
}

interface Comparison {
  value: number;
  baseline: number;
  ratio: number;
}

/** Works on each of several things in turn. */
export function each<T>(things: readonly T[], work: (thing: T) => unknown): Rate {
  return (seconds) => {
    const start = process.cpuUsage();
    let done = 0;
    let elapsed = 0;
    while (elapsed < seconds) {
      for (let round = 0; round < 50; round++) {
        for (const thing of things) work(thing);
      }
      done += 50 * things.length;
      const { user, system } = process.cpuUsage(start);
      elapsed = (user + system) / 1e6;
    }
    return done / elapsed;
  };
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] as number;
}
