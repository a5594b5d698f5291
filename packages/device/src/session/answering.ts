/** What goes into the answer to a server that is trusted. */
import { ALERT, type Alert, type Command, type Item, type Status, sizeOf } from '@grove/protocol';
import { ContentMissingError } from '../content-store/index.ts';
import { readerOf } from '../tree-reader/index.ts';
import type { Context } from './context.ts';
import { type Executed, isAskingForMore } from './execute.ts';
import { isLarge } from './outgoing.ts';
import { raisedAlert, unsaid } from './own-alerts.ts';
import { type Envelope, sliceSize } from './pack.ts';
import { packageOne } from './package-one.ts';
import type { Pending, Reply, Whole } from './reply.ts';
import { sendable, sendableOwn } from './sendable.ts';
import type { SessionState } from './state.ts';

/** Bytes of alerts in package 1: the device does not know yet how large a message the server takes. */
const MAX_FIRST = 2048;

/** Package 1, and what the device has to say besides; what is much waits for the next message. */
export function beginning(
  context: Context,
  { account, reason }: Pick<SessionState, 'account' | 'reason'>,
): Whole[] {
  let said = 0;
  const alerts = context.outbox.waitingFor(account.serverID).filter(({ data }) => {
    said += sizeOf(data);
    return said <= MAX_FIRST;
  });
  return [...packageOne(readerOf(context.tree), reason), ...alerts.map(raisedAlert)];
}

/** A large value that the server does not take is not sent any further. */
export function withoutRefused(
  { statuses, commands }: { readonly statuses: readonly Status[]; readonly commands: readonly Command[] },
  state: SessionState,
): SessionState {
  const [head, ...others] = state.pending;
  if (head === undefined || !isLarge(head) || head.at === 0) return state;
  const isRefused = statuses.some(({ cmd, code }) => cmd === head.command.name && code >= 300);
  const isLost = commands.some((command) => isAlert(command, ALERT.NO_END_OF_DATA));
  return isRefused || isLost ? { ...state, pending: others } : state;
}

/** The answers to a server's commands, those to what asks for more apart. */
export async function answersOf(
  context: Context,
  envelope: Envelope,
  commands: readonly Command[],
  { replies }: Executed,
): Promise<{ readonly asked: readonly Pending[]; readonly pending: readonly Pending[] }> {
  const asking = new Set(commands.filter(isAskingForMore).map(({ cmdID }) => cmdID));
  const isAsked = ({ status }: Reply): boolean => status.cmd === 'Alert' && asking.has(status.cmdRef ?? '');
  return {
    asked: await sendable(context, envelope, replies.filter(isAsked)),
    pending: await sendable(
      context,
      envelope,
      replies.filter((reply) => !isAsked(reply)),
    ),
  };
}

/** What the device has to say itself. */
export async function ownOf(
  context: Context,
  envelope: Envelope,
  { interrupted }: Executed,
  state: SessionState,
  again: boolean,
): Promise<Pending[]> {
  const lost = interrupted.map(({ uri }) => alertOf(ALERT.NO_END_OF_DATA, [{ target: { locURI: uri } }]));
  const own = again ? beginning(context, state) : unsaid(context, state);
  return Promise.all([...lost, ...own].map((command) => sendableOwn(context, envelope, command)));
}

/** What the next message may need of the first large value that is pending. */
export async function sliceOf(
  { contents }: Context,
  envelope: Envelope,
  pending: readonly Pending[],
): Promise<Uint8Array | undefined> {
  const large = pending.find(isLarge);
  if (large === undefined) return undefined;
  const length = sliceSize(envelope, large);
  const slice = await contents.read(large.value.stored, large.at, length);
  if (slice.length < length) throw new ContentMissingError(large.value.stored);
  return slice;
}

export function isAlert(command: Command, code: number): command is Alert {
  return command.name === 'Alert' && command.code === code;
}

export function alertOf(code: number, items: Item[] = []): Whole {
  return { name: 'Alert', code, items };
}
