/**
 * A million messages to a phone, good ones and damaged ones in both encodings: it ends each session, and holds no
 * more memory after the last than after the first hundred thousands.
 */
import { createPhone, fleetAccount, fleetDmAcc, type Request, type Response } from '@grove/device';
import { decodeMessage, type Encoding } from '@grove/protocol';
import fc from 'fast-check';
import { damage, spoil } from '../rig/damage.testing.ts';
import type { Soak } from './main.ts';
import { held, MemoryWatch } from './messages/memory.ts';
import { oneOf } from './random.ts';

const DAMAGES = 5_000;
const GOOD = 0.6;
/** Messages of the server in one session. */
const ROUNDS = 3;

const item = (uri: string, data: string): string =>
  `<Item><Target><LocURI>${uri}</LocURI></Target><Data>${data}</Data></Item>`;
const BODIES = [
  `<Replace><CmdID>2</CmdID>${item('./MMS/Operator/Name', 'Soak')}</Replace><Get><CmdID>3</CmdID><Item><Target><LocURI>./DevInfo?list=StructData</LocURI></Target></Item></Get>`,
  `<Sequence><CmdID>2</CmdID><Add><CmdID>3</CmdID>${item('./MMS/S/Addr', 'x')}</Add><Delete><CmdID>4</CmdID><Item><Target><LocURI>./MMS/S</LocURI></Target></Item></Delete></Sequence>`,
  `<Atomic><CmdID>2</CmdID><Replace><CmdID>3</CmdID>${item('./MMS/Operator/Name', 'No')}</Replace><Delete><CmdID>4</CmdID><Item><Target><LocURI>./Nowhere</LocURI></Target></Item></Delete></Atomic>`,
  `<Add><CmdID>2</CmdID><Item><Target><LocURI>./MMS/T/Addr</LocURI></Target><Meta><Size xmlns="syncml:metinf">6</Size></Meta><Data>abc</Data><MoreData/></Item></Add>`,
  `<Alert><CmdID>2</CmdID><Data>1101</Data><Item><Data>DR=1</Data></Item><Item><Data>Sure?</Data></Item></Alert>`,
];

const soak: Soak = async ({ messages: total, random, seed, say }) => {
  const damages = fc.sample(fc.array(damage, { minLength: 1, maxLength: 3 }), { numRuns: DAMAGES, seed });
  const account = fleetAccount(1, { serverID: 'grove', clientAuth: 'none', serverAuth: 'none' });
  let sent = 0;

  const answer = (text: string, encoding: Encoding): Uint8Array =>
    spoil(text, random() < GOOD ? [] : oneOf(random, damages), encoding);
  const exchange = async ({ body, encoding }: Request): Promise<Response> => {
    sent += 1;
    const { header } = decodeMessage(body, encoding).message;
    const round = Number(header.msgID) < ROUNDS ? oneOf(random, BODIES) : '';
    const text = `<SyncML xmlns="SYNCML:SYNCML1.2"><SyncHdr><VerDTD>1.2</VerDTD><VerProto>DM/1.2</VerProto><SessionID>${header.sessionID}</SessionID><MsgID>${header.msgID}</MsgID><Target><LocURI>${account.devId}</LocURI></Target><Source><LocURI>http://127.0.0.1/dm</LocURI></Source></SyncHdr><SyncBody><Status><CmdID>1</CmdID><MsgRef>${header.msgID}</MsgRef><CmdRef>0</CmdRef><Cmd>SyncHdr</Cmd><Data>212</Data></Status>${round}<Final/></SyncBody></SyncML>`;
    return { encoding, body: answer(text, encoding) };
  };

  const phones = await Promise.all(
    (['xml', 'wbxml'] as const).map((encoding) =>
      createPhone({
        devId: account.devId,
        account: fleetDmAcc(account, 'http://127.0.0.1/dm'),
        transport: { exchange },
        encoding,
        random: (bytes) => Uint8Array.from({ length: bytes }, () => Math.floor(random() * 256)),
      }),
    ),
  );
  const watch = new MemoryWatch(total, held, say);
  const ends = new Map<string, number>();
  while (sent < total) {
    for (const phone of phones) {
      const { outcome } = await phone.session();
      ends.set(outcome.kind, (ends.get(outcome.kind) ?? 0) + 1);
    }
    if (watch.isDue(sent)) await watch.look(sent);
  }
  say([...ends].map(([kind, count]) => `${count} sessions ${kind}`).join(', '));
  watch.judge();
};

export default soak;
