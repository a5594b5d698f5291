import { expect, test } from 'vitest';
import { decodeMessage, type Message } from '../syncml/index.ts';
import { LINT_RULES, type LintContext, lintMessage } from './index.ts';

const utf8 = new TextEncoder();
const DEVICE = 'IMEI:490154203237518';
const SERVER = 'https://dm.example.com/dm';

/** Parts of a header in place of those of a good one. */
interface Parts {
  readonly from?: string;
  readonly to?: string;
  readonly session?: string;
  readonly msgID?: string;
  readonly dtd?: string;
  readonly proto?: string;
  /** Behind the Source. */
  readonly more?: string;
  readonly name?: string;
  readonly root?: string;
}

function decoded(body: string, parts: Parts) {
  const { from = DEVICE, to = SERVER, session = '1', msgID = '2', dtd = '1.2', proto = 'DM/1.2' } = parts;
  const name = parts.name === undefined ? '' : `<LocName>${parts.name}</LocName>`;
  return decodeMessage(
    utf8.encode(
      `<SyncML xmlns="${parts.root ?? 'SYNCML:SYNCML1.2'}"><SyncHdr><VerDTD>${dtd}</VerDTD><VerProto>${proto}</VerProto>` +
        `<SessionID>${session}</SessionID><MsgID>${msgID}</MsgID><Target><LocURI>${to}</LocURI></Target>` +
        `<Source><LocURI>${from}</LocURI>${name}</Source>${parts.more ?? ''}</SyncHdr><SyncBody>${body}</SyncBody></SyncML>`,
    ),
    'xml',
  );
}

const OF_SERVER = { from: SERVER, to: DEVICE } as const;
const meta = (inside: string) => `<Meta>${inside.replace(/<(\w+)>/g, '<$1 xmlns="syncml:metinf">')}</Meta>`;
const status = (cmdID: number, cmd: string, cmdRef: number, code = 200, more = '') =>
  `<Status><CmdID>${cmdID}</CmdID><MsgRef>1</MsgRef><CmdRef>${cmdRef}</CmdRef><Cmd>${cmd}</Cmd>${more}<Data>${code}</Data></Status>`;
const HDR = status(1, 'SyncHdr', 0, 212);
const target = (uri: string) => `<Target><LocURI>${uri}</LocURI></Target>`;
const source = (uri: string) => `<Source><LocURI>${uri}</LocURI></Source>`;
const item = (inside: string) => `<Item>${inside}</Item>`;
const command = (name: string, id: number, inside: string) =>
  `<${name}><CmdID>${id}</CmdID>${inside}</${name}>`;
const alert = (id: number, code: number, inside = '') =>
  command('Alert', id, `<Data>${code}</Data>${inside}`);
const get = (id: number, uri = './A') => command('Get', id, item(target(uri)));
const DEVINFO = command(
  'Replace',
  2,
  ['DevId', 'Man', 'Mod', 'DmV', 'Lang']
    .map((node) => item(`${source(`./DevInfo/${node}`)}<Data>x</Data>`))
    .join(''),
);
const cred = (type: string, format: string, data: string) =>
  `<Cred><Meta>${type === '' ? '' : `<Type xmlns="syncml:metinf">${type}</Type>`}${format === '' ? '' : `<Format xmlns="syncml:metinf">${format}</Format>`}</Meta><Data>${data}</Data></Cred>`;
const chal = (inside: string) => `<Chal>${meta(inside)}</Chal>`;
const MD5 = '<Type>syncml:auth-md5</Type>';
const DIGEST = 'Zz6EivR3yeaaENcRN6lpAQ==';

const packageOne = `${alert(1, 1201)}${DEVINFO}<Final/>`;
const answer = `${HDR}${get(2)}${get(3, './B?list=Struct')}<Final/>`;
const previous: Message = decoded(answer, { ...OF_SERVER, msgID: '1' }).message;
const results = (id: number, ref: number) =>
  command(
    'Results',
    id,
    `<MsgRef>1</MsgRef><CmdRef>${ref}</CmdRef>${item(`${source('./A')}<Data>1</Data>`)}`,
  );

