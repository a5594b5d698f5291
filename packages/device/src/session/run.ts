/** What is being done for one message of the server, and what is said about it. */
import { type Command, detached, type Item, isSuccess, STATUS } from '@grove/protocol';
import { type Change, type Device, handlerOf } from '../objects/index.ts';
import type { Errand, Found, ItemOutcome } from './commands.ts';
import type { Context, SessionLimits } from './context.ts';
import { targetOf } from './item.ts';
import type { Incoming, Whose } from './large-object.ts';
import { type Large, type Reference, type Reply, type StatusDetails, statusOf } from './reply.ts';
import type { BegunExec } from './state.ts';

/** What was done, or refused, for the server. */
export interface Done {
  readonly command: string;
  /** The node addressed; empty where the command has none. */
  readonly uri: string;
  readonly status: number;
  /** Why it was refused, for a person. */
  readonly reason?: string | undefined;
}

export interface Run {
  readonly context: Context;
  readonly errand: Errand;
  /** MsgID of the server's message. */
  readonly msgRef: string;
  readonly limits: SessionLimits;
  /** Whether answers fit into one message. */
  readonly fits: (replies: readonly Reply[]) => boolean;
  /** Characters of what Gets have found. */
  found: number;
  readonly replies: Reply[];
  readonly done: Done[];
  /** What handlers have not been told yet. */
  changes: Change[];
  /** The large value that is being collected. */
  incoming: Incoming | undefined;
  /** The large values that were not completed. */
  readonly interrupted: Incoming[];
  /** The value of which the message before had a part that was not taken. */
  readonly abandoned: Whose | undefined;
  /** The value of which this message has a part that was not taken. */
  abandoning: Whose | undefined;
  /** Raw bytes of large values that the message has brought. */
  moved: number;
  /** Execs of this message that had begun when the device died over it. */
  readonly execs: readonly BegunExec[];
  /** What was odd about questions to the user, in words. */
  readonly remarks: string[];
}

export function deviceOf({ tree, now, outbox }: Context): Device {
  return {
    tree,
    now,
    raise: (alert) => {
      outbox.raise(alert);
    },
  };
}

export function nameOf(command: Command): string {
  return command.name === 'Unknown' ? command.element : command.name;
}

/** Answers one Item of a command, or all of it. */
export function answer(
  run: Run,
  command: Command,
  item: Item | undefined,
  outcome: ItemOutcome,
  details: StatusDetails = {},
): void {
  const { results = [], code, reason } = outcome;
  const reference = referenceTo(run, command);
  run.replies.push({
    status: statusFor(run, command, item, outcome, details),
    results: results.length === 0 ? [] : resultsOf(reference, results),
  });
  // What is reported outlives the message, and must not keep it alive.
  const uri = detached(item?.target?.locURI ?? '');
  const because = reason === undefined || isSuccess(code) ? {} : { reason: detached(reason) };
  run.done.push({ command: nameOf(command), uri, status: code, ...because });
}

/** The Status for one Item of a command, or for all of it. */
export function statusFor(
  run: Run,
  command: Command,
  item: Item | undefined,
  { code, culprit }: Pick<ItemOutcome, 'code' | 'culprit'>,
  details: StatusDetails = {},
): Reply['status'] {
  const target = item?.target?.locURI;
  const source = item?.source?.locURI;
  // An Add that failed at a parent it had to make names that parent.
  const isOther = culprit !== undefined && culprit !== target && command.name === 'Add';
  const items = isOther ? [{ target: { locURI: culprit } }] : (details.items ?? []);
  return statusOf(referenceTo(run, command), code, { target, source, items, hidden: details.hidden });
}

function referenceTo({ msgRef }: Run, command: Command): Reference {
  return { msgRef, cmdRef: command.cmdID, cmd: nameOf(command) };
}

/** Says that a command, and what is in it, was not done. */
export function skip(run: Run, command: Command): void {
  const items = 'items' in command && command.items.length > 0 ? command.items : [undefined];
  for (const item of items) answer(run, command, item, { code: STATUS.NOT_EXECUTED });
  if ('commands' in command) for (const inner of command.commands) skip(run, inner);
}

/** Nothing may come between the parts of a large value: what there is of it is thrown away. */
export function interrupt(run: Run): void {
  const { incoming } = run;
  if (incoming === undefined) return;
  run.interrupted.push(incoming);
  run.abandoning = { command: incoming.command, uri: incoming.uri };
  run.incoming = undefined;
}

export function noteChange(run: Run, command: Command, item: Item): void {
  const { name } = command;
  const uri = targetOf(item);
  if (uri === undefined) return;
  if (name === 'Add' || name === 'Copy' || name === 'Delete' || name === 'Replace') {
    run.changes.push({ command: name, uri });
  }
}

/** Tells the handlers what has changed since they were told last. A fault of one does not hinder the others. */
export function tellChanges(run: Run): void {
  const { changes, context } = run;
  run.changes = [];
  for (const change of changes) {
    try {
      handlerOf(context.handlers, change.uri)?.changed?.(change, context.tree);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      run.done.push({ command: change.command, uri: change.uri, status: STATUS.FAILED, reason });
    }
  }
}

/** Values that are in the content store have Results of their own. */
function resultsOf({ msgRef, cmdRef }: Reference, found: readonly Found[]): Reply['results'] {
  const around = { name: 'Results', msgRef, cmdRef, targetRef: [], sourceRef: [] } as const;
  const plain = found.filter(({ stored }) => stored === undefined).map(({ item }) => item);
  const large = found.flatMap(({ item, stored }): Large[] =>
    stored === undefined
      ? []
      : [
          {
            name: 'Large',
            command: { ...around, targetRef: [], sourceRef: [], items: [item] },
            ...stored,
            at: 0,
          },
        ],
  );
  const results = plain.length === 0 ? [] : [{ ...around, targetRef: [], sourceRef: [], items: plain }];
  return [...results, ...large];
}
