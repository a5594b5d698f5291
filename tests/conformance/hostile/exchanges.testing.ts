/** Exchanges as good devices have them, message by message, to be spoilt. */
import type { Command } from '@grove/protocol';
import { answers, packageOne, type Said } from '../../rig/device.testing.ts';

/** An exchange: what the server has to do, and what the device says, each time to what the server said last. */
export interface Exchange {
  readonly steps: readonly object[];
  readonly messages: readonly ((last: Said | undefined) => string)[];
}

const meta = (fields: Record<string, string | number>): string =>
  `<Meta>${Object.entries(fields)
    .map(([name, value]) => `<${name} xmlns="syncml:metinf">${value}</${name}>`)
    .join('')}</Meta>`;
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const TREE =
  '<MgmtTree xmlns="syncml:dmddf1.2"><VerDTD>1.2</VerDTD><Node><NodeName>A</NodeName><RTProperties><ACL>Get=*</ACL><Format><node/></Format><Type><DDFName/></Type></RTProperties><Node><NodeName>x</NodeName><RTProperties><Format><chr/></Format><Type><MIME>text/plain</MIME></Type></RTProperties><Value>1</Value></Node></Node></MgmtTree>';

const alert = (data: string): string =>
  `<Alert><CmdID>70</CmdID><Data>1226</Data><Correlator>c</Correlator><Item><Source><LocURI>./A</LocURI></Source>${meta({ Type: 'application/vnd.syncml.dmtnds+xml', Format: 'xml', Mark: 'critical' })}<Data>${data}</Data></Item></Alert>`;
const nested = `<Atomic><CmdID>80</CmdID>${meta({ Type: 'x' })}<Replace><CmdID>90</CmdID><Item><Target><LocURI>./A</LocURI></Target><Data>x</Data></Item></Replace></Atomic>`;

/** A Status, or Results, for each command of the server's last message, those within others too. */
function toEach(last: Said | undefined, say: (ref: string, name: string, cmdRef: string) => string): string {
  if (last === undefined) return '';
  const ref = `<MsgRef>${last.message.header.msgID}</MsgRef>`;
  const text: string[] = [
    `<Status><CmdID>1</CmdID>${ref}<CmdRef>0</CmdRef><Cmd>SyncHdr</Cmd><Data>200</Data></Status>`,
  ];
  const visit = (commands: readonly Command[]): void => {
    for (const command of commands) {
      if (command.name === 'Status' || command.name === 'Unknown') continue;
      text.push(say(ref, command.name, command.cmdID));
      if ('commands' in command) visit(command.commands);
    }
  };
  visit(last.commands);
  return text.join('');
}
const statusOf = (ref: string, name: string, cmdRef: string, code: number, items = ''): string =>
  `<Status><CmdID>2</CmdID>${ref}<CmdRef>${cmdRef}</CmdRef><Cmd>${name}</Cmd><Data>${code}</Data>${items}</Status>`;
const resultsOf = (ref: string, cmdRef: string, item: string): string =>
  `<Results><CmdID>3</CmdID>${ref}<CmdRef>${cmdRef}</CmdRef><Item><Source><LocURI>./A</LocURI></Source>${item}</Item></Results>`;

const begin = (device: string): string =>
  packageOne(device).replace('<Final/>', `${alert(TREE)}${alert('&lt;a&gt;')}${nested}<Final/>`);
const obey = (last: Said | undefined): string =>
  `${toEach(last, (ref, name, cmdRef) => statusOf(ref, name, cmdRef, 200))}<Final/>`;

/** The ways in which a device sends a serialized tree. */
const TREES: readonly string[] = [
  `${meta({ Format: 'xml', Type: 'application/vnd.syncml.dmtnds+xml' })}<Data>${escaped(TREE)}</Data>`,
  `${meta({ Format: 'xml', Type: 'application/vnd.syncml.dmtnds+xml' })}<Data>${TREE}</Data>`,
  `${meta({ Format: 'b64', Type: 'application/vnd.syncml.dmtnds+xml' })}<Data>${Buffer.from(TREE).toString('base64')}</Data>`,
];

