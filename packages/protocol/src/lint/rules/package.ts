/** What belongs into the packages of a session, and who may send it. */
import { ALERT, type Command, type Item, type Message } from '../../syncml/index.ts';
import { SPEC } from '../../vocabulary/index.ts';
import { type Fault, type MessageView, type Rule, unless } from '../rule.ts';
import { isContainer } from '../view.ts';

const CLIENT_COMMANDS: ReadonlySet<string> = new Set(['Alert', 'Replace', 'Results', 'Status']);
/** Alerts that a client alone sends. */
const CLIENT_ALERTS: ReadonlySet<number> = new Set([
  ALERT.SERVER_INITIATED,
  ALERT.CLIENT_INITIATED,
  ALERT.CLIENT_EVENT,
  ALERT.GENERIC,
]);
/** Questions to the user, which a server alone sends. */
const SERVER_ALERTS: ReadonlySet<number> = new Set([
  ALERT.DISPLAY,
  ALERT.CONFIRMATION,
  ALERT.TEXT_INPUT,
  ALERT.SINGLE_CHOICE,
  ALERT.MULTIPLE_CHOICE,
]);
const DEVINFO_NODES = ['DevId', 'Man', 'Mod', 'DmV', 'Lang'];
const DEVINFO = /^(?:\.\/)?DevInfo\/(.+)$/;

/** Whether a message is the first of a session. */
function opens({ sender, message }: MessageView): boolean {
  return sender === 'client' && message.header.msgID === '1';
}

function alertsOf({ commands }: MessageView): ReadonlySet<number> {
  return new Set(commands.flatMap(({ command }) => (command.name === 'Alert' ? [command.code] : [])));
}

/** Nodes below ./DevInfo that a message reports. */
function devInfoOf({ commands }: MessageView): string[] {
  return commands.flatMap(({ command }) =>
    command.name !== 'Replace' ? [] : command.items.flatMap((item) => DEVINFO.exec(uriOf(item))?.[1] ?? []),
  );
}

function uriOf({ source, target }: Item): string {
  return source?.locURI ?? target?.locURI ?? '';
}

/** Whether an Item of a large object stands at the end of a message, and more of it is to come. */
function endsInChunk(commands: readonly Command[]): boolean {
  return commands.some((command) => 'items' in command && command.items.some(({ moreData }) => moreData));
}

/** Whether a message says that no more is wanted of a large object, so that it may begin anew. */
function breaksOff(answers: Message | undefined): boolean {
  return (answers?.body.commands ?? []).some(
    (command) =>
      (command.name === 'Alert' && command.code === ALERT.NO_END_OF_DATA) ||
      (command.name === 'Status' && command.cmd !== 'SyncHdr' && command.code >= 300),
  );
}

