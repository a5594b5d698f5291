/**
 * Pieces of the scripted server's messages, as text. `<CmdID>#</CmdID>` is numbered when the message is sent: 1, 2, …
 * in the order of the text.
 */

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const metinf = (name: string, text: string | number | undefined): string =>
  text === undefined ? '' : `<${name} xmlns="syncml:metinf">${text}</${name}>`;

/** What the Meta of an Item says. */
export interface MetaParts {
  readonly format?: string;
  readonly type?: string;
  readonly size?: number;
}

export function meta({ format, type, size }: MetaParts): string {
  return `<Meta>${metinf('Format', format)}${metinf('Type', type)}${metinf('Size', size)}</Meta>`;
}

/** A CDATA section, in which markup travels as text. */
export function cdata(text: string): string {
  return `<![CDATA[${text}]]>`;
}

/** An Item: what is in `data` is put there as it is, so that it may be markup. */
export interface ItemParts {
  readonly target?: string;
  readonly source?: string;
  readonly meta?: MetaParts;
  readonly data?: string;
  readonly moreData?: boolean;
}

export function item(parts: ItemParts): string {
  const { target, source, data, moreData } = parts;
  return [
    '<Item>',
    target === undefined ? '' : `<Target><LocURI>${escaped(target)}</LocURI></Target>`,
    source === undefined ? '' : `<Source><LocURI>${escaped(source)}</LocURI></Source>`,
    parts.meta === undefined ? '' : meta(parts.meta),
    data === undefined ? '' : `<Data>${data}</Data>`,
    moreData ? '<MoreData/>' : '',
    '</Item>',
  ].join('');
}

export function command(name: string, ...content: string[]): string {
  return `<${name}><CmdID>#</CmdID>${content.join('')}</${name}>`;
}

export const get = (...uris: string[]): string => command('Get', ...uris.map((target) => item({ target })));

export const add = (target: string, data: string, parts?: MetaParts): string =>
  command('Add', item({ target, data, ...(parts === undefined ? {} : { meta: parts }) }));

export const addNode = (target: string, type?: string): string =>
  command('Add', item({ target, meta: { format: 'node', ...(type === undefined ? {} : { type }) } }));

export const replace = (target: string, data: string, parts?: MetaParts): string =>
  command('Replace', item({ target, data, ...(parts === undefined ? {} : { meta: parts }) }));

export const remove = (...uris: string[]): string =>
  command('Delete', ...uris.map((target) => item({ target })));

export const copy = (source: string, target: string): string => command('Copy', item({ target, source }));

export function exec(target: string, more: { data?: string; correlator?: string } = {}): string {
  const correlator = more.correlator === undefined ? '' : `<Correlator>${more.correlator}</Correlator>`;
  return command(
    'Exec',
    correlator,
    item({ target, ...(more.data === undefined ? {} : { data: more.data }) }),
  );
}

/** An Alert whose Items are texts, as those of a question to the user; `undefined` = an empty Item. */
export function alert(code: number, ...texts: (string | undefined)[]): string {
  const items = texts.map((text) => (text === undefined ? '<Item/>' : item({ data: escaped(text) })));
  return command('Alert', `<Data>${code}</Data>`, ...items);
}

export const atomic = (...commands: string[]): string => command('Atomic', ...commands);
export const sequence = (...commands: string[]): string => command('Sequence', ...commands);

/** A challenge. */
export function chal(type: string, nonce?: string): string {
  return `<Chal><Meta>${metinf('Format', 'b64')}${metinf('Type', type)}${metinf('NextNonce', nonce)}</Meta></Chal>`;
}

export function cred(type: string, data: string): string {
  return `<Cred><Meta>${metinf('Format', 'b64')}${metinf('Type', type)}</Meta><Data>${data}</Data></Cred>`;
}

/** A Status: for the SyncHdr when `cmdRef` is 0. */
export interface StatusParts {
  readonly msgRef: string;
  readonly cmdRef: string;
  readonly cmd: string;
  readonly code: number;
  readonly chal?: string;
}

export function status({ msgRef, cmdRef, cmd, code, chal: challenge = '' }: StatusParts): string {
  return `<Status><CmdID>#</CmdID><MsgRef>${msgRef}</MsgRef><CmdRef>${cmdRef}</CmdRef><Cmd>${cmd}</Cmd>${challenge}<Data>${code}</Data></Status>`;
}

/** What a SyncHdr says. */
export interface HeaderParts {
  readonly sessionID: string;
  readonly msgID: string;
  /** The client. */
  readonly target: string;
  /** The server. */
  readonly source: string;
  /** Name that goes with md5 and HMAC credentials. */
  readonly sourceName?: string | undefined;
  readonly respURI?: string | undefined;
  /** `<Cred>…</Cred>` */
  readonly cred?: string | undefined;
  readonly maxMsgSize?: number | undefined;
  readonly maxObjSize?: number | undefined;
  readonly verProto?: string | undefined;
}

/** A whole message. */
export function message(header: HeaderParts, body: string): string {
  const { sourceName, respURI, cred: credentials = '', verProto = 'DM/1.2' } = header;
  const name = sourceName === undefined ? '' : `<LocName>${escaped(sourceName)}</LocName>`;
  const sizes = metinf('MaxMsgSize', header.maxMsgSize) + metinf('MaxObjSize', header.maxObjSize);
  let cmdID = 0;
  const numbered = body.replaceAll('<CmdID>#</CmdID>', () => {
    cmdID += 1;
    return `<CmdID>${cmdID}</CmdID>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<SyncML xmlns="SYNCML:SYNCML1.2"><SyncHdr><VerDTD>1.2</VerDTD><VerProto>${verProto}</VerProto>\
<SessionID>${header.sessionID}</SessionID><MsgID>${header.msgID}</MsgID>\
<Target><LocURI>${escaped(header.target)}</LocURI></Target>\
<Source><LocURI>${escaped(header.source)}</LocURI>${name}</Source>\
${respURI === undefined ? '' : `<RespURI>${escaped(respURI)}</RespURI>`}${credentials}${sizes === '' ? '' : `<Meta>${sizes}</Meta>`}\
</SyncHdr><SyncBody>${numbered}</SyncBody></SyncML>`;
}
