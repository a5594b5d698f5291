/** Carries out the commands of a trusted server's message (DM_Protocol 1.2.1). */
import {
  ALERT,
  type Alert,
  type Atomic,
  type Command,
  type Exec,
  type Item,
  isQuestionAlert,
  type Sequence,
  STATUS,
  TreeError,
} from '@grove/protocol';
import { type Change, handlerOf } from '../objects/index.ts';
import { type AtomicOutcome, runAtomic } from './atomic.ts';
import { type Errand, type ItemOutcome, runItem, type TreeCommand } from './commands.ts';
import type { Context, SessionLimits } from './context.ts';
import { targetOf } from './item.ts';
import { continues, type Incoming, takePart } from './large-object.ts';
import { ask, type QuestionOutcome } from './question.ts';
import { type Reference, type Reply, type StatusDetails, statusOf } from './reply.ts';

/** What was done, or refused, for the server. */
export interface Done {
  readonly command: string;
  /** The node addressed; empty where the command has none. */
  readonly uri: string;
  readonly status: number;
}

/** Whose commands they are. */
export interface Order {
  /** ServerID, to which ACLs apply. */
  readonly server: string;
  /** MsgID of the message that they came in. */
  readonly msgRef: string;
  /** Bytes of the largest object that the server takes. */
  readonly maxObjSize: number | undefined;
  readonly limits: SessionLimits;
  /** The large value of which earlier messages brought parts. */
  readonly incoming: Incoming | undefined;
}

/** What came of a message's commands. */
export interface Executed {
  readonly replies: readonly Reply[];
  readonly done: readonly Done[];
  /** The large value that goes on in the next message. */
  readonly incoming: Incoming | undefined;
  /** The large values whose end never came, because something else did. */
  readonly interrupted: readonly Incoming[];
  /** What was odd about questions to the user, in words. */
  readonly remarks: readonly string[];
}

/** Whether what follows is to be done: the user may have said no to the rest of a Sequence, or to everything. */
type Course = 'on' | 'refused' | 'cancelled';

interface Run {
  readonly context: Context;
  readonly errand: Errand;
  readonly msgRef: string;
  readonly limits: SessionLimits;
  /** Characters of what Gets have found. */
  found: number;
  readonly replies: Reply[];
  readonly done: Done[];
  readonly changes: Change[];
  /** The large value that is being collected. */
  incoming: Incoming | undefined;
  /** The large values that were not completed. */
  readonly interrupted: Incoming[];
  readonly remarks: string[];
}

/** Carries out commands in their order; the handlers have heard of every change when it resolves. */
export async function execute(
  context: Context,
  commands: readonly Command[],
  order: Order,
): Promise<Executed> {
  const { server, msgRef, maxObjSize, limits, incoming } = order;
  const errand: Errand = { tree: context.tree, server, maxObjSize };
  const run: Run = {
    context,
    errand,
    msgRef,
    limits,
    incoming,
    found: 0,
    replies: [],
    done: [],
    changes: [],
    interrupted: [],
    remarks: [],
  };
  let course: Course = 'on';
  for (const command of commands) {
    if (course === 'cancelled') skip(run, command);
    else course = await runCommand(run, command);
  }
  for (const change of run.changes) {
    handlerOf(context.handlers, change.uri)?.changed?.(change, context.tree);
  }
  return run;
}

async function runCommand(run: Run, command: Command): Promise<Course> {
  switch (command.name) {
    case 'Add':
    case 'Copy':
    case 'Delete':
    case 'Get':
    case 'Replace':
      runItems(run, command);
      return 'on';
    case 'Exec':
      await runExec(run, command);
      return 'on';
    case 'Alert':
      return runAlert(run, command);
    case 'Atomic':
      await runAtomicCommand(run, command);
      return 'on';
    case 'Sequence':
      return runSequence(run, command);
    default:
      // Results and Status come from a device only; Unknown is no command of DM.
      answer(run, command, undefined, { code: STATUS.NOT_SUPPORTED });
      return 'on';
  }
}

/** A server that asks for more at once than a device should hold gets it in several messages, if it asks again. */
const TOO_MUCH: ItemOutcome = { code: STATUS.TOO_LARGE };

function runItems(run: Run, command: TreeCommand): void {
  if (command.items.length === 0) answer(run, command, undefined, { code: STATUS.BAD_REQUEST });
  for (const item of command.items) {
    const isEnough = command.name === 'Get' && run.found >= run.limits.maxResults;
    const outcome = isEnough ? TOO_MUCH : (collect(run, command, item) ?? runItem(run.errand, command, item));
    for (const { data } of outcome.results ?? []) run.found += typeof data === 'string' ? data.length : 0;
    answer(run, command, item, outcome);
    if (outcome.code === STATUS.OK) noteChange(run, command, item);
  }
}