test.each<[string, string, Parts, LintContext]>([
  [
    'package 1',
    packageOne,
    { msgID: '1' },
    { transport: { contentType: 'application/vnd.syncml.dm+xml; charset=utf-8' } },
  ],
  ['an answer of the server', answer, OF_SERVER, {}],
  [
    'an answer of the client',
    `${HDR}${status(2, 'Get', 2)}${results(3, 2)}${status(4, 'Get', 3, 406)}<Final/>`,
    {},
    { answers: previous },
  ],
  [
    'a challenge',
    `${status(1, 'SyncHdr', 0, 407, chal(`<Format>b64</Format>${MD5}<NextNonce>Tm9uY2U=</NextNonce>`))}${status(2, 'Alert', 1, 407)}<Final/>`,
    OF_SERVER,
    {},
  ],
  [
    'large objects, in pieces',
    `${HDR}${command('Replace', 2, item(`${target('./A')}${meta('<Format>b64</Format><Size>100</Size>')}<Data>AAA</Data><MoreData/>`))}`,
    OF_SERVER,
    {},
  ],
  [
    'an answer Item by Item',
    `${HDR}${status(2, 'Get', 2)}${results(3, 2)}${status(4, 'Get', 2, 404)}${status(5, 'Get', 3)}${results(6, 3).replace('<Data>1</Data>', '')}<Final/>`,
    {},
    { answers: previous },
  ],
  ['a refusal of the version', `${status(1, 'SyncHdr', 0, 513)}<Final/>`, {}, { answers: previous }],
  ['an abort', `${HDR}${alert(2, 1223)}<Final/>`, {}, { answers: previous }],
  [
    'a refusal of an Atomic whose answer has no room',
    `${HDR}${status(2, 'Atomic', 2, 517)}<Final/>`,
    {},
    {
      answers: decoded(`${HDR}${command('Atomic', 2, command('Delete', 3, item(target('./A'))))}<Final/>`, {
        ...OF_SERVER,
        msgID: '1',
      }).message,
    },
  ],
  [
    'word of an object that was broken off',
    `${HDR}${alert(2, 1225, item(target('./A')))}${alert(3, 1222)}`,
    {},
    {},
  ],
  ['a request for the next message', `${HDR}${status(2, 'Replace', 2, 213)}${alert(3, 1222)}`, {}, {}],
  [
    'an alert',
    `${HDR}${alert(2, 1226, `<Correlator>7</Correlator>${item(`${source('./FUMO')}${meta('<Type>org.example</Type><Format>chr</Format><Mark>warning</Mark>')}<Data>200</Data>`)}`)}<Final/>`,
    {},
    {},
  ],
  [
    'a question and an Atomic',
    `${HDR}${alert(2, 1101, `${item('<Data>MINDT=10&amp;DR=1</Data>')}${item('<Data>Now?</Data>')}`)}${command('Atomic', 3, command('Add', 4, item(`${target('./A/B')}${meta('<Format>int</Format>')}<Data>8080</Data>`)))}<Final/>`,
    OF_SERVER,
    {},
  ],
])('%s is as the standard says', (_name, body, parts, context) => {
  expect(lintMessage(decoded(body, parts), context)).toEqual([]);
});

const TNDS = '<MgmtTree xmlns="syncml:dmddf1.2"><Node><NodeName>A</NodeName></Node></MgmtTree>';

