/** Requests as commands of a message, each with a CmdID of its own. */
import type { Alert, Command, Item } from '@grove/protocol';
import { isContainer, isQuestion, type QuestionRequest, type Request } from '../steps/index.ts';
import { requestItem } from './item.ts';
import type { Asked } from './state.ts';

/**
 * Gives CmdIDs to requests and to those within them, in the order in which they are written.
 *
 * @param firstID CmdID of the first
 */
export function numbered(requests: readonly Request[], firstID: number): Asked[] {
  let next = firstID;
  const number = (request: Request): Asked => {
    const cmdID = String(next++);
    if (!isContainer(request)) return { cmdID, request };
    return { cmdID, request, nested: request.requests.map(number) };
  };
  return requests.map(number);
}

/** The command that carries a request. */
export function commandOf({ cmdID, request, nested = [] }: Asked): Command {
  if (isContainer(request)) return { name: request.command, cmdID, commands: nested.map(commandOf) };
  if (isQuestion(request)) return questionAlert(request, cmdID);
  const { command, correlator } = request;
  const items = [requestItem(request)];
  return command === 'Exec' ? { name: command, cmdID, correlator, items } : { name: command, cmdID, items };
}

/** Options, text and choices are told apart by the order of the Items (DM_Protocol 1.2.1, user interaction). */
function questionAlert({ code, options, text, choices }: QuestionRequest, cmdID: string): Alert {
  const first: Item = options === '' ? {} : { data: options };
  return { name: 'Alert', cmdID, code, items: [first, { data: text }, ...choices.map((data) => ({ data }))] };
}