export const PACKAGE_RULES: readonly Rule[] = [
  {
    id: 'package-1-alert',
    says: "A client's first message has Alert 1200 or 1201.",
    specification: SPEC.protocol,
    section: '8.3',
    severity: 'error',
    message: (view) => {
      const alerts = alertsOf(view);
      return unless(
        !opens(view) || alerts.has(ALERT.SERVER_INITIATED) || alerts.has(ALERT.CLIENT_INITIATED),
        'a first message without Alert 1200 or 1201',
        'one of them',
        'SyncBody',
      );
    },
  },
  {
    id: 'package-1-devinfo',
    says: "A client's first message reports the nodes of DevInfo in a Replace.",
    specification: SPEC.protocol,
    section: '8.3',
    severity: 'error',
    message: (view) => {
      if (!opens(view)) return undefined;
      const nodes = devInfoOf(view);
      const missing = DEVINFO_NODES.filter((name) => !nodes.includes(name));
      return unless(
        missing.length === 0,
        nodes.length === 0 ? 'a first message without DevInfo' : `DevInfo without ${missing.join(', ')}`,
        `./DevInfo/${DEVINFO_NODES.join(', ')}`,
        'SyncBody',
      );
    },
  },
  {
    id: 'client-commands',
    says: 'A client sends Replace of DevInfo, Results, Alert and Status, and no other command.',
    specification: SPEC.protocol,
    section: '8',
    severity: 'error',
    command: ({ command, parent }, { sender }) =>
      unless(
        sender !== 'client' ||
          command.name === 'Unknown' ||
          CLIENT_COMMANDS.has(command.name) ||
          parent !== undefined,
        `${command.name} from a client`,
        [...CLIENT_COMMANDS].join(', '),
      ),
  },
  {
    id: 'client-replace',
    says: 'A client replaces nothing but DevInfo.',
    specification: SPEC.protocol,
    section: '8',
    severity: 'warning',
    item: ({ item, command }, { sender }) =>
      unless(
        sender !== 'client' || command.name !== 'Replace' || DEVINFO.test(uriOf(item)),
        `Replace of ${uriOf(item) || 'no node'}`,
        'a node of ./DevInfo',
      ),
  },
  {
    id: 'server-commands',
    says: 'A server sends no Results, and no alert that reports what a client does.',
    specification: SPEC.protocol,
    section: '8.4 to 8.7',
    severity: 'error',
    command: ({ command }, { sender }) => {
      if (sender !== 'server') return undefined;
      if (command.name === 'Results') return { found: 'Results from a server', expected: 'none' };
      if (command.name !== 'Alert') return undefined;
      return unless(!CLIENT_ALERTS.has(command.code), `Alert ${command.code} from a server`, 'none');
    },
  },
  {
    id: 'client-alerts',
    says: 'Questions to the user come from a server; a server ignores those of a client.',
    specification: SPEC.protocol,
    section: '10',
    severity: 'warning',
    command: ({ command }, { sender }) =>
      unless(
        sender !== 'client' || command.name !== 'Alert' || !SERVER_ALERTS.has(command.code),
        command.name === 'Alert' ? `Alert ${command.code} from a client` : '',
        'none',
      ),
  },
  {
    id: 'final-missing',
    says: 'A server sets Final in every message but one within a large object or one that asks for the next.',
    specification: SPEC.protocol,
    section: '6',
    severity: 'note',
    message: (view) => {
      const { message, sender } = view;
      const goesOn = endsInChunk(message.body.commands) || alertsOf(view).has(ALERT.NEXT_MESSAGE);
      return unless(
        sender !== 'server' || message.body.final === true || goesOn,
        'no Final',
        'Final',
        'SyncBody',
      );
    },
  },
  {
    id: 'final-within-object',
    says: 'A message that ends within a large object is not the last of its package.',
    specification: SPEC.protocol,
    section: '7',
    severity: 'error',
    message: ({ message: { body } }) =>
      unless(
        body.final !== true || !endsInChunk(body.commands),
        'Final behind an Item with MoreData',
        'no Final',
        'SyncBody',
      ),
  },
  {
    id: 'final-next-message',
    says: 'A message that asks for the next one by Alert 1222 has no Final.',
    specification: SPEC.protocol,
    section: '6',
    severity: 'error',
    message: (view) =>
      unless(
        view.message.body.final !== true || !alertsOf(view).has(ALERT.NEXT_MESSAGE),
        'Final beside Alert 1222',
        'no Final',
        'SyncBody',
      ),
  },
  {
    id: 'next-message-alone',
    says: 'Beside Alert 1222 a message has nothing but Status, and Alert 1225 where an object was broken off.',
    specification: SPEC.protocol,
    section: '6',
    severity: 'warning',
    message: (view) => {
      if (!alertsOf(view).has(ALERT.NEXT_MESSAGE)) return undefined;
      const other = view.message.body.commands.find(
        (command) =>
          command.name !== 'Status' &&
          !(
            command.name === 'Alert' &&
            (command.code === ALERT.NEXT_MESSAGE || command.code === ALERT.NO_END_OF_DATA)
          ),
      );
      return unless(other === undefined, `${other?.name} beside Alert 1222`, 'Status only', 'SyncBody');
    },
  },
  {
    id: 'abort-final',
    says: 'A message with Alert 1223 has Final.',
    specification: SPEC.protocol,
    section: '8.1.2',
    severity: 'warning',
    message: (view) =>
      unless(
        !alertsOf(view).has(ALERT.SESSION_ABORT) || view.message.body.final === true,
        'Alert 1223 without Final',
        'Final',
        'SyncBody',
      ),
  },
  {
    id: 'more-data-last',
    says: 'Between the pieces of a large object there is no other command and no other Item.',
    specification: SPEC.protocol,
    section: '7',
    severity: 'error',
    message: ({ commands }) => {
      const at = commands.findIndex(
        ({ command }) => 'items' in command && command.items.some(({ moreData }) => moreData),
      );
      const view = commands[at];
      if (view === undefined || !('items' in view.command)) return undefined;
      const { items } = view.command;
      const isLastItem = items.findIndex(({ moreData }) => moreData) === items.length - 1;
      const behind = commands.slice(at + 1).find(({ command }) => command.name !== 'Status');
      const found = isLastItem ? behind?.command.name : 'an Item';
      return unless(
        found === undefined,
        `${found} behind an Item with MoreData`,
        'nothing',
        view.path.replace(/^SyncML\//, ''),
      );
    },
  },
  {
    id: 'more-data-size',
    says: 'The first piece of a large object says the size of the whole in Meta Size, the others do not.',
    specification: SPEC.protocol,
    section: '7',
    severity: 'error',
    item: ({ item, command }, { before, answers }) => {
      const size = item.meta?.size ?? ('meta' in command ? command.meta?.size : undefined);
      const goesOn = before !== undefined && endsInChunk(before.body.commands) && !breaksOff(answers);
      if (goesOn && size !== undefined && item.moreData === true)
        return { found: 'Size in a further piece', expected: 'Size in the first one only', at: 'Meta' };
      return unless(
        item.moreData !== true || size !== undefined || goesOn,
        'MoreData without Size',
        before === undefined ? 'Size, if this is the first piece' : 'Size',
      );
    },
  },
  {
    id: 'message-size',
    says: 'A message is not longer than the MaxMsgSize of its recipient.',
    specification: SPEC.syncRepPro,
    section: 'MaxMsgSize',
    severity: 'error',
    message: ({ bytes, answers }) => {
      const most = answers?.header.meta?.maxMsgSize;
      return unless(
        bytes === undefined || most === undefined || most === 0 || bytes <= most,
        `${bytes} bytes`,
        `at most ${most}`,
      );
    },
  },
  {
    id: 'command-id',
    says: 'Each command has a CmdID of its own in its message, and none has 0, which stands for the header.',
    specification: SPEC.syncRepPro,
    section: 'CmdID',
    severity: 'error',
    message: ({ commands }) => {
      const faults: Fault[] = [];
      const seen = new Set<string>();
      for (const { command, path } of commands) {
        const { cmdID } = command;
        const at = path.replace(/^SyncML\//, '');
        if (cmdID === '0') faults.push({ found: 'CmdID 0', expected: 'another one', at });
        else if (cmdID !== '' && seen.has(cmdID))
          faults.push({ found: `CmdID ${cmdID} again`, expected: 'another one', at });
        seen.add(cmdID);
      }
      return faults;
    },
  },
  {
    id: 'command-cred',
    says: 'Credentials stand in the SyncHdr, never in a command.',
    specification: SPEC.repPro,
    section: 'Cred',
    severity: 'error',
    command: ({ command }) =>
      unless(!('cred' in command) || command.cred === undefined, 'Cred in a command', 'none'),
  },
  {
    id: 'element-unused',
    says: 'Device management does not use Archive, Lang, NoResp, NoResults and SftDel.',
    specification: SPEC.repPro,
    section: 'Common use elements',
    severity: 'warning',
    message: ({ message: { header }, commands }) => [
      ...(header.noResp ? [{ found: 'NoResp', expected: 'none', at: 'SyncHdr' }] : []),
      ...commands.flatMap(({ command, path }) =>
        UNUSED.filter(([key]) => key in command && command[key as keyof Command] !== undefined).map(
          ([, name]) => ({
            found: name,
            expected: 'none',
            at: path.replace(/^SyncML\//, ''),
          }),
        ),
      ),
    ],
  },
  {
    id: 'atomic-content',
    says: 'An Atomic holds Add, Alert, Copy, Delete and Replace: no Get, no Exec, no other Atomic.',
    specification: SPEC.repPro,
    section: 'Atomic',
    severity: 'error',
    command: ({ command, parent }) =>
      unless(
        parent?.command.name !== 'Atomic' || IN_ATOMIC.has(command.name),
        `${command.name} in an Atomic`,
        'Add, Alert, Copy, Delete or Replace',
      ),
  },
  {
    id: 'sequence-content',
    says: 'A Sequence holds Add, Alert, Copy, Delete, Exec, Get and Replace.',
    specification: SPEC.repPro,
    section: 'Sequence',
    severity: 'error',
    command: ({ command, parent }) =>
      unless(
        parent?.command.name !== 'Sequence' || IN_SEQUENCE.has(command.name),
        `${command.name} in a Sequence`,
        'Add, Alert, Copy, Delete, Exec, Get or Replace',
      ),
  },
  {
    id: 'container-empty',
    says: 'An Atomic or a Sequence holds at least one command.',
    specification: SPEC.syncRepPro,
    section: 'DTD',
    severity: 'warning',
    command: ({ command }) =>
      unless(!isContainer(command) || command.commands.length > 0, 'no command', 'at least one'),
  },
];

const UNUSED: readonly (readonly [string, string])[] = [
  ['archive', 'Archive'],
  ['lang', 'Lang'],
  ['noResp', 'NoResp'],
  ['sftDel', 'SftDel'],
];
const IN_ATOMIC: ReadonlySet<string> = new Set(['Add', 'Alert', 'Copy', 'Delete', 'Replace', 'Unknown']);
// Containers in a Sequence are what general SyncML allows, though DM does not list them.
const IN_SEQUENCE: ReadonlySet<string> = new Set([...IN_ATOMIC, 'Exec', 'Get', 'Atomic', 'Sequence']);
