/** A session of many commands against as many sessions of one: what a session costs beside a command. */
import type { Bench } from './main.ts';
import { play } from './session/load.ts';
import { scriptFor } from './session/messages.ts';
import { ask, started, stopped } from './session/process.ts';

const MANY = 200;
const COMMANDS = 20_000;
const CONNECTIONS = 64;
const AUTH = 'basic';

/** Commands carried out per second where each session has so many. */
async function rateOf(commands: number): Promise<number> {
  const phones = COMMANDS / commands;
  const { child, port } = await started('grove.ts', AUTH, String(phones), String(commands));
  const round = async (number: number): Promise<number> => {
    const scripts = Array.from({ length: phones }, (_, index) =>
      scriptFor({ index, auth: AUTH, round: number, commands }),
    );
    const { rate } = await play(port, scripts, Math.min(CONNECTIONS, phones));
    const { succeeded } = await ask<{ succeeded: number }>(child, 'count');
    if (succeeded !== phones) throw new Error(`${succeeded} phones were configured, expected ${phones}`);
    return (rate / 2) * commands;
  };
  // By the first round the server warms up and learns of the phones.
  await round(1);
  await ask(child, 'begin');
  const rate = await round(2);
  await stopped(child);
  return rate;
}

const run: Bench = async (report) => {
  const baseline = await rateOf(1);
  const value = await rateOf(MANY);
  report({
    bench: `${MANY} commands in one session, beside ${MANY} sessions of one`,
    ratio: value / baseline,
    value,
    baseline,
    unit: 'commands/s',
  });
};

export default run;
