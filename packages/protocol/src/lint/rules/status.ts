/** How commands are answered. */
import {
  ALERT,
  COMMANDS,
  CONTAINERS,
  type Message,
  STATUS,
  STATUS_CODES,
  type Status,
} from '../../syncml/index.ts';
import { SPEC } from '../../vocabulary/index.ts';
import { type CommandView, type Fault, type MessageView, type Rule, unless } from '../rule.ts';

/** The codes that each command is answered with, as the tables of commands list them, and what follows: rollback, parts. */
const CODES: Readonly<Record<string, readonly number[]>> = {
  Add: [200, 213, 215, 216, 401, 404, 405, 407, 411, 413, 414, 415, 418, 420, 424, 425, 500, 516],
  Alert: [200, 202, 213, 214, 215, 216, 304, 401, 405, 406, 407, 408, 412, 415, 416, 500, 516],
  Atomic: [200, 215, 401, 406, 407, 500, 507, 517],
  Copy: [200, 215, 216, 401, 403, 404, 405, 406, 407, 414, 418, 420, 425, 500, 510, 516],
  Delete: [200, 215, 216, 401, 403, 404, 405, 407, 414, 425, 500, 510, 516],
  Exec: [200, 202, 215, 401, 403, 404, 405, 406, 407, 414, 420, 425, 500, 510],
  Get: [200, 215, 401, 404, 405, 406, 407, 413, 414, 415, 425, 500],
  Replace: [
    200, 213, 215, 216, 401, 403, 404, 405, 406, 407, 411, 413, 414, 415, 418, 420, 424, 425, 500, 516,
  ],
  Sequence: [200, 215, 216, 401, 406, 407, 500, 516],
};
/** What any command may be answered with: malformed, not known, not now. */
const OF_ANY: ReadonlySet<number> = new Set([400, 412, 417, 501, 503, 506, 511]);

const KNOWN_COMMANDS: ReadonlySet<string> = new Set([
  'SyncHdr',
  ...Object.keys(COMMANDS),
  ...Object.keys(CONTAINERS),
  // Commands of data synchronisation are answered as well, if only with 406.
  ...['Map', 'Put', 'Search', 'Sync', 'Move'],
]);

function statusesOf({ commands }: MessageView): CommandView<Status>[] {
  return commands.flatMap((view) => (isStatus(view) ? [view] : []));
}

function isStatus(view: CommandView): view is CommandView<Status> {
  return view.command.name === 'Status';
}

function headerStatus(view: MessageView): Status | undefined {
  return statusesOf(view).find(({ command }) => command.cmd === 'SyncHdr')?.command;
}

/** Whether statuses are left out: of a version that its recipient does not speak, or by an abort, which may have them. */
function mayBeSilent(view: MessageView): boolean {
  const code = headerStatus(view)?.code;
  const aborts = view.message.body.commands.some(
    (command) => command.name === 'Alert' && command.code === ALERT.SESSION_ABORT,
  );
  if (aborts) return true;
  return code === STATUS.DTD_NOT_SUPPORTED || code === STATUS.PROTOCOL_NOT_SUPPORTED;
}

const isRefusal = (code: number | undefined): boolean =>
  code === STATUS.INVALID_CREDENTIALS || code === STATUS.CREDENTIALS_MISSING;

/** Where a command stands in its message, and in which Atomic or Sequence. */
interface Asked {
  readonly place: number;
  readonly within: string | undefined;
}

/** The commands of a message that want a Status, by CmdID, in their order; undefined where CmdIDs are not unique. */
function answerable({ body }: Message): ReadonlyMap<string, Asked> | undefined {
  const asked = new Map<string, Asked>();
  let isUnique = true;
  const walk = (commands: Message['body']['commands'], within: string | undefined): void => {
    for (const command of commands) {
      if (command.name === 'Status' || command.name === 'Results') continue;
      const { cmdID } = command;
      if (cmdID === '' || asked.has(cmdID)) isUnique = false;
      asked.set(cmdID, { place: asked.size + 1, within });
      if (command.name === 'Atomic' || command.name === 'Sequence') walk(command.commands, cmdID);
    }
  };
  walk(body.commands, undefined);
  return isUnique ? asked : undefined;
}