/** Pieces of a value, in which a device sends it. */
const PIECES: readonly string[] = [
  `${meta({ Format: 'b64', Size: 12 })}<Data>QUJD</Data><MoreData/>`,
  '<Data>QUJD</Data><MoreData/>',
  '<Data>QUJD</Data>',
];
let asked: { readonly ref: string; readonly cmdRef: string } = { ref: '', cmdRef: '' };
const piece =
  (index: number) =>
  (last: Said | undefined): string => {
    let status = '';
    if (index === 0) {
      status = toEach(last, (ref, name, cmdRef) => {
        asked = { ref, cmdRef };
        return statusOf(ref, name, cmdRef, 200);
      });
    }
    const isLast = index === PIECES.length - 1;
    return `${status}${resultsOf(asked.ref, asked.cmdRef, PIECES[index] ?? '')}${isLast ? '<Final/>' : ''}`;
  };

/** What a device says to pieces that it is sent. */
const accept = (last: Said | undefined): string => {
  const goesOn = last?.commands.some(
    (each) => 'items' in each && each.items.some(({ moreData }) => moreData === true),
  );
  if (!goesOn) return obey(last);
  const statuses = toEach(last, (ref, name, cmdRef) => statusOf(ref, name, cmdRef, 213));
  return `${statuses}<Alert><CmdID>4</CmdID><Data>1222</Data></Alert><Final/>`;
};

/** That an Exec goes on, and how it ended. */
const tell = (last: Said | undefined): string => {
  const correlators = last?.commands.flatMap((each) => ('correlator' in each ? (each.correlator ?? []) : []));
  return `${toEach(last, (ref, name, cmdRef) => statusOf(ref, name, cmdRef, 202))}${alert('0').replace('>c<', `>${correlators?.[0]}<`)}<Final/>`;
};

/** @param device its DevId */
export function exchangesOf(device: string): Readonly<Record<string, Exchange>> {
  const first = () => begin(device);
  return {
    commands: {
      steps: [
        { kind: 'get', uri: './DevDetail/SwV' },
        { kind: 'get', uri: './DevInfo/Secret' },
        { kind: 'replace', uri: './A/Password', value: 'hidden & shown' },
        { kind: 'exec', uri: './X', value: 'AQID', format: 'bin' },
      ],
      messages: [
        first,
        (last) =>
          `${last === undefined ? '' : answers(last, { './DevDetail/SwV': '1', './DevInfo/Secret': 'hidden &amp; shown' })}${alert('x')}<Final/>`,
      ],
    },
    containers: {
      steps: [
        {
          kind: 'atomic',
          steps: [
            { kind: 'add', uri: './A/x', value: '1' },
            { kind: 'delete', uri: './B' },
          ],
        },
        {
          kind: 'sequence',
          steps: [
            { kind: 'get', uri: './A' },
            { kind: 'exec', uri: './X' },
          ],
        },
      ],
      messages: [first, obey, obey],
    },
    questions: {
      steps: [
        { kind: 'ask', question: { kind: 'choices', text: 'Which?', choices: ['a', 'b'] } },
        { kind: 'ask', question: { kind: 'input', text: 'Who?', hidden: true } },
      ],
      messages: [
        first,
        (last) =>
          `${toEach(last, (ref, name, cmdRef) => statusOf(ref, name, cmdRef, 200, `<Item><Data>1</Data></Item><Item>${meta({ Mark: 'default' })}<Data>2</Data></Item>`))}<Final/>`,
        (last) =>
          `${toEach(last, (ref, name, cmdRef) => statusOf(ref, name, cmdRef, 200, '<Item><Data>secret</Data></Item>'))}<Final/>`,
      ],
    },
    ...Object.fromEntries(
      TREES.map((item, index): [string, Exchange] => [
        `a serialized tree ${index}`,
        {
          steps: [{ kind: 'list', uri: './A', as: 'TNDS' }],
          messages: [
            first,
            (last) =>
              `${toEach(last, (ref, name, cmdRef) => statusOf(ref, name, cmdRef, 200) + resultsOf(ref, cmdRef, item))}<Final/>`,
          ],
        },
      ]),
    ),
    'pieces from the device': {
      steps: [{ kind: 'get', uri: './A' }],
      messages: [first, piece(0), piece(1), piece(2)],
    },
    'pieces to the device': {
      steps: [{ kind: 'replace', uri: './A', value: 'v & '.repeat(3000) }],
      messages: [first, accept, accept, accept, accept, accept, accept],
    },
    'an outcome that comes later': {
      steps: [{ kind: 'exec', uri: './A/Update', await: { seconds: 60, expect: ['0'] } }],
      messages: [first, tell],
    },
  };
}
