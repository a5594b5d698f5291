const MOST = 10;
const PERIOD = 60_000;

/** A log for what strangers cause: at most ten lines a minute, and then how many were left out. */
export function sparing(log: (text: string) => void): (text: string) => void {
  let since = Number.NEGATIVE_INFINITY;
  let count = 0;
  return (text) => {
    const now = performance.now();
    if (now - since >= PERIOD) {
      if (count > MOST) log(`${count - MOST} further lines about refused SIP were left out.`);
      since = now;
      count = 0;
    }
    count++;
    if (count <= MOST) log(text);
  };
}
