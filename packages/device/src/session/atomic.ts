/** Atomic: all of its commands, or none (DM_RepPro 1.2.1). */
import {
  type Alert,
  type Atomic,
  type Command,
  type Item,
  isQuestionAlert,
  STATUS,
  type StoredValue,
} from '@grove/protocol';
import { type ChangeCommand, type Errand, type ItemOutcome, runChange } from './commands.ts';
import type { QuestionOutcome } from './question.ts';
import { prepare } from './tree-items.ts';

/** What became of one Item of one of the commands. */
export interface Member extends ItemOutcome {
  readonly command: Command;
  readonly item: Item | undefined;
  /** What the user answered. */
  readonly answer?: Pick<QuestionOutcome, 'items' | 'hidden'> | undefined;
}

/** How the user is asked. */
type Ask = (alert: Alert) => Promise<QuestionOutcome>;

export interface AtomicOutcome {
  /** Of the Atomic itself: 200, or 507. */
  readonly code: number;
  readonly members: readonly Member[];
}

/** One thing to do: an Item of a tree command, or a question. */
type Part =
  | { readonly kind: 'item'; readonly command: ChangeCommand; readonly item: Item }
  | { readonly kind: 'question'; readonly command: Alert }
  /** What may not stand in an Atomic, with the status that says so. */
  | { readonly kind: 'misfit'; readonly command: Command; readonly code: number }
  /** What stands in a command that may not stand in an Atomic. */
  | { readonly kind: 'inner'; readonly command: Command };

/** What is known of a part before anything is done. */
interface Ready {
  readonly stored?: StoredValue | undefined;
  /** What the part comes to, where that is certain. */
  readonly outcome?: Pick<Member, 'code' | 'reason' | 'culprit' | 'answer'> | undefined;
}

/** Undoes the transaction. */
class RollBack extends Error {}

/** The commands, Items and questions of an Atomic, one by one, as they are answered. */
export function membersOf(atomic: Atomic): { readonly command: Command; readonly item: Item | undefined }[] {
  return atomic.commands.flatMap(partsOf).map((part) => ({ command: part.command, item: itemOf(part) }));
}

/**
 * Does all commands of an Atomic, or none. The user is asked before anything is done, since nothing may
 * wait while a change is half made. No handler hears of a change before all hold, so that nothing is left
 * of what was undone.
 */
export async function runAtomic(
  errand: Errand,
  atomic: Atomic,
  ask: Ask,
  maxObjSize: number,
): Promise<AtomicOutcome> {
  const parts = atomic.commands.flatMap(partsOf);
  const ready = await getReady(errand, parts, ask, maxObjSize);
  const members: Member[] = [];
  try {
    errand.tree.transaction(() => {
      for (const part of parts) {
        const member = runPart(errand, part, ready.get(part));
        members.push(member);
        if (member.code !== STATUS.OK) throw new RollBack();
      }
    });
    return { code: STATUS.OK, members };
  } catch (error) {
    if (!(error instanceof RollBack)) throw error;
    return { code: STATUS.ATOMIC_FAILED, members: rolledBack(parts, members) };
  }
}

/** Stores large values and asks the user, as long as the Atomic may still succeed. */
async function getReady(
  errand: Errand,
  parts: readonly Part[],
  ask: Ask,
  maxObjSize: number,
): Promise<ReadonlyMap<Part, Ready>> {
  const ready = new Map<Part, Ready>();
  if (parts.some(({ kind }) => kind === 'misfit')) return ready;
  for (const part of parts) {
    const state = await readyFor(errand, part, ask, maxObjSize);
    ready.set(part, state);
    if (state.outcome !== undefined && state.outcome.code !== STATUS.OK) break;
  }
  return ready;
}

async function readyFor(errand: Errand, part: Part, ask: Ask, maxObjSize: number): Promise<Ready> {
  if (part.kind === 'question') {
    const answer = await ask(part.command);
    return { outcome: { code: answer.code, answer } };
  }
  const { command } = part;
  if (part.kind !== 'item' || (command.name !== 'Add' && command.name !== 'Replace')) return {};
  const prepared = await prepare(errand, command, part.item, maxObjSize);
  return 'code' in prepared ? { outcome: prepared } : { stored: prepared.stored };
}

function partsOf(command: Command): Part[] {
  switch (command.name) {
    case 'Add':
    case 'Copy':
    case 'Delete':
    case 'Replace':
      if (command.items.length === 0) return [{ kind: 'misfit', command, code: STATUS.BAD_REQUEST }];
      return command.items.map((item) => ({ kind: 'item', command, item }));
    case 'Alert':
      return isQuestionAlert(command) ? [{ kind: 'question', command }] : misfits(command);
    default:
      return misfits(command);
  }
}

/** A Get tells nothing before the end, an Exec cannot be undone, and containers do not nest in an Atomic. */
function misfits(command: Command): Part[] {
  const code = command.name === 'Unknown' ? STATUS.NOT_SUPPORTED : STATUS.FAILED;
  const inner = 'commands' in command ? command.commands.flatMap(innerOf) : [];
  return [{ kind: 'misfit', command, code }, ...inner];
}

function innerOf(command: Command): Part[] {
  return [{ kind: 'inner', command }, ...('commands' in command ? command.commands.flatMap(innerOf) : [])];
}

function itemOf(part: Part): Item | undefined {
  return part.kind === 'item' ? part.item : undefined;
}

function runPart(errand: Errand, part: Part, { stored, outcome }: Ready = {}): Member {
  const { command } = part;
  const around = { command, item: itemOf(part) };
  if (outcome !== undefined) return { ...around, ...outcome };
  if (part.kind === 'item') return { ...around, ...runChange(errand, part.command, part.item, stored) };
  return { ...around, code: part.kind === 'misfit' ? part.code : STATUS.NOT_EXECUTED };
}

/** The last that was tried keeps its status; those before it were undone, those after it never done. */
function rolledBack(parts: readonly Part[], tried: readonly Member[]): Member[] {
  return parts.map((part, index): Member => {
    const member = tried[index];
    const around = { command: part.command, item: itemOf(part) };
    if (member === undefined) return { ...around, code: STATUS.NOT_EXECUTED };
    return index === tried.length - 1 ? member : { ...around, code: STATUS.ROLLED_BACK };
  });
}
