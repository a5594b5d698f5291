import type { Clock } from '../clock/index.ts';
import type { Asked } from './notice.ts';
import type { Reaction, UserInteraction } from './port.ts';

/** What the user does within the time; silence when that is over. Rejects when the signal is aborted. */
export async function reactionWithin(
  asked: Asked & { readonly maxDisplay: number },
  interaction: UserInteraction,
  { clock, signal }: { readonly clock: Clock; readonly signal?: AbortSignal | undefined },
): Promise<Reaction> {
  const over = new AbortController();
  const ended = signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]);
  const begun = clock.now();
  try {
    const late = clock.sleep(asked.maxDisplay * 1000, ended).then((): Reaction => ({ kind: 'silent' }));
    const reaction = await Promise.race([late, interaction.ask(asked, ended)]);
    const missing = (asked.minDisplay ?? 0) * 1000 - (clock.now() - begun);
    if (reaction.kind === 'read' && missing > 0) await clock.sleep(missing, ended);
    return reaction;
  } finally {
    over.abort();
  }
}
