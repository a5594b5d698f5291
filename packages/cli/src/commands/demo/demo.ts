import { setTimeout as sleep } from 'node:timers/promises';
import { formatBar, liveLines, print, printJson } from '../../output/index.ts';
import { Exit } from '../../program/index.ts';
import { ended } from '../signal.ts';
import { play } from './play.ts';
import { openStage, type Stage, type StageOptions } from './stage.ts';
import { opening, story, summary, whatToTry } from './tell.ts';

interface Options extends StageOptions {
  readonly once?: true;
  readonly json?: true;
}

/** Plays the whole of Grove on this machine: a server, phones, a campaign. */
export async function demo(options: Options): Promise<void> {
  const say = options.json ? () => {} : print;
  const end = ended();
  const stage = await openStage(options);
  const live = liveLines();
  try {
    say(...opening(stage));
    const playing = play(stage, (called) => live.show(formatBar(called, stage.phones.length)));
    const result = await Promise.race([playing, end]);
    live.end();
    if (result === undefined) {
      playing.catch(() => {});
      process.exitCode = Exit.failed;
      return;
    }
    process.exitCode = result.failed === 0 ? Exit.ok : Exit.failed;
    if (options.json) printJson(summary(result, options));
    else print(...story(result));
    if (options.once) return;
    say('', ...whatToTry(stage, result));
    await keepCalling(stage, end);
  } finally {
    live.end();
    await stage.close();
  }
}

/** Milliseconds in which each phone calls once. */
const ROUND = 30_000;

/** Has the phones call one after the other, again and again until the end. */
async function keepCalling({ phones }: Stage, end: Promise<void>): Promise<void> {
  let over = false;
  void end.then(() => {
    over = true;
  });
  for (let turn = 0; !over; turn++) {
    await Promise.race([end, sleep(ROUND / phones.length)]);
    const phone = phones[turn % phones.length];
    if (!over) await Promise.race([end, phone?.session().catch(() => undefined)]);
  }
}
