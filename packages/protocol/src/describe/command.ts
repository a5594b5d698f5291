/** Commands in words. */
import { commandPaths } from '../lint/index.ts';
import type { Command, Item, Meta, Status } from '../syncml/index.ts';
import { queryInWords } from './address.ts';
import { describeAlert, describeStatus } from './codes.ts';
import { describeChal } from './credentials.ts';
import type { Manner } from './manner.ts';
import { describePayload } from './payload.ts';
import { describeQuestion } from './question.ts';
import { brackets, counted, type Line, line, type Span, span } from './text.ts';

/** What else is said of commands. */
export interface CommandNotes extends Manner {
  /** Whether each command shows its CmdID. */
  readonly ids?: boolean | undefined;
  /** What to say below a command, by its path. */
  readonly notes?: ReadonlyMap<string, readonly Line[]> | undefined;
}

/** Commands: a line each, and below it its items where they are many, and opened documents. */
export function describeCommands(commands: readonly Command[], notes: CommandNotes, around?: string): Line[] {
  const paths = commandPaths(commands, around);
  const width = Math.min(LONGEST_ID, Math.max(0, ...commands.map(({ cmdID }) => cmdID.length)));
  return commands.map((command, index) => {
    const path = paths[index] ?? '';
    const described = describeCommand(command, notes, path);
    const gutter = notes.ids ? [span(`${command.cmdID.padStart(width)}  `, 'faint')] : [];
    const margin = notes.ids ? width + 2 : 0;
    const below = [...described.below, ...(notes.notes?.get(path) ?? [])];
    return { ...described, spans: [...gutter, ...described.spans], below, margin };
  });
}

/** Characters of a CmdID for which room is kept. */
const LONGEST_ID = 4;

function describeCommand(command: Command, notes: CommandNotes, path: string): Line {
  const name = span(command.name === 'Unknown' ? command.element : command.name, 'strong');
  switch (command.name) {
    case 'Atomic':
    case 'Sequence':
      return line(
        [name, `of ${counted(command.commands.length, 'command')}`],
        describeCommands(command.commands, notes, path),
      );
    case 'Unknown':
      return line([name, 'which is no command of device management']);
    case 'Status':
      return withItems([name, ...statusParts(command, notes)], command.items, undefined, notes);
    case 'Alert': {
      const head = [name, describeAlert(command.code), brackets([correlatorOf(command)])];
      const question = describeQuestion(command);
      if (question !== undefined)
        return line([name, span(`${describeAlert(command.code).text}:`), question.text], question.below);
      return withItems(head, command.items, undefined, notes);
    }
    case 'Results':
      return withItems(
        [name, referenceOf(command.cmdRef, command.msgRef)],
        command.items,
        command.meta,
        notes,
        command.sourceRef[0] ?? command.targetRef[0],
      );
    case 'Exec':
      return withItems([name, brackets([correlatorOf(command)])], command.items, command.meta, notes);
    default:
      return withItems([name], command.items, command.meta, notes);
  }
}

function correlatorOf({ correlator }: { correlator?: string | undefined }): string | undefined {
  return correlator === undefined ? undefined : `correlator ${correlator}`;
}

type Parts = (string | Span | undefined)[];

function statusParts(
  { code, cmd, cmdRef, msgRef, targetRef, sourceRef, chal }: Status,
  manner: Manner,
): Parts {
  const about = [...targetRef, ...sourceRef][0];
  const isHeader = cmd === 'SyncHdr';
  return [
    describeStatus(code),
    `for ${cmd}`,
    isHeader ? undefined : about,
    referenceOf(isHeader ? undefined : cmdRef, msgRef, chal === undefined ? '' : ','),
    chal === undefined ? undefined : describeChal(chal, manner),
  ];
}

/** Which command of which message is meant. */
function referenceOf(cmdRef: string | undefined, msgRef: string | undefined, behind = ''): Span | undefined {
  const parts = [
    ...(cmdRef === undefined || cmdRef === '' ? [] : [`command ${cmdRef}`]),
    ...(msgRef === undefined || msgRef === '' ? [] : [`message ${msgRef}`]),
  ];
  return parts.length === 0 ? undefined : span(`(${parts.join(' of ')})${behind}`, 'faint');
}

/** A command whose only item stands on its line, and whose many stand below it. */
function withItems(
  parts: Parts,
  items: readonly Item[],
  meta: Meta | undefined,
  manner: Manner,
  about?: string,
): Line {
  const described = items.map((item) => describeItem(item, meta, about, manner));
  const [first, ...others] = described;
  if (first === undefined) return line(parts);
  if (others.length > 0) return line(parts, described);
  return { spans: [...line(parts).spans, { text: ' ' }, ...first.spans], below: first.below };
}

function describeItem(item: Item, meta: Meta | undefined, about: string | undefined, manner: Manner): Line {
  const from = item.source?.locURI;
  const to = item.target?.locURI;
  const place = from !== undefined && to !== undefined ? `${from} → ${to}` : (to ?? from ?? about ?? '');
  const own = { format: item.meta?.format ?? meta?.format, type: item.meta?.type ?? meta?.type };
  const facts = brackets([
    queryInWords(place),
    own.format,
    own.type,
    item.meta?.mark,
    item.meta?.size === undefined ? undefined : `${counted(item.meta.size, 'byte')} in all`,
    item.moreData ? 'more to come' : undefined,
  ]);
  const payload =
    item.data === undefined
      ? undefined
      : describePayload(item.data, { node: to ?? from ?? about ?? '', format: own.format, depth: 0 }, manner);
  const head = line([place, payload === undefined || place === '' ? undefined : '=']).spans;
  const value = payload?.spans ?? [];
  const tail = facts === undefined ? [] : [facts];
  const groups = [head, value, tail].filter((group) => group.some(({ text }) => text !== ''));
  return {
    spans: groups.flatMap((group, index) => (index === 0 ? group : [{ text: ' ' }, ...group])),
    below: payload?.below ?? [],
  };
}
