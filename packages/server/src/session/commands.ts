/** Requests as commands of a message, each with a CmdID of its own. */
import { type Command, type Encoding, type Item, questionAlert } from '@grove/protocol';
import { isContainer, isQuestion, type NodeRequest, type Request } from '../steps/index.ts';
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
export function commandOf({ cmdID, request, nested = [] }: Asked, encoding: Encoding): Command {
  if (isContainer(request)) {
    return { name: request.command, cmdID, commands: nested.map((each) => commandOf(each, encoding)) };
  }
  if (isQuestion(request)) return { name: 'Alert', cmdID, ...questionAlert(request.question) };
  return nodeCommand(cmdID, request, requestItem(request, encoding));
}

/** The command that carries a request on a node, with another Item than is usual. */
export function nodeCommand(cmdID: string, { command, correlator }: NodeRequest, item: Item): Command {
  const items = [item];
  return command === 'Exec' ? { name: command, cmdID, correlator, items } : { name: command, cmdID, items };
}
