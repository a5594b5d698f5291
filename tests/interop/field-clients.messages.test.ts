/** What messages of clients in the field look like, and how Grove takes them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answers, HandDevice, packageOne, said, xmlMessage } from '../rig/device.testing.ts';
import { type Rig, startRig, WBXML } from '../rig/rig.testing.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.close());

const SWV = { kind: 'get', uri: './DevDetail/SwV' };
const HWV = { kind: 'get', uri: './DevDetail/HwV' };

let devices = 0;
async function device(...steps: object[]): Promise<{ phone: HandDevice; task: number }> {
  const devId = `IMEI:2000000000000${String(devices++).padStart(2, '0')}`;
  await rig.register(devId);
  return { phone: new HandDevice(rig, devId), task: steps.length === 0 ? 0 : await rig.task(devId, steps) };
}

async function deviations(devId: string): Promise<string> {
  return (await rig.trace(devId))
    .flatMap((message) => message.deviations)
    .map(({ path, found }) => `${path}: ${found}`)
    .join('\n');
}

const HEADER =
  '<Status><CmdID>1</CmdID><MsgRef>1</MsgRef><CmdRef>0</CmdRef><Cmd>SyncHdr</Cmd><Data>212</Data></Status>';

describe('answers to commands', () => {
  it('with a SyncHdr Status without CmdRef, Data before TargetRef, and no MsgRef', async () => {
    const { phone, task } = await device(SWV);
    const first = await phone.say(packageOne(phone.devId));
    const id = first.commands[0]?.cmdID;
    const second = await phone.say(
      `<Status><CmdID>1</CmdID><MsgRef>1</MsgRef><Cmd>SyncHdr</Cmd><Data>212</Data><TargetRef>${phone.devId}</TargetRef></Status>
       <Status><CmdID>2</CmdID><CmdRef>${id}</CmdRef><Cmd>Get</Cmd><Data>200</Data><TargetRef>./DevDetail/SwV</TargetRef></Status>
       <Results><CmdID>3</CmdID><CmdRef>${id}</CmdRef><Item><Data>4.5</Data><Source><LocURI>./DevDetail/SwV</LocURI></Source></Item></Results><Final/>`,
    );
    expect(second.asks).toEqual([]);
    expect(await rig.showTask(task)).toMatchObject({
      state: 'succeeded',
      results: [{ status: 200, value: '4.5' }],
    });
    const noted = await deviations(phone.devId);
    for (const oddity of ['no CmdRef', 'no MsgRef', 'TargetRef behind Data']) expect(noted).toContain(oddity);
    expect(noted).not.toContain('object Object');
  });

  it('with the same CmdID for everything, in each message', async () => {
    const { phone, task } = await device(SWV, HWV);
    const first = await phone.say(
      `<Alert><CmdID>1</CmdID><Data>1201</Data></Alert><Replace><CmdID>1</CmdID><Item><Source><LocURI>./DevInfo/Man</LocURI></Source><Data>Acme</Data></Item></Replace><Final/>`,
    );
    expect(first.statuses).toEqual(['SyncHdr 200', 'Alert 200', 'Replace 200']);
    const [swv, hwv] = first.commands.map(({ cmdID }) => cmdID);
    await phone.say(
      `${HEADER}<Status><CmdID>1</CmdID><MsgRef>1</MsgRef><CmdRef>${swv}</CmdRef><Cmd>Get</Cmd><Data>200</Data></Status>
       <Results><CmdID>1</CmdID><MsgRef>1</MsgRef><CmdRef>${swv}</CmdRef><Item><Data>S</Data></Item></Results>
       <Status><CmdID>1</CmdID><MsgRef>1</MsgRef><CmdRef>${hwv}</CmdRef><Cmd>Get</Cmd><Data>200</Data></Status>
       <Results><CmdID>1</CmdID><MsgRef>1</MsgRef><CmdRef>${hwv}</CmdRef><Item><Data>H</Data></Item></Results><Final/>`,
    );
    expect(await rig.showTask(task)).toMatchObject({ results: [{ value: 'S' }, { value: 'H' }] });
  });

  it('with Results without Meta, for interior nodes and with percent-encoded names', async () => {
    const { phone, task } = await device(
      { kind: 'get', uri: './Wifi' },
      { kind: 'get', uri: './Wifi/My%20Home' },
    );
    const first = await phone.say(packageOne(phone.devId));
    const [parent, child] = first.commands.map(({ cmdID }) => cmdID);
    await phone.say(
      `${HEADER}<Status><CmdID>2</CmdID><MsgRef>1</MsgRef><CmdRef>${parent}</CmdRef><Cmd>Get</Cmd><Data>200</Data></Status>
       <Results><CmdID>3</CmdID><MsgRef>1</MsgRef><CmdRef>${parent}</CmdRef><Item><Source><LocURI>./Wifi</LocURI></Source><Data>My%20Home/Caf%C3%A9</Data></Item></Results>
       <Status><CmdID>4</CmdID><MsgRef>1</MsgRef><CmdRef>${child}</CmdRef><Cmd>Get</Cmd><Data>200</Data></Status>
       <Results><CmdID>5</CmdID><MsgRef>1</MsgRef><CmdRef>${child}</CmdRef><Item><Source><LocURI>./Wifi/My%20Home</LocURI></Source><Meta><Format xmlns="syncml:metinf">node</Format></Meta><Data/></Item></Results><Final/>`,
    );
    expect((await rig.showTask(task)).results).toMatchObject([
      { status: 200, value: 'My%20Home/Caf%C3%A9' },
      { status: 200, value: '', format: 'node' },
    ]);
  });

  it('with Meta at the command or at the Item, behind Data, in a spelling of its own', async () => {
    const uris = ['./A', './B', './C', './D'].map((uri) => ({ kind: 'get', uri }));
    const { phone, task } = await device(...uris);
    const first = await phone.say(packageOne(phone.devId));
    const meta = (format: string, type = '') =>
      `<Meta><Format xmlns="syncml:metinf">${format}</Format>${type}</Meta>`;
    const type = '<Type xmlns="syncml:metinf">  text/plain </Type>';
    const bodies = [
      `${meta('Chr', type)}<Item><Data>a</Data></Item>`,
      `${meta('chr')}<Item><Data>7</Data>${meta('INT')}</Item>`,
      `<Item>${meta(' bool ')}<Data>true</Data></Item>`,
      `<Item>${meta('B64')}<Data>AQID\n</Data></Item>`,
    ];
    const body = first.commands.map(
      ({ cmdID }, index) =>
        `<Status><CmdID>${index + 2}</CmdID><MsgRef>1</MsgRef><CmdRef>${cmdID}</CmdRef><Cmd>Get</Cmd><Data>200</Data></Status>
         <Results><CmdID>9${index}</CmdID><MsgRef>1</MsgRef><CmdRef>${cmdID}</CmdRef>${bodies[index]}</Results>`,
    );
    await phone.say(`${HEADER}${body.join('')}<Final/>`);
    expect((await rig.showTask(task)).results).toMatchObject([
      { value: 'a', format: 'chr', type: 'text/plain' },
      { value: '7', format: 'int' },
      { value: 'true', format: 'bool' },
      { value: 'AQID', format: 'bin' },
    ]);
  });

  it('from a client that handles only the first Item: each command has one', async () => {
    const { phone } = await device(SWV, HWV, { kind: 'exec', uri: './X' });
    const { commands } = await phone.say(packageOne(phone.devId));
    expect(commands.map((command) => ('items' in command ? command.items.length : 0))).toEqual([1, 1, 1]);
  });
});

describe('packages', () => {
  it('without any Final are taken, and all is answered', async () => {
    const { phone, task } = await device(SWV, {
      kind: 'converge',
      root: './A',
      nodes: [{ path: 'b', value: '1' }],
    });
    let answer = await phone.say(packageOne(phone.devId).replace('<Final/>', ''));
    let messages = 1;
    for (; answer.asks.length > 0 && messages < 20; messages++) {
      // Each answer has something for the device to do, and is not of statuses only, until the work is done.
      answer = await phone.say(answers(answer, { './DevDetail/SwV': '1', './A': 'b', './A/b': '1' }));
    }
    expect(messages).toBeLessThan(8);
    expect((await rig.showTask(task)).state).toBe('succeeded');
    expect((await rig.sessions(phone.devId))[0]).toMatchObject({ outcome: 'completed' });
  });

  it('end in each of the messages of the server that has commands, as some clients ignore Final', async () => {
    const steps = Array.from({ length: 30 }, (_, index) => ({ kind: 'get', uri: `./N/${index}` }));
    const { phone, task } = await device(...steps);
    const small = '<Meta><MaxMsgSize xmlns="syncml:metinf">1600</MaxMsgSize></Meta>';
    let answer = await phone.say(packageOne(phone.devId), { more: small });
    let messages = 0;
    while (answer.asks.length > 0) {
      messages++;
      expect(answer.answer.bytes.length).toBeLessThanOrEqual(1600);
      expect(answer.message.body.final).toBe(true);
      const values = Object.fromEntries(answer.asks.map((ask) => [ask.slice(4), 'v']));
      answer = await phone.say(`${answers(answer, values)}<Final/>`, { more: small });
    }
    expect(messages).toBeGreaterThan(3);
    const { state, results } = await rig.showTask(task);
    expect(state).toBe('succeeded');
    expect(results?.map(({ uri }) => uri)).toEqual(steps.map(({ uri }) => uri));
  });

  it('in several messages are asked for, and their parts put together', async () => {
    const { phone, task } = await device(SWV, HWV);
    const first = await phone.say(packageOne(phone.devId));
    const parts = answers(first, { './DevDetail/SwV': 'S', './DevDetail/HwV': 'H' }).split(
      /(?<=<\/Results>)/,
    );
    const second = await phone.say(parts[0] ?? '');
    expect(second.statuses).toEqual(['SyncHdr 200']);
    expect(second.asks).toEqual(['Alert 1222']);
    expect(second.message.body.final).toBeFalsy();
    const third = await phone.say(
      `<Status><CmdID>1</CmdID><MsgRef>2</MsgRef><CmdRef>0</CmdRef><Cmd>SyncHdr</Cmd><Data>212</Data></Status>
       <Status><CmdID>2</CmdID><MsgRef>2</MsgRef><CmdRef>2</CmdRef><Cmd>Alert</Cmd><Data>200</Data></Status>${parts[1]}<Final/>`,
    );
    expect(third.asks).toEqual([]);
    expect(await rig.showTask(task)).toMatchObject({
      state: 'succeeded',
      results: [{ value: 'S' }, { value: 'H' }],
    });
  });
});

describe('alerts', () => {
  it('that carry a serialized tree as escaped text with prefixes and several namespaces', async () => {
    const { phone } = await device();
    const tree = `<?xml version="1.0"?><d:MgmtTree xmlns:d="syncml:dmddf1.2" xmlns="http://www.example.org/hotspot"><d:VerDTD>1.2</d:VerDTD><d:Node><d:NodeName>SPPCredentials</d:NodeName></d:Node></d:MgmtTree>`;
    const escaped = tree.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    const answer = await phone.say(
      `<Alert><CmdID>1</CmdID><Data>1201</Data></Alert><Alert><CmdID>2</CmdID><Data>1226</Data><Item><Source><LocURI>./Wi-Fi/Sub1</LocURI></Source>
       <Meta><Type xmlns="syncml:metinf">  urn:wfa:mo:hotspot2dot0-perprovidersubscription:1.0  </Type><Format xmlns="syncml:metinf">xml</Format></Meta><Data>${escaped}</Data></Item></Alert><Final/>`,
    );
    expect(answer.statuses).toEqual(['SyncHdr 200', 'Alert 200', 'Alert 200']);
    expect(await rig.alerts(phone.devId)).toMatchObject([
      {
        code: 1226,
        type: 'urn:wfa:mo:hotspot2dot0-perprovidersubscription:1.0',
        format: 'xml',
        source: './Wi-Fi/Sub1',
        data: tree,
      },
    ]);
  });

  it('that carry a tree as markup, with prefixes on its root', async () => {
    const { phone } = await device();
    await phone.say(
      `<Alert><CmdID>2</CmdID><Data>1226</Data><Item><Meta><Type xmlns="syncml:metinf">x:y</Type></Meta><Data><d:MgmtTree xmlns:d="syncml:dmddf1.2"><d:VerDTD>1.2</d:VerDTD></d:MgmtTree></Data></Item></Alert><Final/>`,
    );
    const [alert] = await rig.alerts(phone.devId);
    expect(alert?.data).toContain('<MgmtTree xmlns="syncml:dmddf1.2"><VerDTD>1.2</VerDTD></MgmtTree>');
  });
});

describe('media types', () => {
  it.each([
    ['application/vnd.syncml+xml', 'application/vnd.syncml.dm+xml'],
    ['application/vnd.syncml.dm+xml; charset="utf-8"', 'application/vnd.syncml.dm+xml'],
    ['Application/VND.SyncML.DM+XML', 'application/vnd.syncml.dm+xml'],
  ])('%s is answered with %s', async (type, answered) => {
    const { phone } = await device(SWV);
    const answer = await rig.post(xmlMessage({ device: phone.devId }, packageOne(phone.devId)), { type });
    expect(answer.contentType).toBe(answered);
    expect(said(answer).asks).toEqual(['Get ./DevDetail/SwV']);
  });
});

describe('encodings of XML', () => {
  const utf16 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf16le'));

  it.each<[string, (text: string) => string | Uint8Array, boolean]>([
    ['UTF-8 with a byte order mark', (text) => `\uFEFF${text}`, false],
    ['UTF-16 with a byte order mark', (text) => utf16(`\uFEFF${text.replace('UTF-8', 'UTF-16')}`), false],
    ['UTF-16 that says it is UTF-8', (text) => utf16(`\uFEFF${text}`), false],
    ['UTF-8 that says it is UTF-16', (text) => text.replace('UTF-8', 'UTF-16'), true],
    [
      'ISO-8859-1',
      (text) => new Uint8Array(Buffer.from(text.replace('UTF-8', 'ISO-8859-1'), 'latin1')),
      false,
    ],
    ['no declaration', (text) => text.replace(/<\?.*?\?>\s*/, ''), false],
  ])('%s', async (_, encode, isOdd) => {
    const { phone } = await device(SWV);
    const text = xmlMessage({ device: phone.devId }, packageOne(phone.devId).replace('Acme', 'Acmé'));
    const answer = said(await rig.post(encode(text)));
    expect(answer.asks).toEqual(['Get ./DevDetail/SwV']);
    const { man } = await rig.api<{ man: string }>('GET', `/devices/${encodeURIComponent(phone.devId)}`);
    expect(man).toBe('Acmé');
    const [request] = await rig.trace(phone.devId);
    expect(request?.error).toBeNull();
    expect(request?.xml).toContain('<LocURI>./DevInfo/Man</LocURI>');
    expect(request?.deviations.some(({ rule }) => rule === 'xml-encoding')).toBe(isOdd);
  });
});

