/** A device that is written by hand: it says what it is told to say, and remembers where to say it. */
import { createHash } from 'node:crypto';
import { type Command, decodeMessage, type Encoding, type Message, xmlToWbxml } from '@grove/protocol';
import { type Answer, type Rig, WBXML, XML } from './rig.testing.ts';

/** An element of a Meta; nothing where it has no value. */
export function metinf(name: string, value: string | number | undefined): string {
  return value === undefined ? '' : `<${name} xmlns="syncml:metinf">${value}</${name}>`;
}

export interface HeaderOptions {
  device: string;
  msgID?: number | string;
  sessionID?: string;
  /** `<Cred>…</Cred>` and what else stands in the header. */
  more?: string;
}

/** A message as text, with a SyncHdr as devices write it. */
export function xmlMessage(
  { device, msgID = 1, sessionID = '1', more = '' }: HeaderOptions,
  body: string,
): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<SyncML xmlns="SYNCML:SYNCML1.2"><SyncHdr><VerDTD>1.2</VerDTD><VerProto>DM/1.2</VerProto>
<SessionID>${sessionID}</SessionID><MsgID>${msgID}</MsgID>
<Target><LocURI>http://dm.example.com/dm</LocURI></Target><Source><LocURI>${device}</LocURI></Source>${more}</SyncHdr>
<SyncBody>${body}</SyncBody></SyncML>`;
}

/**
 * Alert 1201, DevInfo and Final.
 *
 * @param model unless it is given, each device is of a model of its own: what one shows says nothing of others
 */
export function packageOne(device: string, model = `One of ${device}`): string {
  const devInfo = { DevId: device, Man: 'Acme', Mod: model, DmV: '1.2', Lang: 'en' };
  const items = Object.entries(devInfo)
    .map(
      ([leaf, value]) =>
        `<Item><Source><LocURI>./DevInfo/${leaf}</LocURI></Source><Data>${value}</Data></Item>`,
    )
    .join('');
  return `<Alert><CmdID>1</CmdID><Data>1201</Data></Alert><Replace><CmdID>2</CmdID>${items}</Replace><Final/>`;
}

const base64 = (bytes: string | Uint8Array): string => Buffer.from(bytes).toString('base64');
const md5 = (...parts: (string | Uint8Array)[]): Buffer => {
  const hash = createHash('md5');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** `B64(MD5(B64(MD5(user:password)):nonce))`, the nonce as the bytes that its base64 stands for. */
export function md5Digest(user: string, password: string, nonce: string): string {
  return base64(md5(base64(md5(`${user}:${password}`)), ':', Buffer.from(nonce, 'base64')));
}

/** The MAC of a message's bytes, as `x-syncml-hmac` carries it: `B64(MD5(B64(MD5(user:password)):nonce:B64(MD5(body))))`. */
export function macHeader(user: string, password: string, nonce: string, body: Uint8Array): string {
  const mac = md5(
    base64(md5(`${user}:${password}`)),
    ':',
    Buffer.from(nonce, 'base64'),
    ':',
    base64(md5(body)),
  );
  return `algorithm=MD5, username="${user}", mac=${base64(mac)}`;
}

export function basicDigest(user: string, password: string): string {
  return base64(`${user}:${password}`);
}

export function cred(type: 'basic' | 'md5', data: string): string {
  return `<Cred><Meta><Format xmlns="syncml:metinf">b64</Format><Type xmlns="syncml:metinf">syncml:auth-${type}</Type></Meta><Data>${data}</Data></Cred>`;
}

/** A device's challenge to the server. */
export function chal(type: 'basic' | 'md5' | 'MAC', nonce?: string): string {
  const next = nonce === undefined ? '' : `<NextNonce xmlns="syncml:metinf">${nonce}</NextNonce>`;
  return `<Chal><Meta><Format xmlns="syncml:metinf">b64</Format><Type xmlns="syncml:metinf">syncml:auth-${type}</Type>${next}</Meta></Chal>`;
}

/** The server's answer, as a test looks at it. */
export interface Said {
  readonly answer: Answer;
  readonly message: Message;
  /** `SyncHdr 212`, `Alert 200`, … in the order of the message. */
  readonly statuses: readonly string[];
  /** All but statuses. */
  readonly commands: readonly Exclude<Command, { name: 'Status' }>[];
  /** `Get ./DevInfo/Man`, `Alert 1222`, … */
  readonly asks: readonly string[];
  readonly respURI: string;
  /** NextNonce of the first Status with a Chal, base64. */
  readonly nonce: string | undefined;
}

/** Reads an answer of the DM endpoint; a test fails here when it is no message. */
export function said(answer: Answer): Said {
  if (answer.httpStatus !== 200) throw new Error(`HTTP ${answer.httpStatus}: ${answer.text}`);
  const { message, deviations } = decodeMessage(answer.bytes, answer.contentType === WBXML ? 'wbxml' : 'xml');
  if (deviations.length > 0)
    throw new Error(`the server departs from the standard: ${JSON.stringify(deviations)}`);
  const statuses: string[] = [];
  const commands: Exclude<Command, { name: 'Status' }>[] = [];
  let nonce: string | undefined;
  for (const command of message.body.commands) {
    if (command.name !== 'Status') {
      commands.push(command);
      continue;
    }
    statuses.push(`${command.cmd} ${command.code}`);
    const next = command.chal?.meta?.nextNonce;
    if (typeof next === 'string') nonce ??= next;
  }
  return {
    answer,
    message,
    statuses,
    commands,
    asks: commands.map(askOf),
    respURI: message.header.respURI ?? '',
    nonce,
  };
}

function askOf(command: Exclude<Command, { name: 'Status' }>): string {
  if (command.name === 'Alert') return `Alert ${command.code}`;
  if (!('items' in command)) return command.name;
  return [command.name, ...command.items.map(({ target }) => target?.locURI)].join(' ');
}

export interface SayOptions {
  /** `<Cred>…</Cred>` and what else stands in the header. */
  more?: string;
  msgID?: number | string;
  /** Where to; the last RespURI when absent, the address of the server when 'server'. */
  to?: string;
  /** Headers of HTTP that go with these bytes. */
  headers?: (body: Uint8Array) => Record<string, string>;
}

export class HandDevice {
  readonly rig: Rig;
  readonly devId: string;
  sessionID = '1';
  msgID = 0;
  respURI: string | undefined;
  /** The last message, as it was written. */
  sent = '';
  /** What messages are sent in; they are written in XML. */
  readonly encoding: Encoding;
  /** All that was said, for a person. */
  readonly log: string[] = [];

  constructor(rig: Rig, devId: string, encoding: Encoding = 'xml') {
    this.rig = rig;
    this.devId = devId;
    this.encoding = encoding;
  }

  /** Begins anew, with a MsgID of 1 at the address of the server. */
  begin(sessionID = this.sessionID): this {
    this.sessionID = sessionID;
    this.msgID = 0;
    this.respURI = undefined;
    return this;
  }

  async say(body: string, options: SayOptions = {}): Promise<Said> {
    this.msgID += 1;
    const { msgID = this.msgID, more = '', to = this.respURI } = options;
    this.sent = xmlMessage({ device: this.devId, sessionID: this.sessionID, msgID, more }, body);
    return this.#post(to, options.headers);
  }

  /** Sends the last message once more. */
  again(to?: string): Promise<Said> {
    return this.#post(to ?? this.#before, undefined);
  }

  #before: string | undefined;

  async #post(to: string | undefined, headers: SayOptions['headers']): Promise<Said> {
    this.#before = to ?? 'server';
    const text = new TextEncoder().encode(this.sent);
    const [type, body] = this.encoding === 'xml' ? [XML, text] : [WBXML, xmlToWbxml(text)];
    const at = to === undefined || to === 'server' ? {} : { to };
    const answer = said(await this.rig.post(body, { type, headers: headers?.(body) ?? {}, ...at }));
    this.log.push(`→ ${this.sent}`, `← ${[...answer.statuses, ...answer.asks].join(', ')}`);
    this.respURI = answer.respURI;
    return answer;
  }
}

/** What a well-behaved device answers: to Get with these values, to all else with one code. */
export function answers(to: Said, values: Readonly<Record<string, string>> = {}, code = 200): string {
  const { msgID } = to.message.header;
  let cmdID = 1;
  const status = (cmdRef: string, cmd: string, data: number) =>
    `<Status><CmdID>${cmdID++}</CmdID><MsgRef>${msgID}</MsgRef><CmdRef>${cmdRef}</CmdRef><Cmd>${cmd}</Cmd><Data>${data}</Data></Status>`;
  let text = status('0', 'SyncHdr', 212);
  for (const command of to.commands) {
    if (command.name !== 'Get') {
      text += status(command.cmdID, command.name, code);
      continue;
    }
    for (const { target } of command.items) {
      const uri = target?.locURI ?? '';
      const value = values[uri];
      text += status(command.cmdID, 'Get', value === undefined ? 404 : 200);
      if (value === undefined) continue;
      text += `<Results><CmdID>${cmdID++}</CmdID><MsgRef>${msgID}</MsgRef><CmdRef>${command.cmdID}</CmdRef><Item><Source><LocURI>${uri}</LocURI></Source><Data>${value}</Data></Item></Results>`;
    }
  }
  return text;
}