/** Collects the parts of a large value, and does with the whole what the command asks; undefined for another Item. */
function collect(run: Run, command: TreeCommand, item: Item): ItemOutcome | undefined {
  const goesOn = continues(run.incoming, command.name, item);
  if (!goesOn) interrupt(run);
  if (command.name !== 'Add' && command.name !== 'Replace') return undefined;
  if (!goesOn && !item.moreData) return undefined;
  const part = takePart(run.incoming, command.name, item, command.meta, run.limits.maxObjSize);
  run.incoming = part.incoming;
  if (part.item !== undefined) return runItem(run.errand, { ...command, meta: undefined }, part.item);
  return { code: part.code ?? STATUS.FAILED };
}

/** Nothing may come between the parts of a large value: what there is of it is thrown away. */
function interrupt(run: Run): void {
  if (run.incoming !== undefined) run.interrupted.push(run.incoming);
  run.incoming = undefined;
}

async function runExec(run: Run, command: Exec): Promise<void> {
  interrupt(run);
  if (command.items.length === 0) answer(run, command, undefined, { code: STATUS.BAD_REQUEST });
  for (const item of command.items) answer(run, command, item, { code: await execItem(run, command, item) });
}

async function execItem({ context, errand }: Run, { correlator }: Exec, item: Item): Promise<number> {
  const uri = targetOf(item);
  if (uri === undefined) return STATUS.BAD_REQUEST;
  const { tree, server } = errand;
  try {
    tree.checkExec(uri, server);
    const handler = handlerOf(context.handlers, uri);
    if (handler?.exec === undefined) return STATUS.NOT_SUPPORTED;
    return await handler.exec({ uri, data: item.data, correlator, server, tree });
  } catch (error) {
    return error instanceof TreeError ? error.status : STATUS.FAILED;
  }
}

async function runAlert(run: Run, alert: Alert): Promise<Course> {
  if (!isQuestionAlert(alert)) {
    const known = alert.code === ALERT.NEXT_MESSAGE || alert.code === ALERT.NO_END_OF_DATA;
    answer(run, alert, undefined, { code: known ? STATUS.OK : STATUS.NOT_SUPPORTED });
    return 'on';
  }
  const { code, items, hidden } = await askUser(run, alert);
  answer(run, alert, undefined, { code }, { items, hidden });
  if (code === STATUS.CANCELLED) return 'cancelled';
  return code === STATUS.OK ? 'on' : 'refused';
}

async function askUser({ context, remarks }: Run, alert: Alert): Promise<QuestionOutcome> {
  const outcome = await ask(context, alert);
  remarks.push(...outcome.remarks);
  return outcome;
}

/** The Status of a Sequence says that it was begun; what its commands came to is said by theirs. */
async function runSequence(run: Run, sequence: Sequence): Promise<Course> {
  answer(run, sequence, undefined, { code: STATUS.OK });
  let course: Course = 'on';
  for (const command of sequence.commands) {
    if (course === 'on') course = await runCommand(run, command);
    else skip(run, command);
  }
  return course === 'cancelled' ? course : 'on';
}

async function runAtomicCommand(run: Run, atomic: Atomic): Promise<void> {
  interrupt(run);
  const outcome: AtomicOutcome = await runAtomic(run.errand, atomic, (alert) => askUser(run, alert));
  answer(run, atomic, undefined, { code: outcome.code });
  for (const { command, item, code, culprit, answer: answered } of outcome.members) {
    answer(run, command, item, { code, culprit }, answered);
    if (outcome.code === STATUS.OK && item !== undefined) noteChange(run, command, item);
  }
}

/** Says that a command, and what is in it, was not done. */
function skip(run: Run, command: Command): void {
  const items = 'items' in command && command.items.length > 0 ? command.items : [undefined];
  for (const item of items) answer(run, command, item, { code: STATUS.NOT_EXECUTED });
  if ('commands' in command) for (const inner of command.commands) skip(run, inner);
}

function noteChange(run: Run, command: Command, item: Item): void {
  const { name } = command;
  const uri = targetOf(item);
  if (uri === undefined) return;
  if (name === 'Add' || name === 'Copy' || name === 'Delete' || name === 'Replace') {
    run.changes.push({ command: name, uri });
  }
}

function answer(
  run: Run,
  command: Command,
  item: Item | undefined,
  { code, results = [], culprit }: ItemOutcome,
  details: StatusDetails = {},
): void {
  const name = command.name === 'Unknown' ? command.element : command.name;
  const reference: Reference = { msgRef: run.msgRef, cmdRef: command.cmdID, cmd: name };
  const target = item?.target?.locURI;
  const source = item?.source?.locURI;
  // An Add that failed at a parent it had to make names that parent.
  const isOther = culprit !== undefined && culprit !== target && name === 'Add';
  const items = isOther ? [{ target: { locURI: culprit } }] : (details.items ?? []);
  run.replies.push({
    status: statusOf(reference, code, { target, source, items, hidden: details.hidden }),
    results: results.length === 0 ? [] : [resultsOf(reference, results)],
  });
  run.done.push({ command: name, uri: target ?? '', status: code });
}

function resultsOf({ msgRef, cmdRef }: Reference, items: readonly Item[]): Reply['results'][number] {
  return { name: 'Results', msgRef, cmdRef, targetRef: [], sourceRef: [], items: [...items] };
}
