import { decodeMessage } from '@grove/protocol';
import { expect, it } from 'vitest';
import { describeCommands } from './describe.ts';

function linesOf(commands: string): string[] {
  const header =
    '<SyncHdr><VerDTD>1.2</VerDTD><VerProto>DM/1.2</VerProto><SessionID>1</SessionID><MsgID>1</MsgID><Target><LocURI>x</LocURI></Target><Source><LocURI>y</LocURI></Source></SyncHdr>';
  const xml = `<SyncML xmlns="SYNCML:SYNCML1.2">${header}<SyncBody>${commands}</SyncBody></SyncML>`;
  return describeCommands(decodeMessage(new TextEncoder().encode(xml), 'xml').message.body.commands);
}
const target = (uri: string) => `<Target><LocURI>${uri}</LocURI></Target>`;
const source = (uri: string) => `<Source><LocURI>${uri}</LocURI></Source>`;
const meta = (inside: string) => `<Meta xmlns="syncml:metinf">${inside}</Meta>`;

it.each<[string, string[]]>([
  [
    `<Status><CmdID>1</CmdID><MsgRef>1</MsgRef><CmdRef>0</CmdRef><Cmd>SyncHdr</Cmd><TargetRef>x</TargetRef><Chal>${meta('<Type>syncml:auth-md5</Type>')}</Chal><Data>407</Data></Status>`,
    ['Status 407 Authentication required for SyncHdr x, challenging with syncml:auth-md5'],
  ],
  [
    '<Status><CmdID>1</CmdID><MsgRef>1</MsgRef><CmdRef>2</CmdRef><Cmd>Replace</Cmd><TargetRef>./A</TargetRef><Data>200</Data></Status>',
    ['Status 200 OK for Replace ./A'],
  ],
  [
    `<Replace><CmdID>1</CmdID><Item>${source('./DevInfo/Man')}<Data>Maker</Data></Item><Item>${source('./DevInfo/Mod')}<Data>${'x'.repeat(80)}</Data></Item></Replace>`,
    [`Replace ./DevInfo/Man = "Maker", ./DevInfo/Mod = "${'x'.repeat(60)}"…`],
  ],
  [
    `<Get><CmdID>1</CmdID>${Array.from({ length: 10 }, (_, n) => `<Item>${target(`./${n}`)}</Item>`).join('')}</Get>`,
    ['Get ./0, ./1, ./2, ./3, ./4, ./5, ./6, ./7 and 2 more'],
  ],
  [
    `<Results><CmdID>1</CmdID><CmdRef>1</CmdRef><Item>${source('./A')}<Data>1</Data></Item></Results>`,
    ['Results ./A = "1"'],
  ],
  [
    `<Atomic><CmdID>1</CmdID><Copy><CmdID>2</CmdID><Item>${target('./B')}${source('./A')}</Item></Copy><Exec><CmdID>3</CmdID><Item>${target('./C')}</Item></Exec></Atomic>`,
    ['Atomic of 2', '  Copy ./A to ./B', '  Exec ./C'],
  ],
  [
    `<Alert><CmdID>1</CmdID><Data>1226</Data><Item>${source('./FUMO')}${meta('<Type>org.example.event</Type>')}<Data>200</Data></Item></Alert>`,
    ['Alert 1226 Generic alert: org.example.event ./FUMO = "200"'],
  ],
])('describes %s', (commands, lines) => {
  expect(linesOf(commands)).toEqual(lines);
});
