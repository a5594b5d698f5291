import type { Chal, Command, Item, Meta, Status } from '@grove/protocol';
import { printable, style } from '../output/index.ts';
import { describeAlert, describeStatus } from './codes.ts';
import { describePayload } from './payload.ts';

const INDENT = '  ';

/** Commands for a person: one line each, and below it the items where they are many, and opened documents. */
export function describeCommands(commands: readonly Command[]): string[] {
  return commands.flatMap(describeCommand);
}

function describeCommand(command: Command): string[] {
  const name = style('bold', command.name === 'Unknown' ? printable(command.element) : command.name);
  switch (command.name) {
    case 'Atomic':
    case 'Sequence':
      return [`${name} of ${command.commands.length}`, ...indented(describeCommands(command.commands))];
    case 'Unknown':
      return [`${name}, which is no DM command`];
    case 'Status':
      return withItems(`${name} ${statusText(command)}`, command.items, undefined);
    case 'Alert': {
      const correlator =
        command.correlator === undefined ? '' : `, correlator ${printable(command.correlator)}`;
      return withItems(`${name} ${describeAlert(command.code)}${correlator}`, command.items, undefined);
    }
    case 'Results':
      return withItems(
        `${name}${referenceOf(command.cmdRef, command.msgRef)}`,
        command.items,
        command.meta,
        command.sourceRef[0] ?? command.targetRef[0],
      );
    case 'Exec': {
      const correlator =
        command.correlator === undefined ? '' : ` with correlator ${printable(command.correlator)}`;
      return withItems(name + correlator, command.items, command.meta);
    }
    default:
      return withItems(name, command.items, command.meta);
  }
}

function statusText({ code, cmd, cmdRef, msgRef, targetRef, sourceRef, chal }: Status): string {
  const about = [...targetRef, ...sourceRef][0];
  const what = about === undefined || cmd === 'SyncHdr' ? '' : ` ${printable(about)}`;
  const reference = cmd === 'SyncHdr' ? referenceOf(undefined, msgRef) : referenceOf(cmdRef, msgRef);
  return `${describeStatus(code)} for ${printable(cmd)}${what}${reference}${challengeText(chal)}`;
}

/** Which command of which message is meant. */
function referenceOf(cmdRef: string | undefined, msgRef: string | undefined): string {
  const parts = [
    ...(cmdRef === undefined || cmdRef === '' ? [] : [`command ${cmdRef}`]),
    ...(msgRef === undefined || msgRef === '' ? [] : [`message ${msgRef}`]),
  ];
  return parts.length === 0 ? '' : style('dim', ` (${printable(parts.join(' of '))})`);
}

function challengeText(chal: Chal | undefined): string {
  if (chal === undefined) return '';
  const nonce = chal.meta?.nextNonce === undefined ? '' : ' with a next nonce';
  return `, challenge ${printable(chal.meta?.type ?? 'of no type')}${nonce}`;
}

/** A command whose only item stands on its line, and whose many stand below it. */
function withItems(line: string, items: readonly Item[], meta: Meta | undefined, about?: string): string[] {
  const described = items.map((item) => describeItem(item, meta, about));
  const [first, ...others] = described;
  if (first === undefined) return [line];
  if (others.length > 0) return [line, ...indented(described.flatMap((each) => [each.line, ...each.below]))];
  return [`${line} ${first.line}`.trimEnd(), ...first.below];
}

function describeItem(item: Item, meta: Meta | undefined, about: string | undefined) {
  const from = item.source?.locURI;
  const to = item.target?.locURI;
  const place = from !== undefined && to !== undefined ? `${from} → ${to}` : (to ?? from ?? about ?? '');
  const own = { format: item.meta?.format ?? meta?.format, type: item.meta?.type ?? meta?.type };
  const facts = [
    own.format,
    own.type,
    item.meta?.mark,
    item.meta?.size === undefined ? undefined : `${item.meta.size} bytes in all`,
    item.moreData ? 'more to come' : undefined,
  ].filter((fact) => fact !== undefined && fact !== '');
  const payload = item.data === undefined ? undefined : describePayload(item.data, own.format);
  const parts = [
    printable(place),
    payload === undefined ? '' : `${place === '' ? '' : '= '}${payload.line}`,
    facts.length === 0 ? '' : style('dim', `(${printable(facts.join(', '))})`),
  ];
  return { line: parts.filter((part) => part !== '').join(' '), below: indented(payload?.below ?? []) };
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => INDENT + line);
}
