const MINUTE = 60_000;

/**
 * Lets through so many lines in a minute, and says in the next how many it has kept back.
 *
 * @param now milliseconds since the epoch
 */
export function boundedLog(
  log: (text: string) => void,
  now: () => number,
  most = 30,
): (text: string) => void {
  let began = Number.NEGATIVE_INFINITY;
  let lines = 0;
  return (text) => {
    if (now() - began >= MINUTE) {
      if (lines > most) log(`${lines - most} more lines were left out`);
      began = now();
      lines = 0;
    }
    lines += 1;
    if (lines <= most) log(text);
  };
}