/** For each rule, a message that breaks it. */
const BREAKS: Readonly<Record<string, readonly [body: string, parts?: Parts, context?: LintContext]>> = {
  'media-type': [answer, OF_SERVER, { transport: { contentType: 'application/vnd.syncml+xml' } }],
  'media-parameters': [
    answer,
    OF_SERVER,
    { transport: { contentType: 'application/vnd.syncml.dm+xml;verproto="DM/1.1"' } },
  ],
  'mac-header': [answer, { ...OF_SERVER, name: 'one' }, { transport: { mac: 'username="two",mac=AAAA' } }],
  'header-verdtd': [answer, { ...OF_SERVER, dtd: '2.0' }],
  'header-verproto': [answer, { ...OF_SERVER, proto: 'SyncML/1.2' }],
  'header-versions': [answer, { ...OF_SERVER, root: 'SYNCML:SYNCML1.1' }],
  'header-msgid': [answer, { ...OF_SERVER, msgID: '5' }, { before: previous, sender: 'server' }],
  'header-session': [`${HDR}<Final/>`, { session: '2' }, { answers: previous }],
  'header-respuri': [answer, { ...OF_SERVER, more: '<RespURI>/dm?s=1</RespURI>' }],
  'cred-type': [answer, { ...OF_SERVER, more: cred('syncml:auth-MAC', 'b64', DIGEST) }],
  'cred-format': [answer, { ...OF_SERVER, name: 'x', more: cred('syncml:auth-md5', '', DIGEST) }],
  'cred-data': [answer, { ...OF_SERVER, name: 'x', more: cred('syncml:auth-md5', 'b64', 'AAAA') }],
  'cred-name': [answer, { ...OF_SERVER, more: cred('syncml:auth-md5', 'b64', DIGEST) }],
  'chal-type': [status(1, 'SyncHdr', 0, 401, chal('<Format>b64</Format>')), OF_SERVER],
  'chal-nonce': [status(1, 'SyncHdr', 0, 401, chal(MD5)), OF_SERVER],
  'package-1-alert': [`${DEVINFO}<Final/>`, { msgID: '1' }],
  'package-1-devinfo': [`${alert(1, 1201)}<Final/>`, { msgID: '1' }],
  'client-commands': [`${HDR}${get(2)}<Final/>`],
  'client-replace': [`${HDR}${command('Replace', 2, item(`${source('./A')}<Data>1</Data>`))}<Final/>`],
  'server-commands': [`${HDR}${alert(2, 1201)}<Final/>`, OF_SERVER],
  'client-alerts': [`${HDR}${alert(2, 1100, item('') + item('<Data>x</Data>'))}<Final/>`],
  'final-missing': [HDR + get(2), OF_SERVER],
  'final-within-object': [
    `${HDR}${command('Add', 2, item(`${target('./A')}${meta('<Size>9</Size>')}<Data>1</Data><MoreData/>`))}<Final/>`,
    OF_SERVER,
  ],
  'final-next-message': [`${HDR}${alert(2, 1222)}<Final/>`],
  'next-message-alone': [`${HDR}${alert(2, 1222)}${alert(3, 1226)}`],
  'abort-final': [HDR + alert(2, 1223)],
  'more-data-last': [
    `${HDR}${command('Add', 2, item(`${target('./A')}${meta('<Size>9</Size>')}<Data>1</Data><MoreData/>`))}${get(3)}`,
    OF_SERVER,
  ],
  'more-data-size': [HDR + command('Add', 2, item(`${target('./A')}<Data>1</Data><MoreData/>`)), OF_SERVER],
  'message-size': [
    answer,
    OF_SERVER,
    { bytes: 101, answers: { ...previous, header: { ...previous.header, meta: { maxMsgSize: 100 } } } },
  ],
  'command-id': [`${HDR}${get(1)}<Final/>`, OF_SERVER],
  'command-cred': [
    `${HDR}<Get><CmdID>2</CmdID>${cred('syncml:auth-basic', 'b64', 'AAAA')}${item(target('./A'))}</Get><Final/>`,
    OF_SERVER,
  ],
  'element-unused': [`${HDR}<Get><CmdID>2</CmdID><NoResp/>${item(target('./A'))}</Get><Final/>`, OF_SERVER],
  'atomic-content': [`${HDR}${command('Atomic', 2, get(3))}<Final/>`, OF_SERVER],
  'sequence-content': [`${HDR}${command('Sequence', 2, status(3, 'Get', 1))}<Final/>`, OF_SERVER],
  'container-empty': [`${HDR}${command('Atomic', 2, '')}<Final/>`, OF_SERVER],
  'status-header': [`${get(2)}<Final/>`, OF_SERVER],
  'status-header-first': [`${status(2, 'Alert', 1)}${HDR}<Final/>`, OF_SERVER],
  'status-header-ref': [`${status(1, 'SyncHdr', 1)}<Final/>`, OF_SERVER],
  'status-order': [`${HDR}${status(2, 'Get', 3)}${status(3, 'Get', 2)}<Final/>`, {}, { answers: previous }],
  'status-missing': [`${HDR}${status(2, 'Get', 2)}<Final/>`, {}, { answers: previous }],
  'status-unasked': [`${HDR}${status(2, 'Get', 9)}<Final/>`, {}, { answers: previous }],
  'status-command': [`${HDR}${status(2, 'Fetch', 2)}<Final/>`],
  'status-code': [`${HDR}${status(2, 'Get', 2, 999)}<Final/>`],
  'status-code-for-command': [`${HDR}${status(2, 'Get', 2, 418)}<Final/>`],
  'status-challenge': [`${status(1, 'SyncHdr', 0, 401)}<Final/>`, OF_SERVER],
  'refused-commands': [
    `${status(1, 'SyncHdr', 0, 401, chal('<Type>syncml:auth-basic</Type>'))}${get(2)}<Final/>`,
    OF_SERVER,
  ],
  'results-status': [`${HDR}${status(2, 'Results', 3)}<Final/>`, OF_SERVER],
  'results-order': [`${HDR}${results(2, 2)}${status(3, 'Get', 2)}<Final/>`],
  'results-message': [
    `${HDR}${command('Results', 2, `<CmdRef>2</CmdRef>${item(`${source('./A')}<Data>1</Data>`)}`)}<Final/>`,
  ],
  'alert-code': [`${HDR}${alert(2, 1199)}<Final/>`],
  'alert-question': [`${HDR}${alert(2, 1101)}<Final/>`, OF_SERVER],
  'alert-items': [`${HDR}${alert(2, 1226)}<Final/>`],
  'alert-type': [`${HDR}${alert(2, 1226, item('<Data>1</Data>'))}<Final/>`],
  'alert-format': [`${HDR}${alert(2, 1226, item('<Data>1</Data>'))}<Final/>`],
  'alert-data': [`${HDR}${alert(2, 1226, item(source('./A')))}<Final/>`],
  'alert-mark': [`${HDR}${alert(2, 1226, item(meta('<Mark>urgent</Mark>')))}<Final/>`],
  'alert-correlator': [`${HDR}${alert(2, 1222, '<Correlator>1</Correlator>')}`],
  'command-items': [`${HDR}${command('Get', 2, '')}<Final/>`, OF_SERVER],
  'item-address': [`${HDR}${command('Copy', 2, item(target('./A')))}<Final/>`, OF_SERVER],
  'item-uri': [`${HDR}${get(2, './A/?prop=Colour')}<Final/>`, OF_SERVER],
  'item-query': [`${HDR}${command('Delete', 2, item(target('./A?prop=ACL')))}<Final/>`, OF_SERVER],
  'item-data': [`${HDR}${command('Add', 2, item(target('./A')))}<Final/>`, OF_SERVER],
  'item-data-unused': [
    `${HDR}${command('Get', 2, item(`${target('./A')}<Data>1</Data>`))}<Final/>`,
    OF_SERVER,
  ],
  'meta-format': [
    `${HDR}${command('Add', 2, item(`${target('./A')}${meta('<Format>Chr</Format>')}<Data>1</Data>`))}<Final/>`,
    OF_SERVER,
  ],
  'meta-format-missing': ['binary'],
  'data-base64': [
    `${HDR}${command('Add', 2, item(`${target('./A')}${meta('<Format>b64</Format>')}<Data>%%</Data>`))}<Final/>`,
    OF_SERVER,
  ],
  'data-format': [
    `${HDR}${command('Add', 2, item(`${target('./A')}${meta('<Format>int</Format>')}<Data>many</Data>`))}<Final/>`,
    OF_SERVER,
  ],
  'data-document': [
    `${HDR}${command('Add', 2, item(`${target('./A')}<Data><![CDATA[${TNDS}]]></Data>`))}<Final/>`,
    OF_SERVER,
  ],
  'meta-unused': [
    `${HDR}${command('Add', 2, item(`${target('./A')}${meta('<Version>1</Version>')}<Data>1</Data>`))}<Final/>`,
    OF_SERVER,
  ],
};