/** The Statuses that answer the last message of the other side, and where its commands stand. */
function answersOf(view: MessageView) {
  const { answers } = view;
  if (answers === undefined) return undefined;
  const asked = answerable(answers);
  if (asked === undefined) return undefined;
  const statuses = statusesOf(view).filter(
    ({ command }) => command.cmd !== 'SyncHdr' && command.msgRef === answers.header.msgID,
  );
  return { asked, statuses };
}

function below(path: string): string {
  return path.replace(/^SyncML\//, '');
}

export const STATUS_RULES: readonly Rule[] = [
  {
    id: 'status-header',
    says: 'A message that answers another has a Status for its SyncHdr.',
    specification: SPEC.protocol,
    section: '8.4 to 8.6',
    severity: 'error',
    message: (view) => {
      const { sender, message } = view;
      const isAnswer = sender === 'server' || (sender === 'client' && message.header.msgID !== '1');
      return unless(
        !isAnswer || headerStatus(view) !== undefined,
        'no Status for SyncHdr',
        'one, with CmdRef 0',
        'SyncBody',
      );
    },
  },
  {
    id: 'status-header-first',
    says: 'The Status for the SyncHdr is the first command.',
    specification: SPEC.syncRepPro,
    section: 'Status',
    severity: 'warning',
    message: (view) => {
      const [first] = view.message.body.commands;
      return unless(
        headerStatus(view) === undefined || (first?.name === 'Status' && first.cmd === 'SyncHdr'),
        `${first?.name} before the Status for SyncHdr`,
        'it first',
        'SyncBody',
      );
    },
  },
  {
    id: 'status-header-ref',
    says: 'CmdRef 0 stands for the SyncHdr, and for nothing else.',
    specification: SPEC.syncRepPro,
    section: 'CmdRef',
    severity: 'error',
    command: ({ command }) => {
      if (command.name !== 'Status' || command.cmdRef === undefined || command.cmdRef === '')
        return undefined;
      return unless(
        (command.cmdRef === '0') === (command.cmd === 'SyncHdr'),
        `CmdRef ${command.cmdRef} for ${command.cmd}`,
        command.cmd === 'SyncHdr' ? 'CmdRef 0' : 'the CmdID of the command',
      );
    },
  },
  {
    id: 'status-order',
    says: 'Statuses come in the order of the commands that they answer.',
    specification: SPEC.syncRepPro,
    section: 'Status',
    severity: 'warning',
    message: (view) => {
      const known = answersOf(view);
      let last = 0;
      for (const { command, path } of known?.statuses ?? []) {
        const place = known?.asked.get(command.cmdRef ?? '')?.place;
        if (place === undefined) continue;
        if (place < last)
          return {
            found: `Status for command ${command.cmdRef} behind that for a later one`,
            expected: 'their order',
            at: below(path),
          };
        last = place;
      }
      return undefined;
    },
  },
  {
    id: 'status-missing',
    says: 'Each command is answered by a Status, unless it was accepted to be answered in a later message.',
    specification: SPEC.protocol,
    section: '8.4 to 8.6',
    severity: 'warning',
    message: (view) => {
      const known = answersOf(view);
      if (known === undefined || view.message.body.final !== true || mayBeSilent(view)) return undefined;
      const codes = new Map(known.statuses.map(({ command }) => [command.cmdRef, command.code]));
      // What is in a container that was refused as a whole needs no Status of its own.
      const isCarriedOut = (cmdID: string | undefined): boolean =>
        cmdID === undefined || codes.get(cmdID) === STATUS.OK || codes.get(cmdID) === STATUS.ATOMIC_FAILED;
      const missing = [...known.asked]
        .filter(([cmdID, { within }]) => !codes.has(cmdID) && isCarriedOut(within))
        .map(([cmdID]) => cmdID);
      return unless(
        missing.length === 0,
        `no Status for command ${missing.slice(0, 10).join(', ')}${missing.length > 10 ? ', …' : ''}`,
        'one for each',
        'SyncBody',
      );
    },
  },
  {
    id: 'status-unasked',
    says: 'A Status answers a command that there was.',
    specification: SPEC.syncRepPro,
    section: 'CmdRef',
    severity: 'error',
    message: (view) => {
      const known = answersOf(view);
      return (known?.statuses ?? []).flatMap(({ command, path }): Fault[] =>
        command.cmd === 'Results' || known?.asked.has(command.cmdRef ?? '') || (command.cmdRef ?? '') === ''
          ? []
          : [
              {
                found: `CmdRef ${command.cmdRef}`,
                expected: 'a CmdID of the message that is answered',
                at: below(path),
              },
            ],
      );
    },
  },
  {
    id: 'status-command',
    says: 'Cmd names the command that is answered.',
    specification: SPEC.syncRepPro,
    section: 'Cmd',
    severity: 'warning',
    command: ({ command }) =>
      unless(
        command.name !== 'Status' || KNOWN_COMMANDS.has(command.cmd),
        command.name === 'Status' ? `Cmd ${command.cmd || 'of nothing'}` : '',
        'the name of a command',
      ),
  },
  {
    id: 'status-code',
    says: 'A status code is one of those that the standard defines.',
    specification: SPEC.syncRepPro,
    section: '10',
    severity: 'error',
    command: ({ command }) =>
      unless(
        command.name !== 'Status' || STATUS_CODES.has(command.code),
        command.name === 'Status' ? `status ${command.code}` : '',
        'a code of the standard',
      ),
  },
  {
    id: 'status-code-for-command',
    says: 'A command is answered with one of the codes that are listed for it.',
    specification: SPEC.repPro,
    section: 'Protocol command elements',
    severity: 'note',
    command: ({ command }) => {
      if (command.name !== 'Status' || !STATUS_CODES.has(command.code)) return undefined;
      const codes = CODES[command.cmd];
      return unless(
        codes === undefined || codes.includes(command.code) || OF_ANY.has(command.code),
        `${command.code} for ${command.cmd}`,
        `one of ${codes?.join(', ')}`,
      );
    },
  },
  {
    id: 'status-challenge',
    says: 'Status 401 or 407 for the SyncHdr comes with a Chal.',
    specification: SPEC.security,
    section: 'Authentication',
    severity: 'warning',
    command: ({ command }) =>
      unless(
        command.name !== 'Status' ||
          command.cmd !== 'SyncHdr' ||
          !isRefusal(command.code) ||
          command.chal !== undefined,
        command.name === 'Status' ? `${command.code} without Chal` : '',
        'a Chal',
      ),
  },
  {
    id: 'refused-commands',
    says: 'A server that refuses credentials sends nothing but Statuses, and refuses every command alike.',
    specification: SPEC.security,
    section: 'Authentication',
    severity: 'warning',
    message: (view) => {
      const code = headerStatus(view)?.code;
      if (view.sender !== 'server' || !isRefusal(code)) return undefined;
      const other = view.message.body.commands.find(
        (command) => command.name !== 'Status' || command.code !== code,
      );
      return unless(
        other === undefined,
        other?.name === 'Status'
          ? `${other.code} for ${other.cmd} beside ${code}`
          : `${other?.name} beside ${code}`,
        `Status ${code} only`,
        'SyncBody',
      );
    },
  },
  {
    id: 'results-status',
    says: 'Results are answered only where something is wrong with them.',
    specification: SPEC.syncRepPro,
    section: 'Results',
    severity: 'note',
    command: ({ command }) =>
      unless(
        command.name !== 'Status' || command.cmd !== 'Results' || command.code !== STATUS.OK,
        'Status 200 for Results',
        'none',
      ),
  },
  {
    id: 'results-order',
    says: 'Results come behind the Status for the same command.',
    specification: SPEC.syncRepPro,
    section: 'Results',
    severity: 'warning',
    message: (view) => {
      // Where each Item has a Status of its own, the Results of an Item may come before the Status of the next.
      const answered = new Set<string>();
      const waiting = new Map<string, string>();
      const faults: Fault[] = [];
      for (const { command, path } of view.commands) {
        if (command.name !== 'Status' && command.name !== 'Results') continue;
        const about = `${command.msgRef ?? ''} ${command.cmdRef ?? ''}`;
        if (command.name === 'Results') {
          if (!answered.has(about)) waiting.set(about, path);
          continue;
        }
        answered.add(about);
        const early = waiting.get(about);
        if (early !== undefined)
          faults.push({
            found: `Results before the Status for command ${command.cmdRef}`,
            expected: 'it first',
            at: below(early),
          });
      }
      return faults;
    },
  },
  {
    id: 'results-message',
    says: 'Results without MsgRef answer message 1.',
    specification: SPEC.syncRepPro,
    section: 'MsgRef',
    severity: 'note',
    command: ({ command }, { answers }) =>
      unless(
        command.name !== 'Results' || command.msgRef !== undefined || answers?.header.msgID === '1',
        'no MsgRef',
        'the MsgID of the message that is answered',
      ),
  },
];
