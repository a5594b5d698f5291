// Runs the soaks in this folder, all of them or those whose file name has one of the given names in it. A soak
// uses Grove for minutes or hours and throws when something is not as it has to be.
import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { randomOf } from './random.ts';

/** What every `*.soak.ts` is given. */
export interface Soaking {
  /** How long to go on, in milliseconds, where it is not a matter of messages. */
  readonly duration: number;
  /** How many messages to exchange, where it is a matter of those. */
  readonly messages: number;
  readonly seed: number;
  /** Between 0 and 1; the same numbers for the same seed. */
  readonly random: () => number;
  /** Tells how it goes. */
  say(line: string): void;
}

/** What every `*.soak.ts` exports as default; rejects over whatever is wrong. */
export type Soak = (soaking: Soaking) => Promise<void>;

const { values, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '5' },
    messages: { type: 'string', default: '1000000' },
    seed: { type: 'string' },
  },
});
const minutes = Number(values.minutes);
const messages = Number(values.messages);
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
if (!(minutes > 0 && messages > 0) || !Number.isInteger(seed)) {
  console.error('--minutes and --messages take a number above 0, --seed a whole number.');
  process.exit(2);
}
const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.soak.ts'));
const chosen = files.filter((file) => names.length === 0 || names.some((name) => file.includes(name))).sort();
if (chosen.length === 0) {
  const known = files.map((file) => file.replace('.soak.ts', '')).join(', ');
  console.error(`No soak is named ${names.join(' or ')}. There are: ${known}.`);
  process.exitCode = 1;
}

for (const file of chosen) {
  const name = file.replace('.soak.ts', '');
  const say = (line: string): void => console.error(`${name}: ${line}`);
  say(`seed ${seed}`);
  const { default: soak }: { default: Soak } = await import(`./${file}`);
  try {
    await soak({ duration: minutes * 60_000, messages, seed, random: randomOf(seed), say });
    console.log(`${name}: passed`);
  } catch (error) {
    console.log(`${name}: FAILED, seed ${seed}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
