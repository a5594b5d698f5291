/** Atomic: all of its commands, or none (DM_RepPro 1.2.1). */
import { type Alert, type Atomic, type Command, type Item, isQuestionAlert, STATUS } from '@grove/protocol';
import { type Errand, type ItemOutcome, runItem, type TreeCommand } from './commands.ts';
import type { QuestionOutcome } from './question.ts';

/** What became of one Item of one of the commands. */
export interface Member extends ItemOutcome {
  readonly command: Command;
  readonly item: Item | undefined;
  /** What the user answered. */
  readonly answer?: Pick<QuestionOutcome, 'items' | 'hidden'> | undefined;
}

export interface AtomicOutcome {
  /** Of the Atomic itself: 200, or 507. */
  readonly code: number;
  readonly members: readonly Member[];
}

/** One thing to do: an Item of a tree command, or a question. */
type Part =
  | { readonly kind: 'item'; readonly command: TreeCommand; readonly item: Item }
  | { readonly kind: 'question'; readonly command: Alert }
  /** What may not stand in an Atomic, with the status that says so. */
  | { readonly kind: 'misfit'; readonly command: Command; readonly code: number };

/** Undoes the transaction; carries what it came to. */
class RollBack extends Error {}

/**
 * Does all commands of an Atomic, or none. The user is asked before anything is done, since nothing may
 * wait while a change is half made.
 */
export async function runAtomic(
  errand: Errand,
  atomic: Atomic,
  ask: (alert: Alert) => Promise<QuestionOutcome>,
): Promise<AtomicOutcome> {
  const parts = atomic.commands.flatMap(partsOf);
  const answers = new Map<Part, Member>();
  for (const part of parts) {
    if (part.kind !== 'question' || parts.some(({ kind }) => kind === 'misfit')) continue;
    const answer = await ask(part.command);
    answers.set(part, { command: part.command, item: undefined, code: answer.code, answer });
    if (answer.code !== STATUS.OK) break;
  }
  const members: Member[] = [];
  try {
    errand.tree.transaction(() => {
      for (const part of parts) {
        const member = runPart(errand, part, answers.get(part));
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

function partsOf(command: Command): Part[] {
  switch (command.name) {
    case 'Add':
    case 'Copy':
    case 'Delete':
    case 'Replace':
      if (command.items.length === 0) return [{ kind: 'misfit', command, code: STATUS.BAD_REQUEST }];
      return command.items.map((item) => ({ kind: 'item', command, item }));
    case 'Alert':
      return [isQuestionAlert(command) ? { kind: 'question', command } : misfit(command)];
    default:
      return [misfit(command)];
  }
}

/** A Get tells nothing before the end, an Exec cannot be undone, and Atomics do not nest. */
function misfit(command: Command): Part {
  return {
    kind: 'misfit',
    command,
    code: command.name === 'Unknown' ? STATUS.NOT_SUPPORTED : STATUS.FAILED,
  };
}

function runPart(errand: Errand, part: Part, answer: Member | undefined): Member {
  const { command } = part;
  if (part.kind === 'item') return { command, item: part.item, ...runItem(errand, part.command, part.item) };
  if (part.kind === 'misfit') return { command, item: undefined, code: part.code };
  return answer ?? { command, item: undefined, code: STATUS.NOT_EXECUTED };
}

/** The last that was tried keeps its status; those before it were undone, those after it never done. */
function rolledBack(parts: readonly Part[], tried: readonly Member[]): Member[] {
  return parts.map((part, index): Member => {
    const member = tried[index];
    const item = part.kind === 'item' ? part.item : undefined;
    if (member === undefined) return { command: part.command, item, code: STATUS.NOT_EXECUTED };
    return index === tried.length - 1 ? member : { command: part.command, item, code: STATUS.ROLLED_BACK };
  });
}
