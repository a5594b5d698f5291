/** What a device answers to the server's commands, and what that makes of the work. */
import { type Results, STATUS, type Status } from '@grove/protocol';
import { answerRequest, succeeded } from '../steps/index.ts';
import { refusesServer } from './authenticate.ts';
import { canonicalUri, itemUri, itemValue } from './item.ts';
import type { Turn } from './receive.ts';
import type { Effects, SentCommand, SessionState } from './state.ts';

/** How often a command is sent in a session in which the device goes on without answering it. */
const MAX_TRIES = 2;
/** Characters of the values that the results of one piece of work hold, so that its state stays readable. */
const MAX_VALUES = 4 * 1024 * 1024;

/** The command that a Status or Results speaks of. Without MsgRef it is one of the last message. */
function findSent(
  { state }: Turn,
  { msgRef, cmdRef }: Status | Results,
  cmd: string,
): SentCommand | undefined {
  return state.sent.find(
    (sent) =>
      sent.cmdID === cmdRef &&
      (msgRef === undefined || msgRef === String(sent.msgID)) &&
      // Without MsgRef a CmdRef alone might mean an Alert of a later message.
      (cmd === sent.request.command || cmd === ''),
  );
}

export function takeStatus(turn: Turn, status: Status): void {
  const sent = findSent(turn, status, status.cmd);
  if (sent !== undefined) sent.status ??= status.code;
  else if (status.cmd !== 'Alert') {
    const { cmd, cmdRef = '(none)', msgRef = '(none)' } = status;
    turn.effects.deviations.push(
      `Status for ${cmd} refers to command ${cmdRef} of message ${msgRef}, which was not sent`,
    );
  }
}

export function takeResults(turn: Turn, results: Results): void {
  const { state, effects } = turn;
  const sent = findSent(turn, results, 'Get');
  if (sent === undefined) {
    effects.deviations.push(`Results refer to command ${results.cmdRef}, which was not sent`);
    return;
  }
  if (sent.result !== undefined) return;
  if (results.items.some((item) => item.moreData)) {
    effects.deviations.push(
      `Results for ${sent.request.uri} come in pieces (MoreData), which are not put together: no value is kept`,
    );
    sent.result = {};
    return;
  }
  const values = results.items.map((item) => ({
    uri: itemUri(item) ?? results.sourceRef[0] ?? sent.request.uri,
    ...itemValue(item, results.meta),
  }));
  const [first] = values;
  if (first === undefined) return;
  const { format, type } = first;
  const value =
    values.length === 1 ? first.value : values.map((each) => `${each.uri}=${each.value}`).join('\n');
  if (sizeHeld(state) + value.length > MAX_VALUES) {
    effects.deviations.push(
      `the value of ${sent.request.uri} is not kept: values of one piece of work may have ${MAX_VALUES} characters`,
    );
    sent.result = { format };
    return;
  }
  sent.result = { value, format, ...(type === undefined ? {} : { type }) };
}

/** Characters of the values that the state holds. */
function sizeHeld({ sent, work }: SessionState): number {
  return sent.reduce((sum, { result }) => sum + (result?.value?.length ?? 0), work?.size ?? 0);
}

/**
 * Gives the answers to the work. While the device is still speaking only what is complete counts; once
 * it has finished, a command without an answer is sent once more if it may be, and then counts as
 * unanswered.
 *
 * @param refused the device did not believe the server: what it says no more of it has not carried out.
 */
export function settle(turn: Turn, refused: boolean): void {
  const { state } = turn;
  const waiting: SentCommand[] = [];
  for (const sent of state.sent) {
    if (refused && refusesServer(sent.status ?? 0)) continue;
    const awaitsResults =
      sent.request.command === 'Get' && succeeded(sent.status ?? null) && sent.result === undefined;
    if (sent.status !== undefined && !(awaitsResults && !turn.closed)) takeAnswer(turn, sent);
    else if (turn.closed && mayNotRepeat(sent)) takeAnswer(turn, sent);
    else waiting.push(sent);
  }
  state.sent = waiting;
}

/** Exec may have had its effect although nobody heard of it. */
function mayNotRepeat(sent: SentCommand): boolean {
  return sent.request.command === 'Exec' || sent.tries >= MAX_TRIES;
}

function takeAnswer(turn: Turn, sent: SentCommand): void {
  const { state, effects } = turn;
  learn(effects, sent);
  const { work } = state;
  if (work === undefined) return;
  work.size += sent.result?.value?.length ?? 0;
  work.progress = answerRequest(turn.steps, work.progress, sent.request, {
    status: sent.status ?? null,
    repeated: sent.tries > 1,
    ...sent.result,
  });
}

/** What an answer tells about the device's tree. */
function learn(effects: Effects, { request, status, result }: SentCommand): void {
  const done = succeeded(status ?? null);
  const { uri } = request;
  if (uri.includes('?')) return;
  // That there is no root says nothing of the tree.
  const isGone = request.command === 'Get' && status === STATUS.NOT_FOUND && canonicalUri(uri) !== '.';
  if (isGone) effects.gone.push(canonicalUri(uri));
  if (!done) return;
  if (request.command === 'Delete') {
    effects.gone.push(canonicalUri(uri));
    effects.nodes = effects.nodes.filter((node) => !isAtOrBelow(node.uri, canonicalUri(uri)));
  }
  if (request.command === 'Get' && result !== undefined) {
    const { format = 'chr', type = null, value = null } = result;
    effects.nodes.push({ uri: canonicalUri(uri), format, type, value });
  }
  if (request.command === 'Add' || request.command === 'Replace') {
    const { format = 'chr', type = null, value = null } = request;
    effects.nodes.push({ uri: canonicalUri(uri), format, type, value });
  }
}

function isAtOrBelow(uri: string, top: string): boolean {
  return uri === top || uri.startsWith(`${top}/`);
}
