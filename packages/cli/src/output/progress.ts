import { cut } from './text.ts';

/** Lines at the bottom of the terminal that are drawn anew; where there is no terminal, nothing is drawn. */
export interface Live {
  show(...lines: readonly string[]): void;
  /** Takes the lines away. */
  end(): void;
}

/** Milliseconds between two drawings. */
const INTERVAL = 80;

/** Columns of a terminal that does not say how many it has. */
const COLUMNS = 80;

/** Draws on standard error. */
export function liveLines(now: () => number = Date.now): Live {
  const stream = process.stderr;
  if (!stream.isTTY) return { show: () => {}, end: () => {} };
  let drawn = 0;
  let last = 0;
  const clear = () => `\r${drawn > 1 ? `\u001b[${drawn - 1}A` : ''}\u001b[J`;
  return {
    show(...lines) {
      if (now() - last < INTERVAL) return;
      last = now();
      stream.write(clear() + lines.map((line) => cut(line, (stream.columns || COLUMNS) - 1)).join('\n'));
      drawn = lines.length;
    },
    end() {
      if (drawn > 0) stream.write(clear());
      drawn = 0;
    },
  };
}

const WIDTH = 30;

/** `██████░░░░ 12/25` */
export function formatBar(done: number, total: number): string {
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const full = Math.floor(share * WIDTH);
  return `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${done}/${total}`;
}