describe('characters that XML forbids', () => {
  it.each([
    ['a NUL byte', '\0', 'U+0000'],
    ['a control character', '\u0007', 'U+0007'],
    ['a reference to NUL', '&#0;', '&#0;'],
  ])(
    '%s in a Data: the message is refused, it is said where, and the session goes on',
    async (_, bad, named) => {
      const { phone } = await device(SWV);
      const text = packageOne(phone.devId);
      const broken = xmlMessage({ device: phone.devId }, text.replace('Acme', `Ac${bad}me`));
      expect((await rig.post(broken)).httpStatus).toBe(400);
      const [refusal] = await rig.refusals();
      expect(refusal).toMatchObject({ httpStatus: 400, reason: expect.stringContaining(named) });
      expect(refusal?.reason).toMatch(/SyncML\/SyncBody\/Replace\/Item\/Data|at byte \d+/);
      expect((await phone.say(text)).asks).toEqual(['Get ./DevDetail/SwV']);
    },
  );
});

/** Bytes as a person writes them: hexadecimal, text in quotes, comments behind a semicolon. */
function octets(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const line of text.split('\n')) {
    for (const [, quoted, hex] of line.replace(/;.*$/, '').matchAll(/'([^']*)'|([0-9A-F]{2})/g)) {
      if (quoted !== undefined) bytes.push(...Buffer.from(quoted));
      else bytes.push(Number.parseInt(hex ?? '', 16));
    }
  }
  return Uint8Array.from(bytes);
}

