import type { Figure } from '../main.ts';

/** Prints a figure against the limit that it has to keep, and reports it. */
export type Judge = (
  what: string,
  value: number,
  limit: number,
  unit: string,
  better?: 'less' | 'more',
) => void;

/** Says of each figure whether it keeps its limit. */
export function judging(report: (figure: Figure) => void): Judge {
  return (bench, value, limit, unit, better = 'less') => {
    const ratio = better === 'less' ? limit / value : value / limit;
    const shown = (number: number) => number.toLocaleString('en', { maximumSignificantDigits: 4 });
    const sign = better === 'less' ? '≤' : '≥';
    console.error(
      `${ratio >= 1 ? 'PASS' : 'MISS'}  ${bench}: ${shown(value)} ${unit} (${sign} ${shown(limit)})`,
    );
    report({ bench, ratio, value, baseline: limit, unit });
  };
}
