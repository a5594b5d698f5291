/** Carries out the commands of a trusted server's message (DM_Protocol 1.2.1). */
import {
  ALERT,
  type Alert,
  type Atomic,
  type Command,
  isQuestionAlert,
  type Sequence,
  STATUS,
} from '@grove/protocol';
import { type AtomicOutcome, membersOf, runAtomic } from './atomic.ts';
import type { Errand } from './commands.ts';
import type { Context } from './context.ts';
import { runExec } from './exec.ts';
import type { Incoming, Whose } from './large-object.ts';
import { ask, type QuestionOutcome } from './question.ts';
import type { Reply } from './reply.ts';
import { answer, type Done, interrupt, noteChange, type Run, skip, statusFor, tellChanges } from './run.ts';
import { runItems } from './tree-items.ts';

/** Whose commands they are. */
export interface Order extends Pick<Run, 'msgRef' | 'limits' | 'fits' | 'execs'> {
  readonly errand: Errand;
  /** The large value of which earlier messages brought parts. */
  readonly incoming: Incoming | undefined;
  /** The value of which the message before had a part that was not taken. */
  readonly abandoned: Whose | undefined;
  /** Whether the server is to go on with it now: not while it has to ask for the rest of the device's package. */
  readonly awaited: boolean;
}

/** What came of a message's commands. */
export interface Executed {
  readonly replies: readonly Reply[];
  readonly done: readonly Done[];
  /** The large value that goes on in the next message. */
  readonly incoming: Incoming | undefined;
  /** The large values whose end never came, because something else did. */
  readonly interrupted: readonly Incoming[];
  /** The value of which the message had a part that was not taken. */
  readonly abandoning: Whose | undefined;
  /** Bytes of large values that the message has brought. */
  readonly moved: number;
  /** What was odd about questions to the user, in words. */
  readonly remarks: readonly string[];
}

export const isAskingForMore = (command: Command): boolean =>
  command.name === 'Alert' && command.code === ALERT.NEXT_MESSAGE;

/** Whether what follows is to be done: the user may have said no to the rest of a Sequence, or to everything. */
type Course = 'on' | 'refused' | 'cancelled';

/** Carries out commands in their order; the handlers have heard of every change when it resolves. */
export async function execute(
  context: Context,
  commands: readonly Command[],
  order: Order,
): Promise<Executed> {
  const run: Run = {
    ...order,
    context,
    found: 0,
    replies: [],
    done: [],
    changes: [],
    interrupted: [],
    abandoning: undefined,
    moved: 0,
    remarks: [],
  };
  let course: Course = 'on';
  for (const command of commands) {
    if (course === 'cancelled') skip(run, command);
    else course = await runCommand(run, command, false);
  }
  const nothingCame = order.incoming !== undefined && run.incoming === order.incoming;
  if (order.awaited && nothingCame && !commands.some(isAskingForMore)) interrupt(run);
  tellChanges(run);
  return run;
}

/** @param inside whether it stands in a Sequence */
async function runCommand(run: Run, command: Command, inside: boolean): Promise<Course> {
  if (command.cmdID === '') {
    // No Status can say which command it is about, so that its sender could not tell what was done.
    answer(run, command, undefined, { code: STATUS.BAD_REQUEST, reason: 'a command without CmdID' });
    return 'on';
  }
  switch (command.name) {
    case 'Add':
    case 'Copy':
    case 'Delete':
    case 'Get':
    case 'Replace':
      await runItems(run, command, inside);
      return 'on';
    case 'Exec':
      await runExec(run, command);
      return 'on';
    case 'Alert':
      return runAlert(run, command);
    case 'Atomic':
      return runAtomicCommand(run, command);
    case 'Sequence':
      return runSequence(run, command);
    default: {
      // Results and Status come from a device only; Unknown is no command of DM.
      const reason = 'no command that a device takes';
      answer(run, command, undefined, { code: STATUS.NOT_SUPPORTED, reason });
      return 'on';
    }
  }
}

async function runAlert(run: Run, alert: Alert): Promise<Course> {
  if (!isQuestionAlert(alert)) {
    const known = alert.code === ALERT.NEXT_MESSAGE || alert.code === ALERT.NO_END_OF_DATA;
    answer(run, alert, undefined, { code: known ? STATUS.OK : STATUS.NOT_SUPPORTED });
    return 'on';
  }
  interrupt(run);
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
  if (run.errand.lacks.includes('sequence')) return refuse(run, sequence);
  answer(run, sequence, undefined, { code: STATUS.OK });
  let course: Course = 'on';
  for (const command of sequence.commands) {
    if (course === 'on') course = await runCommand(run, command, true);
    else skip(run, command);
  }
  return course === 'cancelled' ? course : 'on';
}

/** Says that a device does not have a command, of which nothing is done: what is in it has no statuses of its own. */
function refuse(run: Run, command: Atomic | Sequence): Course {
  const reason = `the device has no ${command.name}`;
  answer(run, command, undefined, { code: STATUS.NOT_SUPPORTED, reason });
  return 'on';
}

async function runAtomicCommand(run: Run, atomic: Atomic): Promise<Course> {
  interrupt(run);
  if (run.errand.lacks.includes('atomic')) return refuse(run, atomic);
  if (!run.fits(answersTo(run, atomic))) {
    const reason = 'its answers do not fit into one message that the server takes';
    answer(run, atomic, undefined, { code: STATUS.RESPONSE_TOO_LARGE, reason });
    return 'on';
  }
  const ofUser = (alert: Alert): Promise<QuestionOutcome> => askUser(run, alert);
  const outcome: AtomicOutcome = await runAtomic(run.errand, atomic, ofUser, run.limits.maxObjSize);
  answer(run, atomic, undefined, { code: outcome.code });
  for (const { command, item, answer: answered, ...each } of outcome.members) {
    answer(run, command, item, each, answered);
    if (outcome.code === STATUS.OK && item !== undefined) noteChange(run, command, item);
  }
  return outcome.members.some(({ code }) => code === STATUS.CANCELLED) ? 'cancelled' : 'on';
}

/** The answers to an Atomic, which are as long whatever comes of it. */
function answersTo(run: Run, atomic: Atomic): Reply[] {
  const members = [{ command: atomic, item: undefined }, ...membersOf(atomic)];
  return members.map(({ command, item }) => ({
    status: statusFor(run, command, item, { code: STATUS.ATOMIC_FAILED }),
    results: [],
  }));
}