test('each rule is broken by a message below', () => {
  expect(Object.keys(BREAKS).sort()).toEqual(LINT_RULES.map(({ id }) => id).sort());
});

test.each(Object.entries(BREAKS))('%s', (rule, [body, parts, context]) => {
  const message = decoded(body === 'binary' ? `${HDR}${get(2)}<Final/>` : body, parts ?? {});
  if (body === 'binary') {
    message.message.body.commands.push({
      name: 'Add',
      cmdID: '3',
      items: [{ target: { locURI: './A' }, data: new Uint8Array([0xff, 0x00]) }],
    });
  }
  const found = lintMessage(message, context);
  expect(found.map((finding) => finding.rule)).toContain(rule);
  expect(found.find((finding) => finding.rule === rule)).toMatchObject({
    path: expect.stringMatching(/^SyncML/),
    found: expect.stringMatching(/./),
    expected: expect.stringMatching(/./),
    specification: expect.stringMatching(/./),
  });
});

test('a container that is refused as a whole is answered by one Status', () => {
  const held = `${HDR}${command('Sequence', 2, get(3))}<Final/>`;
  const answers = decoded(held, { ...OF_SERVER, msgID: '1' }).message;
  const rules = (code: number) =>
    lintMessage(decoded(`${HDR}${status(2, 'Sequence', 2, code)}<Final/>`, {}), { answers }).map(
      ({ rule }) => rule,
    );
  expect(rules(406)).toEqual([]);
  expect(rules(200)).toEqual(['status-missing']);
});

test('what the reader notes has its rule too, and says which command it is', () => {
  const found = lintMessage(decoded(`${HDR}${HDR.replace('<MsgRef>1</MsgRef>', '')}<Final/>`, OF_SERVER));
  expect(found[0]).toMatchObject({
    rule: 'element-missing',
    path: 'SyncML/SyncBody/Status[2]',
    found: 'no MsgRef',
    severity: 'error',
  });
});

test('a message with very many faults has not very many findings', () => {
  const body = Array.from({ length: 2000 }, () => '<Get><CmdID>1</CmdID><NoResp/><Item/></Get>').join('');
  expect(lintMessage(decoded(body, {})).length).toBeLessThanOrEqual(200);
});
