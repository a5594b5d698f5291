/** What holds for every message of a client, whatever the case: looked at in all of them. */
import type { Command, DecodedMessage, Message } from '@grove/protocol';
import { Failure, lintFault } from '../framework/index.ts';
import type { Sent } from './subject.ts';

/** What a session has been like up to the message that is looked at. */
export interface SoFar {
  /** The client's messages, this one not counted. */
  readonly before: readonly { readonly sent: Sent; readonly decoded: DecodedMessage }[];
  /** Commands of the server's messages by MsgID, then by CmdID. */
  readonly asked: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** The server's last message, where it could be read. */
  readonly said: Message | undefined;
  /** MsgID of the server's last message; undefined before it. */
  readonly lastMsgID: string | undefined;
  /** Bytes of the largest message that the server takes, as it last said. */
  readonly maxMsgSize: number | undefined;
}

interface StandingRule {
  readonly rule: string;
  /** What is wrong with the message; undefined = nothing. */
  readonly fault: (sent: Sent, decoded: DecodedMessage, soFar: SoFar) => string | undefined;
}

const CLIENT_COMMANDS: ReadonlySet<string> = new Set(['Alert', 'Replace', 'Results', 'Status']);

const STANDING_RULES: readonly StandingRule[] = [
  {
    rule: 'DM_RepPro 1.2.1, Mark-up language description',
    fault: (_, { deviations }) =>
      deviations
        .map(({ path, found, expected }) => `${path}: found ${found}, expected ${expected}`)
        .join('; ') || undefined,
  },
  {
    rule: 'DM_RepPro 1.2.1, VerDTD and VerProto',
    fault: (_, { message: { header } }) =>
      header.verDTD === '1.2' && header.verProto === 'DM/1.2'
        ? undefined
        : `VerDTD ${header.verDTD} and VerProto ${header.verProto}, expected 1.2 and DM/1.2`,
  },
  {
    rule: 'DM_RepPro 1.2.1, SessionID',
    fault: (_, { message: { header } }, { before }) =>
      changed(
        'SessionID',
        header.sessionID,
        before.map(({ decoded }) => decoded.message.header.sessionID),
      ),
  },
  {
    rule: 'DM_RepPro 1.2.1, MsgID',
    fault: (_, { message: { header } }, { before }) =>
      header.msgID === String(before.length + 1)
        ? undefined
        : `MsgID ${header.msgID} in message ${before.length + 1}`,
  },
  {
    rule: 'DM_RepPro 1.2.1, Source',
    fault: (_, { message: { header } }, { before }) =>
      changed(
        'Source',
        header.source.locURI,
        before.map(({ decoded }) => decoded.message.header.source.locURI),
      ),
  },
  {
    rule: 'DM_RepPro 1.2.1, CmdID',
    fault: (_, { message: { body } }) => {
      const ids = body.commands.map(({ cmdID }) => cmdID);
      if (ids.some((id) => id === '' || id === '0')) return 'a command without CmdID, or with CmdID 0';
      return new Set(ids).size === ids.length ? undefined : 'two commands have the same CmdID';
    },
  },
  {
    rule: 'DM_Protocol 1.2.1, 8.5 Package 3',
    fault: (_, { message: { body } }) => {
      const other = body.commands.find(({ name }) => !CLIENT_COMMANDS.has(name));
      return other === undefined ? undefined : `${other.name} is no command of a client`;
    },
  },
  {
    rule: 'DM_Protocol 1.2.1, 8.5 Package 3; DM_RepPro 1.2.1, Status',
    fault: (_, { message: { body } }, { lastMsgID }) => {
      if (lastMsgID === undefined) return undefined;
      const [first] = body.commands;
      if (first?.name !== 'Status' || first.cmd !== 'SyncHdr')
        return 'no Status for the SyncHdr, before all else';
      if (first.cmdRef !== '0') return `CmdRef ${first.cmdRef} in the Status for the SyncHdr, expected 0`;
      return first.msgRef === lastMsgID
        ? undefined
        : `MsgRef ${first.msgRef} in the Status for the SyncHdr, expected ${lastMsgID}`;
    },
  },
  {
    rule: 'DM_RepPro 1.2.1, MsgRef, CmdRef and Cmd',
    fault: (_, { message: { body } }, { asked }) => {
      for (const command of body.commands) {
        if (command.name !== 'Status' && command.name !== 'Results') continue;
        if (command.cmdRef === '0') continue;
        const { msgRef = '', cmdRef } = command;
        const name = asked.get(msgRef)?.get(cmdRef ?? '');
        const claimed = command.name === 'Status' ? command.cmd : 'Get';
        if (name !== claimed) {
          return `${command.name} for ${claimed} ${cmdRef} of message ${msgRef}, which is ${name ?? 'no command'}`;
        }
      }
      return undefined;
    },
  },
  {
    rule: 'DM_RepPro 1.2.1, Results',
    fault: (_, { message: { body } }, { before }) => {
      // The messages before have been looked at already.
      if (!body.commands.some(({ name }) => name === 'Results')) return undefined;
      const all = [...before.flatMap(({ decoded }) => decoded.message.body.commands), ...body.commands];
      const early = all.find(
        (command, index) => command.name === 'Results' && !all.slice(0, index).some(isStatusFor(command)),
      );
      return early === undefined ? undefined : 'Results before the Status of their Get';
    },
  },
  {
    rule: 'DM_Protocol 1.2.1, MaxMsgSize',
    fault: ({ body }, _, { maxMsgSize = Number.POSITIVE_INFINITY }) =>
      body.length <= maxMsgSize ? undefined : `${body.length} bytes, MaxMsgSize is ${maxMsgSize}`,
  },
  {
    rule: 'DM_RepPro 1.2.1, Cred and NoResp',
    fault: (_, { message: { header, body } }) => {
      const odd = body.commands.find(
        (command) =>
          ('cred' in command && command.cred !== undefined) || ('noResp' in command && command.noResp),
      );
      return odd !== undefined || header.noResp ? 'Cred outside the SyncHdr, or NoResp' : undefined;
    },
  },
];

function changed(what: string, now: string, before: readonly string[]): string | undefined {
  const [first] = before;
  return first === undefined || first === now ? undefined : `${what} is ${now} and was ${first}`;
}

function isStatusFor(results: Command): (command: Command) => boolean {
  if (results.name !== 'Results') return () => false;
  return (command) =>
    command.name === 'Status' && command.msgRef === results.msgRef && command.cmdRef === results.cmdRef;
}

/** @throws {Failure} naming the rule that a message breaks. */
export function checkStandingRules(sent: Sent, decoded: DecodedMessage, soFar: SoFar): void {
  for (const { rule, fault } of STANDING_RULES) {
    const found = fault(sent, decoded, soFar);
    if (found !== undefined)
      throw new Failure(`message ${soFar.before.length + 1} of the client: ${found} (${rule})`);
  }
  const found = lintFault(decoded, {
    sender: 'client',
    answers: soFar.said,
    before: soFar.before.at(-1)?.decoded.message,
    bytes: sent.body.length,
    transport: { mac: sent.mac },
  });
  if (found !== undefined) throw new Failure(`message ${soFar.before.length + 1} of the client: ${found}`);
}
