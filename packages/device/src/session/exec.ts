/** Exec (DM_RepPro 1.2.1): what stands behind a node does what it is asked to. */
import { type Exec, type Item, STATUS, TreeError } from '@grove/protocol';
import { handlerOf } from '../objects/index.ts';
import { failureOf, type ItemOutcome } from './commands.ts';
import { targetOf } from './item.ts';
import { answer, deviceOf, interrupt, type Run, tellChanges } from './run.ts';

export async function runExec(run: Run, command: Exec): Promise<void> {
  interrupt(run);
  tellChanges(run);
  if (command.items.length === 0) {
    answer(run, command, undefined, { code: STATUS.BAD_REQUEST, reason: 'no Item' });
  }
  for (const [index, item] of command.items.entries()) {
    const { explained, ...outcome } = await execItem(run, command, item, index);
    const items = explained ? [{ data: outcome.reason ?? '' }] : [];
    answer(run, command, item, outcome, { items });
  }
}

interface ExecOutcome extends ItemOutcome {
  /** Whether the server is told the reason, too, and not its user alone. */
  readonly explained?: true;
}

/** Nobody can tell whether it was done, so that doing it again could be doing it twice. */
const UNKNOWN: ExecOutcome = {
  code: STATUS.FAILED,
  reason: 'it had begun when the device stopped; whether it was done is not known',
  explained: true,
};

async function execItem(run: Run, command: Exec, item: Item, index: number): Promise<ExecOutcome> {
  const { context, errand, limits, msgRef, execs } = run;
  const { cmdID: cmdRef, correlator } = command;
  const uri = targetOf(item);
  if (uri === undefined) return { code: STATUS.BAD_REQUEST, reason: 'no Target' };
  if (item.moreData) return { code: STATUS.NOT_SUPPORTED, reason: 'an argument comes in one message' };
  const { tree, server } = errand;
  try {
    tree.checkExec(uri, server);
  } catch (error) {
    return failureOf(error);
  }
  const handler = handlerOf(context.handlers, uri);
  if (handler?.exec === undefined)
    return { code: STATUS.NOT_SUPPORTED, reason: 'nothing is behind this node' };
  const hadBegun = execs.some(
    (each) => each.msgRef === msgRef && each.cmdRef === cmdRef && each.item === index,
  );
  if (hadBegun && handler.interrupted === undefined) return UNKNOWN;
  if (!hadBegun) await context.onExec?.({ msgRef, cmdRef, item: index });
  const over = new AbortController();
  const signal = context.signal === undefined ? over.signal : AbortSignal.any([context.signal, over.signal]);
  const late = context.clock.sleep(limits.exec, signal).then((): ItemOutcome => {
    return { code: STATUS.FAILED, reason: `has not ended within ${limits.exec} ms` };
  });
  const call = { uri, data: item.data, correlator, server, signal };
  try {
    const work = async (): Promise<ItemOutcome> => ({
      code:
        (await (hadBegun ? handler.interrupted : handler.exec)?.(call, deviceOf(context))) ??
        STATUS.NOT_SUPPORTED,
    });
    return await Promise.race([work(), late]);
  } catch (error) {
    context.signal?.throwIfAborted();
    if (error instanceof TreeError) return failureOf(error);
    return { code: STATUS.FAILED, reason: error instanceof Error ? error.message : String(error) };
  } finally {
    over.abort();
  }
}
