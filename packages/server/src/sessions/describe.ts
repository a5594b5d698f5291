/** Commands in words, one line each, for a person who follows a conversation. */
import {
  type Alert,
  alertName,
  type Command,
  type Content,
  type Item,
  type Results,
  type Status,
  statusName,
} from '@grove/protocol';

/** Items of one command that a line lists. */
const ITEMS = 8;
/** Characters of a value that a line shows. */
const VALUE = 60;

/**
 * One line for each command: `Get ./DevInfo/Man`, `Status 200 OK for Replace ./DevInfo/Lang`. The commands
 * in an Atomic or a Sequence are indented below it.
 */
export function describeCommands(commands: readonly Command[], indent = ''): string[] {
  return commands.flatMap((command) => {
    const line = indent + describe(command);
    return 'commands' in command ? [line, ...describeCommands(command.commands, `${indent}  `)] : [line];
  });
}

function describe(command: Command): string {
  switch (command.name) {
    case 'Status':
      return describeStatus(command);
    case 'Results':
      return describeResults(command);
    case 'Alert':
      return describeAlert(command);
    case 'Copy':
      return `Copy ${list(command.items, ({ source, target }) => `${source?.locURI ?? '?'} to ${target?.locURI ?? '?'}`)}`;
    case 'Atomic':
    case 'Sequence':
      return `${command.name} of ${command.commands.length}`;
    case 'Unknown':
      return `${command.element}, which is no DM command`;
    default:
      return `${command.name} ${list(command.items, itemText)}`;
  }
}

function describeStatus({ code, cmd, targetRef, sourceRef, chal }: Status): string {
  const [about = ''] = [...targetRef, ...sourceRef];
  const challenge = chal === undefined ? '' : `, challenging with ${chal.meta?.type ?? 'no type'}`;
  return `Status ${code} ${statusName(code)} for ${cmd}${about === '' ? '' : ` ${about}`}${challenge}`;
}

function describeResults({ targetRef, sourceRef, items }: Results): string {
  const [about] = [...sourceRef, ...targetRef];
  return `Results ${list(items, (item) => itemText(item, about))}`;
}

function describeAlert({ code, items }: Alert): string {
  const name = `${code} ${alertName(code)}`;
  if (items.length === 0) return `Alert ${name}`;
  return `Alert ${name}: ${list(items, (item) =>
    [item.meta?.type, itemText(item, '')].filter((part) => part !== undefined && part !== '').join(' '),
  )}`;
}

function itemText({ target, source, data, moreData }: Item, about = '?'): string {
  const uri = target?.locURI ?? source?.locURI ?? about;
  const value = data === undefined ? '' : `${uri === '' ? '' : ' = '}${contentText(data)}`;
  return `${uri}${value}${moreData ? ' and more to come' : ''}`;
}

function contentText(content: Content): string {
  if (typeof content === 'string') return shorten(content);
  if (content instanceof Uint8Array) return `${content.length} bytes`;
  return `<${content.element.name}> document`;
}

function list(items: readonly Item[], text: (item: Item) => string): string {
  const shown = items.slice(0, ITEMS).map(text);
  const left = items.length - shown.length;
  return shown.join(', ') + (left > 0 ? ` and ${left} more` : '');
}

function shorten(text: string): string {
  return text.length <= VALUE ? JSON.stringify(text) : `${JSON.stringify(text.slice(0, VALUE))}…`;
}
