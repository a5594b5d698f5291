import { setTimeout as sleep } from 'node:timers/promises';
import { formatBar, liveLines, print, printJson } from '../../output/index.ts';
import { Exit } from '../../program/index.ts';
import { ended } from '../signal.ts';
import { play } from './play.ts';
import { openStage, type Stage, type StageOptions } from './stage.ts';
import { opening, story, summary, whatToTry } from './tell.ts';

/** Plays the whole of Grove on this machine: a server, phones, a campaign. */
export async function demo(options: StageOptions): Promise<void> {
  const say = options.json ? () => {} : print;
  const end = ended();
  const stage = await openStage(options);
  const live = liveLines();
  try {
    say(...opening(stage));
    const playing = play(stage, (called) => live.show(formatBar(called, stage.phones.agents.length)));
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
async function keepCalling({ phones: { agents } }: Stage, end: Promise<void>): Promise<void> {
  const over = new AbortController();
  const { signal } = over;
  void end.then(() => over.abort());
  for (let turn = 0; !signal.aborted; turn++) {
    await sleep(ROUND / agents.length, undefined, { signal }).catch(() => {});
    if (!signal.aborted) await Promise.race([end, agents[turn % agents.length]?.call()]);
  }
}
