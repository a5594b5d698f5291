import type { Command, Container, DecodedMessage, Item, Message } from '../syncml/index.ts';
import { ALERT } from '../syncml/index.ts';
import type { CommandView, ItemCommand, ItemView, LintContext, MessageView, Sender } from './rule.ts';

const BODY = 'SyncML/SyncBody';

/** A message as the rules look at it. */
export function viewOf(decoded: DecodedMessage, context: LintContext): MessageView {
  const { message, version, encoding } = decoded;
  return {
    ...context,
    message,
    version,
    encoding,
    sender: context.sender ?? senderOf(message),
    commands: commandViews(message.body.commands, BODY, undefined),
  };
}

/** The paths of commands that stand beside one another: `Replace[2]` is the second Replace of them. */
export function commandPaths(commands: readonly Command[], around: string = BODY): string[] {
  const counts = new Map<string, number>();
  return commands.map((command) => {
    const name = command.name === 'Unknown' ? command.element : command.name;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return `${around}/${name}[${count}]`;
  });
}

function commandViews(
  commands: readonly Command[],
  around: string,
  parent: CommandView<Container> | undefined,
): CommandView[] {
  const paths = commandPaths(commands, around);
  return commands.flatMap((command, index) => {
    const path = paths[index] ?? around;
    if (!isContainer(command)) return [{ command, path, parent }];
    const view = { command, path, parent };
    return [view, ...commandViews(command.commands, path, view)];
  });
}

export function isContainer(command: Command): command is Extract<Command, Container> {
  return command.name === 'Atomic' || command.name === 'Sequence';
}

/** Whether a command has Items. */
export function hasItems(command: Command): command is ItemCommand {
  return 'items' in command;
}

export function itemView(item: Item, command: ItemCommand): ItemView {
  const outer = 'meta' in command ? command.meta : undefined;
  return {
    item,
    command,
    format: item.meta?.format ?? outer?.format,
    type: item.meta?.type ?? outer?.type,
  };
}

const URL = /^https?:\/\//i;
/** Alerts that tell who sends them. */
const OF_CLIENT: ReadonlySet<number> = new Set([
  ALERT.SERVER_INITIATED,
  ALERT.CLIENT_INITIATED,
  ALERT.CLIENT_EVENT,
  ALERT.GENERIC,
]);

/** Who has written a message, by the form of the addresses and by what a side alone sends. */
export function senderOf({ header, body }: Message): Sender | undefined {
  const from = URL.test(header.source.locURI);
  const to = URL.test(header.target.locURI);
  if (from !== to) return from ? 'server' : 'client';
  for (const command of body.commands) {
    if (command.name === 'Results') return 'client';
    if (command.name === 'Alert' && OF_CLIENT.has(command.code)) return 'client';
    if (['Get', 'Exec', 'Add', 'Delete', 'Copy', 'Atomic', 'Sequence'].includes(command.name))
      return 'server';
  }
  return undefined;
}
