/** For tests: drives the engine with hand-made packets, one at a time. */
import {
  type Command,
  type DdfNode,
  DEVDETAIL_OBJECT,
  DEVICE,
  DEVINFO_OBJECT,
  type DecodedMessage,
  DMACC_OBJECT,
  type DmAuth,
  decodeMessage,
  devInfoNodes,
  dmAccNodes,
  type Encoding,
  type HeldValue,
  ManagementTree,
  type NodeValue,
  type Status,
} from '@grove/protocol';
import { Outbox } from '../alerts/index.ts';
import { systemClock } from '../clock/index.ts';
import { memoryContentStore } from '../content-store/index.ts';
import { readerOf } from '../tree-reader/index.ts';
import { accountOf } from './account.ts';
import type { Context } from './context.ts';
import { type Opening, openSession, receive, type Step } from './session.ts';

export const SERVER = 'com.example.dm';
export const CLIENT_NONCE = `./DMAcc/Operator/AppAuth/1/AAuthData`;
export const SERVER_NONCE = `./DMAcc/Operator/AppAuth/2/AAuthData`;

/** An object in which anything may be. */
export const open = (name: string): DdfNode => ({
  name,
  access: ['Add', 'Copy', 'Delete', 'Exec', 'Get', 'Replace'],
  format: 'node',
  types: [''],
});
const DDF = [DEVINFO_OBJECT.ddf, DEVDETAIL_OBJECT.ddf, DMACC_OBJECT.ddf, open('Open')];

export const text = (data: string): HeldValue => ({ format: 'chr', type: 'text/plain', data });

/**
 * A tree with DevInfo, an account, and `./Open`, where the server may do anything.
 *
 * @param more descriptions of what else it is to hold
 */
export function testTree(
  auth: readonly DmAuth[] = [],
  addr = 'https://dm.example.com/dm',
  more: readonly DdfNode[] = [],
): ManagementTree {
  const tree = new ManagementTree({ ddf: [...DDF, ...more], now: () => new Date('2026-01-02T03:04:05Z') });
  const account = {
    serverId: SERVER,
    addresses: [{ addr }],
    auth: auth.map((each, index) => ({ node: String(index + 1), ...each })),
    ...(auth[0] === undefined ? {} : { authPref: auth[0].type }),
  };
  const nodes: NodeValue[] = [
    ...devInfoNodes({ devId: 'IMEI:001010000000008', man: 'Arbor', mod: 'Birch', dmV: '1.2', lang: 'en' }),
    ...dmAccNodes('./DMAcc/Operator', account),
    { path: './Open', value: 'node' },
    { path: './Open/a', value: text('one') },
    { path: './Open/b', value: text('two') },
    { path: './Open/bytes', value: { format: 'bin', type: 'image/png', data: Uint8Array.of(0, 1, 255) } },
    { path: './Open/branch', value: 'node' },
    { path: './Open/branch/leaf', value: text('three') },
    { path: './Open/empty', value: 'node' },
    { path: './Open/locked', value: text('four') },
  ];
  for (const { path, value } of nodes) {
    if (!tree.has(path)) tree.add(path, value, DEVICE);
    else if (value !== 'node' && value.format !== 'node') tree.replace(path, value, DEVICE);
  }
  const all = ['Add', 'Delete', 'Exec', 'Get', 'Replace'].map((command) => `${command}=${SERVER}`).join('&');
  tree.replace('./Open?prop=ACL', text(all), DEVICE);
  tree.replace('./Open/locked?prop=ACL', text('Get=*'), DEVICE);
  return tree;
}

/** A server's message as XML: the parts that differ from case to case. */
export interface Packet {
  readonly body: string;
  readonly cred?: string;
  readonly meta?: string;
  readonly respURI?: string;
  readonly final?: boolean;
  readonly sessionID?: string;
  /** One more than the one before, unless told. */
  readonly msgID?: number;
  readonly verProto?: string;
  readonly verDTD?: string;
  /** Makes the header `x-syncml-hmac` of the message. */
  readonly mac?: (message: Uint8Array) => string;
}

/** The SyncHdr Status that lets a session go on. */
export const WELCOME = status('SyncHdr', 212, '0');

export function status(cmd: string, code: number, cmdRef = '1', chal = ''): string {
  return `<Status><CmdID>9</CmdID><MsgRef>1</MsgRef><CmdRef>${cmdRef}</CmdRef><Cmd>${cmd}</Cmd>${chal}<Data>${code}</Data></Status>`;
}

