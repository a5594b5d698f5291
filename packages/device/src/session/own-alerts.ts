/** What the device says of its own accord, and what the server answers to it (DM_Protocol 1.2.1). */
import { ALERT, type Item, STATUS, type Status } from '@grove/protocol';
import type { RaisedAlert } from '../alerts/index.ts';
import { handlerOf } from '../objects/index.ts';
import type { Context } from './context.ts';
import type { Whole } from './reply.ts';
import { deviceOf } from './run.ts';
import type { Reported, SessionState } from './state.ts';

/** An alert as a command. Importance and format are always said: devices and servers differ over the defaults. */
export function raisedAlert(alert: RaisedAlert): Whole {
  const { code = ALERT.GENERIC, correlator, source, type, format = 'chr', mark, data } = alert;
  const item: Item = {
    ...(source === undefined ? {} : { source: { locURI: source } }),
    meta: { format, type, emi: [], ...(mark === undefined ? {} : { mark }) },
    data,
  };
  const correlated = correlator === undefined ? {} : { correlator };
  return { name: 'Alert', code, ...correlated, items: [item], raised: alert.id };
}

/** Alerts that the server of this session is to hear, and has not been sent in it. */
export function unsaid(
  { outbox }: Context,
  state: Pick<SessionState, 'account' | 'reported' | 'pending'>,
): Whole[] {
  const said = new Set(state.reported.map(({ id }) => id));
  for (const each of state.pending) {
    const command = each.name === 'Large' ? each.command : each;
    if (command.name === 'Alert' && command.raised !== undefined) said.add(command.raised);
  }
  return outbox
    .waitingFor(state.account.serverID)
    .filter(({ id }) => !said.has(id))
    .map(raisedAlert);
}

/** Statuses after which an alert is to be told again: the server wants to know first who says it, or has a part. */
const UNSETTLED: ReadonlySet<number> = new Set([
  STATUS.CHUNK_ACCEPTED,
  STATUS.INVALID_CREDENTIALS,
  STATUS.CREDENTIALS_MISSING,
]);

/** Takes out of the outbox what the server has answered, and tells the handlers. */
export function settle(context: Context, state: SessionState, statuses: readonly Status[]): SessionState {
  let { reported } = state;
  for (const { cmd, code, msgRef, cmdRef } of statuses) {
    const found = reported.find(({ msgID, cmdID }) => cmdID === cmdRef && (msgRef ?? msgID) === msgID);
    if (cmd !== 'Alert' || found === undefined || UNSETTLED.has(code)) continue;
    reported = reported.filter((each) => each !== found);
    const alert = context.outbox.settle(found.id);
    if (alert !== undefined) tell(context, alert, code);
  }
  return { ...state, reported };
}

/** A fault of a handler that hears of an answer changes nothing about the answer. */
function tell(context: Context, alert: RaisedAlert, code: number): void {
  if (alert.source === undefined) return;
  try {
    handlerOf(context.handlers, alert.source)?.alerted?.(alert, code, deviceOf(context));
  } catch {
    // The alert is answered: there is nobody to tell that its handler has failed over it.
  }
}

/** The alerts in a message, by the command that carries them. */
export function reportedIn(sent: readonly Whole[], first: number, msgID: number): Reported[] {
  return sent.flatMap((command, index) =>
    command.name === 'Alert' && command.raised !== undefined
      ? [{ id: command.raised, msgID: String(msgID), cmdID: String(first + index) }]
      : [],
  );
}
