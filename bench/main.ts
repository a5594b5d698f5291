// Runs the benchmarks in this folder, all of them or those whose file name has one of the given names in it,
// and prints one line of JSON per figure. How to write one: CONTRIBUTING.md.
import { readdirSync } from 'node:fs';

/** One figure: how much better Grove does than the baseline, both measured side by side in this run. */
export interface Figure {
  /** What was measured, such as `wbxml decode`. */
  bench: string;
  /** How many times better than the baseline: above 1 is better, whatever the unit. */
  ratio: number;
  /** What Grove reached, in `unit`. */
  value: number;
  /** What it was measured against and reached, in the same unit. */
  baseline: number;
  /** Such as `messages/s` or `MB`. */
  unit: string;
}

/** What every `*.bench.ts` exports as default; options are those of the command line, `--name value`. */
export type Bench = (report: (figure: Figure) => void, options: ReadonlyMap<string, string>) => Promise<void>;

const names: string[] = [];
const options = new Map<string, string>();
for (const given = process.argv.slice(2); given.length > 0; ) {
  const [word = '', value] = given.splice(0, given[0]?.startsWith('--') ? 2 : 1);
  if (!word.startsWith('--')) names.push(word);
  else options.set(word.slice(2), value ?? '');
}
const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.bench.ts'));
const chosen = files.filter((file) => names.length === 0 || names.some((name) => file.includes(name))).sort();
if (chosen.length === 0) {
  const known = files.map((file) => file.replace('.bench.ts', '')).join(', ') || 'none yet';
  console.error(
    `No benchmark ${names.length > 0 ? `is named ${names.join(' or ')}` : 'found'}. There are: ${known}.`,
  );
  process.exitCode = 1;
}

for (const file of chosen) {
  console.error(`${file} …`);
  const { default: run }: { default: Bench } = await import(`./${file}`);
  await run(({ bench, ratio, value, baseline, unit }) => {
    console.log(JSON.stringify({ bench, ratio, value, baseline, unit }));
  }, options);
}
