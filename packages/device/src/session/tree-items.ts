/** The Items of a command on the tree: their values put where they belong, their parts collected. */
import { type Add, type Item, type Replace, STATUS, type StoredValue } from '@grove/protocol';
import {
  type Errand,
  failureOf,
  type ItemOutcome,
  refusalOf,
  runChange,
  runGet,
  type TreeCommand,
} from './commands.ts';
import { isDocument, targetOf } from './item.ts';
import {
  beginIncoming,
  continues,
  type PartOutcome,
  saysSize,
  takePart,
  type Whose,
} from './large-object.ts';
import { formOf, leastRawSize, shelveItem, travelSize } from './large-value.ts';
import { answer, interrupt, noteChange, type Run } from './run.ts';

/** A server that asks for more at once than a device should hold gets it in several messages, if it asks again. */
const TOO_MUCH: ItemOutcome = {
  code: STATUS.TOO_LARGE,
  reason: 'other Gets of the same message have found enough for one answer',
};

/** @param inside whether the command stands in a Sequence, where no value may go on in the next message. */
export async function runItems(run: Run, command: TreeCommand, inside: boolean): Promise<void> {
  if (command.items.length === 0) {
    answer(run, command, undefined, { code: STATUS.BAD_REQUEST, reason: 'no Item' });
  }
  for (const item of command.items) {
    const outcome = await runItem(run, command, item, inside);
    for (const { item: found } of outcome.results ?? []) run.found += travelSize(found.data ?? '');
    answer(run, command, item, outcome);
    if (outcome.code === STATUS.OK) noteChange(run, command, item);
  }
}

async function runItem(run: Run, command: TreeCommand, item: Item, inside: boolean): Promise<ItemOutcome> {
  const { errand, limits } = run;
  if (command.name === 'Get') {
    interrupt(run);
    return run.found >= limits.maxResults ? TOO_MUCH : runGet(errand, item);
  }
  const goesOn = !inside && continues(run.incoming, command.name, item);
  if (!goesOn) interrupt(run);
  if (command.name === 'Copy' || command.name === 'Delete') return runChange(errand, command, item);
  if (!goesOn && !inside && isRest(run, command, item)) return refuseRest(run, command, item);
  if (goesOn || (item.moreData === true && !inside)) return collect(run, command, item);
  const prepared = await prepare(errand, command, item, limits.maxObjSize);
  return 'code' in prepared ? prepared : runChange(errand, command, item, prepared.stored);
}

/**
 * Puts the value of an Item into the content store, if it is so large that the tree should not hold it; or says
 * with which status it is refused.
 */
export async function prepare(
  { shelf }: Errand,
  command: Add | Replace,
  item: Item,
  maxObjSize: number,
): Promise<{ readonly stored?: StoredValue | undefined } | ItemOutcome> {
  const data = item.data ?? '';
  const form = formOf(item.meta?.format ?? command.meta?.format, data);
  const size = leastRawSize(form, travelSize(data));
  if (size > maxObjSize) {
    return { code: STATUS.TOO_LARGE, reason: `has ${size} bytes; expected at most ${maxObjSize}` };
  }
  const isHeld = isDocument(item, command.meta) || item.target?.locURI.includes('?') === true;
  if (isHeld || item.moreData === true) return {};
  try {
    return { stored: await shelveItem(shelf, item, command.meta) };
  } catch (error) {
    return failureOf(error);
  }
}

/**
 * Whether an Item is what is left of a value of which an earlier part was not taken. Taken for a value of its own
 * it would make a success of a failure, when a server goes on with its parts whatever the device says.
 */
function isRest({ abandoned, abandoning }: Run, command: Add | Replace, item: Item): boolean {
  const isOfAny = [abandoned, abandoning].some((whose) => continues(whose, command.name, item));
  return isOfAny && !saysSize(item, command.meta);
}

function refuseRest(run: Run, { name }: Add | Replace, item: Item): ItemOutcome {
  abandon(run, name, item);
  return { code: STATUS.SIZE_MISMATCH, reason: 'the rest of a value of which a part was not taken' };
}

function abandon(run: Run, command: Whose['command'], item: Item): void {
  const uri = targetOf(item);
  if (item.moreData === true && uri !== undefined) run.abandoning = { command, uri };
}

/** Collects the parts of a large value, and does with the whole what the command asks. */
async function collect(run: Run, command: Add | Replace, item: Item): Promise<ItemOutcome> {
  const outcome = await takeItem(run, command, item);
  if (run.incoming === undefined) abandon(run, command.name, item);
  return outcome;
}

async function takeItem(run: Run, command: Add | Replace, item: Item): Promise<ItemOutcome> {
  const { errand, limits } = run;
  const before = run.incoming;
  run.incoming = undefined;
  let outcome: PartOutcome;
  try {
    const begun = before ?? (await beginIncoming(errand.shelf, command.name, item, command.meta, limits));
    if (typeof begun === 'number') return { code: begun, reason: 'the first part of a large value' };
    const refusal = before === undefined ? refusalOf(errand, begun) : undefined;
    if (refusal !== undefined) return refusal;
    outcome = await takePart(errand.shelf, begun, item, limits);
  } catch (error) {
    return failureOf(error);
  }
  run.moved += travelSize(item.data ?? '');
  run.incoming = outcome.incoming;
  const { whole, code = STATUS.FAILED } = outcome;
  if (whole === undefined) return { code };
  return runChange(errand, { ...command, meta: undefined }, whole.item, whole.stored);
}
