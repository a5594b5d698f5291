/** The messages of a session as a phone sends them, and the account that they are made with. */
import { createHash } from 'node:crypto';
import type { Script } from './load.ts';

export type Auth = 'basic' | 'md5';

/** Leaves that the session's commands replace: so many, one for each command. */
export function leavesOf(commands: number): string[] {
  return Array.from({ length: commands }, (_, at) => `./MMS/Operator/Leaf${at}`);
}
const USER = 'phone';
const PASSWORD = 'correct horse';
const NONCE = Buffer.from('0123456789abcdef');

export function devIdOf(index: number): string {
  return `IMEI:35${String(index).padStart(13, '0')}`;
}

/** Account of every phone, in the words of the API. */
export function accountFor(auth: Auth) {
  const client =
    auth === 'basic'
      ? { auth, user: USER, password: PASSWORD }
      : { auth, user: USER, password: PASSWORD, nonce: NONCE.toString('base64') };
  return { serverId: 'grove', client };
}

function cred(auth: Auth, nonce: Buffer): string {
  const md5 = (data: string | Buffer) => createHash('md5').update(data).digest('base64');
  const data =
    auth === 'basic'
      ? Buffer.from(`${USER}:${PASSWORD}`).toString('base64')
      : md5(Buffer.concat([Buffer.from(`${md5(`${USER}:${PASSWORD}`)}:`), nonce]));
  return `<Cred><Meta><Format xmlns="syncml:metinf">b64</Format><Type xmlns="syncml:metinf">syncml:auth-${auth}</Type></Meta><Data>${data}</Data></Cred>`;
}

/** One session of one phone. */
export interface SessionOptions {
  readonly index: number;
  readonly auth: Auth;
  /** The phone's how-manieth session this is. */
  readonly round: number;
  /** Base64; that of the account when absent. */
  readonly nonce?: string | undefined;
  /** How many the server sends. */
  readonly commands: number;
}

/** Package 1, then Package 3 with the statuses of the server's commands. */
export function scriptFor({ index, auth, round, nonce, commands }: SessionOptions): Script {
  const current = nonce === undefined ? NONCE : Buffer.from(nonce, 'base64');
  const header = (msgID: number, credential: string) =>
    `<?xml version="1.0" encoding="UTF-8"?><SyncML xmlns="SYNCML:SYNCML1.2"><SyncHdr><VerDTD>1.2</VerDTD><VerProto>DM/1.2</VerProto><SessionID>${round}</SessionID><MsgID>${msgID}</MsgID><Target><LocURI>http://127.0.0.1/dm</LocURI></Target><Source><LocURI>${devIdOf(index)}</LocURI><LocName>${USER}</LocName></Source>${credential}<Meta><MaxMsgSize xmlns="syncml:metinf">65536</MaxMsgSize><MaxObjSize xmlns="syncml:metinf">1048576</MaxObjSize></Meta></SyncHdr><SyncBody>`;
  const devInfo = { Mod: 'Grove One', Man: 'Grove', Lang: 'en-GB', DmV: '1.2', DevId: devIdOf(index) };
  const items = Object.entries(devInfo).map(
    ([leaf, value]) =>
      `<Item><Source><LocURI>./DevInfo/${leaf}</LocURI></Source><Meta><Format xmlns="syncml:metinf">chr</Format><Type xmlns="syncml:metinf">text/plain</Type></Meta><Data>${value}</Data></Item>`,
  );
  const first = `${header(1, cred(auth, current))}<Alert><CmdID>1</CmdID><Data>1201</Data></Alert><Replace><CmdID>2</CmdID>${items.join('')}</Replace><Final/></SyncBody></SyncML>`;
  const status = (cmdID: number, cmdRef: number, cmd: string, target: string, code: number) =>
    `<Status><CmdID>${cmdID}</CmdID><MsgRef>1</MsgRef><CmdRef>${cmdRef}</CmdRef><Cmd>${cmd}</Cmd><TargetRef>${target}</TargetRef><Data>${code}</Data></Status>`;
  // The server's statuses for SyncHdr, Alert and Replace have the CmdIDs 1 to 3.
  const statuses = leavesOf(commands).map((leaf, at) => status(at + 2, at + 4, 'Replace', leaf, 200));
  const second = `${header(2, '')}${status(1, 0, 'SyncHdr', devIdOf(index), 200)}${statuses.join('')}<Final/></SyncBody></SyncML>`;
  return { bodies: [Buffer.from(first), Buffer.from(second)] };
}