export function chal(type: string, nonce?: string): string {
  const next = nonce === undefined ? '' : `<NextNonce xmlns="syncml:metinf">${nonce}</NextNonce>`;
  return `<Chal><Meta><Format xmlns="syncml:metinf">b64</Format><Type xmlns="syncml:metinf">${type}</Type>${next}</Meta></Chal>`;
}

export function cred(type: string, data: string): string {
  return `<Cred><Meta><Format xmlns="syncml:metinf">b64</Format><Type xmlns="syncml:metinf">${type}</Type></Meta><Data>${data}</Data></Cred>`;
}

/** Bytes that a device's content store has. */
const CONTENTS = 1024 * 1024;

/** A session under way. */
export class Lockstep {
  readonly context: Context;
  step: Step;
  #serverMsgID = 0;

  constructor(tree: ManagementTree, more: Partial<Context> = {}, encoding: Encoding = 'xml') {
    let serial = 0;
    const random = (bytes: number): Uint8Array => {
      serial += 1;
      return new Uint8Array(bytes).fill(serial);
    };
    this.context = {
      tree,
      handlers: [],
      contents: memoryContentStore({ capacity: CONTENTS }),
      outbox: new Outbox(random),
      now: () => new Date('2026-01-02T03:04:05Z'),
      clock: systemClock,
      random,
      ...more,
    };
    const opening: Opening = {
      account: accountOf('./DMAcc/Operator', readerOf(tree)),
      reason: 1201,
      sessionID: '4D2',
      encoding,
    };
    this.step = openSession(this.context, opening);
  }

  /** Hands the engine a message of the server, having put its state through JSON. */
  async take(packet: Packet | string): Promise<Step> {
    const {
      body,
      cred = '',
      meta = '',
      respURI = '',
      final = true,
      sessionID = '4D2',
      msgID = this.#serverMsgID + 1,
      verProto = 'DM/1.2',
      verDTD = '1.2',
      mac,
    } = typeof packet === 'string' ? { body: packet } : packet;
    this.#serverMsgID = msgID;
    const xml = `<SyncML xmlns="SYNCML:SYNCML1.2"><SyncHdr><VerDTD>${verDTD}</VerDTD><VerProto>${verProto}</VerProto><SessionID>${sessionID}</SessionID><MsgID>${msgID}</MsgID><Target><LocURI>IMEI:001010000000008</LocURI></Target><Source><LocURI>https://dm.example.com/dm</LocURI></Source>${respURI === '' ? '' : `<RespURI>${respURI}</RespURI>`}${cred}${meta}</SyncHdr><SyncBody>${body}${final ? '<Final/>' : ''}</SyncBody></SyncML>`;
    const bytes = new TextEncoder().encode(xml);
    return this.takeBytes(bytes, 'xml', mac?.(bytes));
  }

  async takeBytes(body: Uint8Array, encoding: Encoding = 'xml', mac?: string): Promise<Step> {
    const state = JSON.parse(JSON.stringify(this.step.state));
    this.step = await receive(this.context, state, { encoding, body, mac });
    return this.step;
  }

  /** The device's last message. */
  get sent(): string {
    return new TextDecoder().decode(Uint8Array.fromBase64(this.step.state.sent.body));
  }

  get decoded(): DecodedMessage {
    const { sent, encoding } = this.step.state;
    return decodeMessage(Uint8Array.fromBase64(sent.body), encoding);
  }

  get commands(): readonly Command[] {
    return this.decoded.message.body.commands;
  }

  get statuses(): readonly Status[] {
    return this.commands.filter((command) => command.name === 'Status');
  }

  /** `Get ./A 200` for each Status but that of the SyncHdr. */
  get answers(): readonly string[] {
    return this.statuses
      .filter(({ cmd }) => cmd !== 'SyncHdr')
      .map(({ cmd, targetRef, code }) => [cmd, ...targetRef, code].join(' '));
  }

  get headerCode(): number | undefined {
    return this.statuses.find(({ cmd }) => cmd === 'SyncHdr')?.code;
  }

  /** A leaf as text, or base64. */
  read(uri: string): string | undefined {
    const data = readerOf(this.context.tree).read(uri);
    return data instanceof Uint8Array ? data.toBase64() : data;
  }
}