describe('WBXML', () => {
  const bodyOf = (devId: string, data: string) => `
    6D                                  ; SyncML
      6C                                ;   SyncHdr
        71 03 '1.2' 00 01               ;     VerDTD
        72 03 'DM/1.2' 00 01            ;     VerProto
        65 03 '1' 00 01                 ;     SessionID
        5B 03 '1' 00 01                 ;     MsgID
        6E 57 03 'http://dm.example.com/dm' 00 01 01   ; Target, LocURI
        67 57 03 '${devId}' 00 01 01    ;     Source, LocURI
        5A 00 01 4C 03 '5000' 00 01 01  ;     Meta, page 1, MaxMsgSize, END of Meta on page 1
        00 00                           ;     page 0
      01
      6B                                ;   SyncBody
        46                              ;     Alert
          4B 03 '1' 00 01               ;       CmdID
          4F 03 '1201' 00 01            ;       Data
        01
        60                              ;     Replace
          4B 03 '2' 00 01               ;       CmdID
          54                            ;       Item
            67 57 03 './DevInfo/Man' 00 01 01   ; Source, LocURI
            4F ${data} 01               ;         Data
          01
        01
        12                              ;     Final
      01
    01`;
  const INLINE = "03 'Acme' 00";

  it.each([
    ['1.1, numeric public id', '01 A4 01 6A 00', INLINE],
    ['1.2, numeric public id', '02 A4 01 6A 00', INLINE],
    ['1.3, numeric public id', '03 A4 01 6A 00', INLINE],
    ['public id as text in the string table', "02 00 00 6A 1D '-//SYNCML//DTD SyncML 1.2//EN'", INLINE],
    ["SyncML 1.1's id on a 1.2 message", "02 00 00 6A 1D '-//SYNCML//DTD SyncML 1.1//EN'", INLINE],
    ["SyncML 1.1's numeric id", '02 9F 53 6A 00', INLINE],
    ['opaque Data', '02 A4 01 6A 00', "C3 04 'Acme'"],
    ['Data in the string table', "02 A4 01 6A 05 'Acme' 00", '83 00'],
  ])('%s', async (_, header, data) => {
    const { phone } = await device(SWV);
    const answer = await rig.post(octets(`${header}\n${bodyOf(phone.devId, data)}`), {
      type: 'application/vnd.syncml+wbxml',
    });
    expect(answer.contentType).toBe(WBXML);
    const { statuses, asks, message } = said(answer);
    expect(statuses).toEqual(['SyncHdr 200', 'Alert 200', 'Replace 200']);
    expect(asks).toEqual(['Get ./DevDetail/SwV']);
    expect(message.header).toMatchObject({ verProto: 'DM/1.2', verDTD: '1.2' });
    // Written as WBXML 1.2 with the registered number.
    expect([...answer.bytes.subarray(0, 5)]).toEqual([0x02, 0xa4, 0x01, 0x6a, 0x00]);
    const { man } = await rig.api<{ man: string }>('GET', `/devices/${encodeURIComponent(phone.devId)}`);
    expect(man).toBe('Acme');
    expect((await rig.trace(phone.devId)).map(({ error }) => error)).toEqual([null, null]);
  });

  it('with binary Data, as bytes or as base64', async () => {
    const steps = ['./A', './B'].map((uri) => ({ kind: 'get', uri }));
    const { phone, task } = await device(...steps);
    const first = said(
      await rig.post(octets(`02 A4 01 6A 00 ${bodyOf(phone.devId, INLINE)}`), { type: WBXML }),
    );
    const [a, b] = first.commands.map(({ cmdID }) => cmdID);
    const result = (cmdID: string | undefined, format: string, data: string) => `
        69                                 ; Status
          4B 03 '2' 00 01 5C 03 '1' 00 01  ;   CmdID, MsgRef
          4C 03 '${cmdID}' 00 01           ;   CmdRef
          4A 03 'Get' 00 01 4F 03 '200' 00 01   ; Cmd, Data
        01
        62                                 ; Results
          4B 03 '3' 00 01 5C 03 '1' 00 01 4C 03 '${cmdID}' 00 01
          54 5A 00 01 47 03 '${format}' 00 01 01 00 00   ; Item, Meta, Format
          4F ${data} 01 01                 ;   Data
        01`;
    await rig.post(
      octets(`02 A4 01 6A 00
        6D 6C 71 03 '1.2' 00 01 72 03 'DM/1.2' 00 01 65 03 '1' 00 01 5B 03 '2' 00 01
        6E 57 03 'http://dm.example.com/dm' 00 01 01 67 57 03 '${phone.devId}' 00 01 01 01
        6B
        69 4B 03 '1' 00 01 5C 03 '1' 00 01 4C 03 '0' 00 01 4A 03 'SyncHdr' 00 01 4F 03 '212' 00 01 01
        ${result(a, 'bin', 'C3 04 00 FF 01 02')}
        ${result(b, 'b64', "03 'AP8BAg==' 00")}
        12 01 01`),
      { type: WBXML, to: first.respURI },
    );
    expect((await rig.showTask(task)).results).toMatchObject([
      { value: 'AP8BAg==', format: 'bin' },
      { value: 'AP8BAg==', format: 'bin' },
    ]);
  });
});
