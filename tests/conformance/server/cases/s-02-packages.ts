import { answers, packageOne } from '../../../rig/device.testing.ts';
import type { ServerGroup } from '../stand.ts';

/** Package 1 that is not finished yet. */
const unfinished = (devId: string): string => packageOne(devId).replace('<Final/>', '');
const headerStatus = (msgRef: string): string =>
  `<Status><CmdID>1</CmdID><MsgRef>${msgRef}</MsgRef><CmdRef>0</CmdRef><Cmd>SyncHdr</Cmd><Data>200</Data></Status>`;
const NEXT_MESSAGE = '<Alert><CmdID>9</CmdID><Data>1222</Data></Alert>';
const MANY = Array.from({ length: 40 }, (_, at) => ({
  kind: 'replace',
  uri: `./Many/Leaf${at}`,
  value: `value ${at} `.repeat(20),
}));
const MAX_MSG_SIZE = 2_000;
const smallMessages = `<Meta><MaxMsgSize xmlns="syncml:metinf">${MAX_MSG_SIZE}</MaxMsgSize></Meta>`;

export const PACKAGES: ServerGroup = {
  id: 'S-02',
  title: 'Packages of several messages',
  cases: [
    {
      id: 'S-02.1',
      title: 'No new command is sent while statuses of the former ones are still to come',
      rule: 'DM_Protocol 1.2.1, 6 Multiple messages in package',
      async run({ device, rig }, check) {
        const phone = await device();
        await rig.task(phone.devId, [
          { kind: 'get', uri: './A' },
          { kind: 'converge', root: './R', nodes: [{ path: 'a', value: '1' }] },
        ]);
        const first = await phone.say(packageOne(phone.devId));
        check.equal(first.asks, ['Get ./A'], 'first commands');
        const { asks } = await phone.say(`${headerStatus(first.message.header.msgID)}${NEXT_MESSAGE}`);
        check.equal(asks, ['Alert 1222'], 'commands before the statuses have come');
      },
    },
    {
      id: 'S-02.2',
      title: 'What asks for more has the Status of the SyncHdr and Alert 1222, nothing else and no Final',
      rule: 'DM_Protocol 1.2.1, 6 Multiple messages in package',
      async run({ device, rig }, check) {
        const phone = await device();
        await rig.task(phone.devId, [{ kind: 'get', uri: './A' }]);
        const first = await phone.say(packageOne(phone.devId));
        const results = answers(first, { './A': 'x' });
        const { message, asks } = await phone.say(results);
        check.equal(asks, ['Alert 1222'], 'commands');
        check.equal(message.body.final ?? false, false, 'Final');
        const statuses = message.body.commands.filter(({ name }) => name === 'Status');
        check.equal(statuses.length, 1, 'number of statuses');
      },
    },
    {
      id: 'S-02.3',
      title: 'All commands of a package are in messages of the size that the client takes',
      rule: 'DM_RepPro 1.2.1, MaxMsgSize',
      async run({ device, rig }, check) {
        const phone = await device();
        const task = await rig.task(phone.devId, MANY);
        let said = await phone.say(packageOne(phone.devId), { more: smallMessages });
        const asked: string[] = [];
        for (let round = 0; said.asks.length > 0 && round < MANY.length; round += 1) {
          check.that(
            said.answer.bytes.length <= MAX_MSG_SIZE,
            `a message has ${said.answer.bytes.length} bytes, the client takes ${MAX_MSG_SIZE}`,
          );
          asked.push(...said.asks);
          said = await phone.say(`${answers(said)}<Final/>`, { more: smallMessages });
        }
        check.equal(
          asked,
          MANY.map(({ uri }) => `Replace ${uri}`),
          'commands',
        );
        check.equal((await rig.showTask(task)).state, 'succeeded', 'state of the task');
      },
    },
    {
      id: 'S-02.4',
      title: 'A limit that the client names in the middle of the session holds from there on',
      rule: 'DM_RepPro 1.2.1, MaxMsgSize',
      async run({ device, rig }, check) {
        const phone = await device();
        await rig.task(phone.devId, [{ kind: 'get', uri: './A' }]);
        await rig.task(phone.devId, MANY);
        const first = await phone.say(packageOne(phone.devId));
        const { answer, asks } = await phone.say(`${answers(first, { './A': 'x' })}<Final/>`, {
          more: smallMessages,
        });
        check.that(asks.length > 0, 'nothing is asked for');
        check.that(answer.bytes.length <= MAX_MSG_SIZE, `the message has ${answer.bytes.length} bytes`);
      },
    },
    {
      id: 'S-02.5',
      title: 'A container that fits into no message of the client is not sent in parts',
      rule: 'DM_Protocol 1.2.1, 6 Multiple messages in package',
      async run({ device, rig }, check) {
        const phone = await device();
        const task = await rig.task(phone.devId, [{ kind: 'atomic', steps: MANY }]);
        const { asks } = await phone.say(packageOne(phone.devId), { more: smallMessages });
        check.equal(asks, [], 'commands');
        const { state, reason } = await rig.showTask(task);
        check.equal(state, 'failed', 'state of the task');
        check.matches(reason ?? '', /bytes that the device takes/, 'reason');
      },
    },
    {
      id: 'S-02.6',
      title: 'MaxMsgSize and MaxObjSize of the server are in its SyncHdr',
      rule: 'DM_RepPro 1.2.1, MaxMsgSize and MaxObjSize',
      async run({ device }, check) {
        const phone = await device();
        const { message } = await phone.say(packageOne(phone.devId));
        const { maxMsgSize = 0, maxObjSize = 0 } = message.header.meta ?? {};
        check.that(maxMsgSize > 0, 'MaxMsgSize is missing');
        check.that(maxObjSize > 0, 'MaxObjSize is missing');
      },
    },
    {
      id: 'S-02.7',
      title: 'A smaller limit takes the place of the one before',
      rule: 'DM_RepPro 1.2.1, MaxMsgSize',
      async run({ device, rig }, check) {
        const phone = await device();
        await rig.task(phone.devId, [{ kind: 'get', uri: './A' }]);
        await rig.task(phone.devId, MANY);
        const more = smallMessages.replace(String(MAX_MSG_SIZE), String(100 * MAX_MSG_SIZE));
        const first = await phone.say(packageOne(phone.devId), { more });
        const { answer } = await phone.say(`${answers(first, { './A': 'x' })}<Final/>`, {
          more: smallMessages,
        });
        check.that(answer.bytes.length <= MAX_MSG_SIZE, `the message has ${answer.bytes.length} bytes`);
      },
    },
  ],
};

export const FINAL: ServerGroup = {
  id: 'S-03',
  title: 'The end of packages',
  cases: [
    {
      id: 'S-03.1',
      title: 'The server asks with 1222 for the rest of a package without Final, and sends no Final itself',
      rule: 'DM_Protocol 1.2.1, 6 Multiple messages in package',
      async run({ device, rig }, check) {
        const phone = await device();
        await rig.task(phone.devId, [{ kind: 'get', uri: './A' }]);
        const first = await phone.say(`${unfinished(phone.devId)}${NEXT_MESSAGE}`);
        check.equal(first.asks, ['Alert 1222'], 'commands before the end of package 1');
        check.equal(first.message.body.final ?? false, false, 'Final before the end of package 1');
        const second = await phone.say(`${headerStatus(first.message.header.msgID)}<Final/>`);
        check.equal(second.asks, ['Get ./A'], 'commands after the end of package 1');
        check.equal(second.message.body.final, true, 'Final after the end of package 1');
      },
    },
    {
      id: 'S-03.2',
      title: "The client's Alert 1222 gets a Status",
      rule: 'DM_Protocol 1.2.1, 6 Multiple messages in package',
      async run({ device }, check) {
        const phone = await device();
        const { statuses } = await phone.say(`${unfinished(phone.devId)}${NEXT_MESSAGE}`);
        check.equal(statuses, ['SyncHdr 200', 'Alert 200', 'Replace 200', 'Alert 200'], 'statuses');
      },
    },
    {
      id: 'S-03.3',
      title: 'Results that come in a later message of the package are taken',
      rule: 'DM_Protocol 1.2.1, 6 Multiple messages in package',
      async run({ device, rig }, check) {
        const phone = await device();
        const task = await rig.task(phone.devId, [
          { kind: 'get', uri: './A' },
          { kind: 'get', uri: './B' },
        ]);
        const first = await phone.say(packageOne(phone.devId));
        const values = { './A': 'a', './B': 'b' };
        const all = answers(first, values);
        const cut = all.lastIndexOf('<Status>');
        await phone.say(all.slice(0, cut));
        await phone.say(`${all.slice(cut)}<Final/>`);
        const { state, results } = await rig.showTask(task);
        check.equal(state, 'succeeded', 'state of the task');
        check.equal(
          results?.map(({ value }) => value),
          ['a', 'b'],
          'values',
        );
      },
    },
    {
      id: 'S-03.4',
      title: 'The session is over when the server has sent statuses and Final only',
      rule: 'DM_Protocol 1.2.1, 8.6 Package 4',
      async run({ device, rig }, check) {
        const phone = await device();
        await phone.say(packageOne(phone.devId));
        const [session] = await rig.sessions(phone.devId);
        check.equal(session?.outcome, 'completed', 'outcome of the session');
      },
    },
  ],
};

export const ELEMENTS: ServerGroup = {
  id: 'S-04',
  title: 'Elements',
  cases: [
    {
      id: 'S-04.1',
      title: 'Results get no Status where that would be 200',
      rule: 'DM_RepPro 1.2.1, Results',
      async run({ device, rig }, check) {
        const phone = await device();
        await rig.task(phone.devId, [{ kind: 'get', uri: './A' }]);
        const first = await phone.say(packageOne(phone.devId));
        const { statuses } = await phone.say(`${answers(first, { './A': 'x' })}<Final/>`);
        check.equal(statuses, ['SyncHdr 200'], 'statuses');
      },
    },
    {
      id: 'S-04.2',
      title: 'NoResp, NoResults, Lang, Archive and SftDel are not used, and Cred stands in the SyncHdr only',
      rule: 'DM_RepPro 1.2.1, Element support',
      async run({ device, rig }, check) {
        const phone = await device({ server: { auth: 'basic', user: 'grove', password: 'words' } });
        await rig.task(phone.devId, [
          { kind: 'get', uri: './A' },
          { kind: 'delete', uri: './B' },
          { kind: 'sequence', steps: [{ kind: 'exec', uri: './C' }] },
        ]);
        const { answer, asks } = await phone.say(packageOne(phone.devId));
        check.that(asks.length > 0, 'nothing is asked for');
        check.that(
          !/<(NoResp|NoResults|Lang|Archive|SftDel)\b/.test(answer.text),
          'an element that DM does not use',
        );
        const [, body = ''] = answer.text.split('<SyncBody>');
        check.that(body !== '' && !body.includes('<Cred>'), 'Cred within the SyncBody');
      },
      encodings: ['xml'],
    },
    {
      id: 'S-04.3',
      title: 'Every command of a message has a CmdID of its own, those within containers too',
      rule: 'DM_RepPro 1.2.1, CmdID',
      async run({ device, rig }, check) {
        const phone = await device();
        await rig.task(phone.devId, [
          { kind: 'get', uri: './A' },
          {
            kind: 'sequence',
            steps: [
              { kind: 'replace', uri: './B', value: 'b' },
              { kind: 'atomic', steps: [{ kind: 'replace', uri: './C', value: 'c' }] },
            ],
          },
        ]);
        const ids: string[] = [];
        let said = await phone.say(packageOne(phone.devId));
        for (let round = 0; said.asks.length > 0 && round < 3; round += 1) {
          const own = said.answer.text.match(/<CmdID>[^<]*/g) ?? [];
          check.equal(new Set(own).size, own.length, 'number of different CmdIDs');
          ids.push(...own);
          said = await phone.say(`${answers(said, { './A': 'x' })}<Final/>`);
        }
        check.that(ids.length > 6, `only ${ids.length} commands were seen`);
      },
      encodings: ['xml'],
    },
    {
      id: 'S-04.4',
      title: 'Each command has one Item',
      rule: 'DM_RepPro 1.2.1, Item (one Item is what every client handles)',
      async run({ device, rig }, check) {
        const phone = await device();
        await rig.task(phone.devId, [
          { kind: 'get', uri: './A' },
          { kind: 'get', uri: './B' },
          { kind: 'replace', uri: './C', value: 'c' },
        ]);
        const { asks } = await phone.say(packageOne(phone.devId));
        check.equal(asks, ['Get ./A', 'Get ./B', 'Replace ./C'], 'commands');
      },
    },
    {
      id: 'S-04.5',
      title:
        'Meta says Format and Type where they are not chr and text/plain, and a value has a Data, be it empty',
      rule: 'DM_RepPro 1.2.1, Meta and Data',
      async run({ device, rig }, check) {
        const phone = await device();
        await rig.task(phone.devId, [
          { kind: 'replace', uri: './Text', value: 'x' },
          { kind: 'replace', uri: './Empty', value: '' },
          { kind: 'replace', uri: './Number', value: '7', format: 'int' },
          { kind: 'add', uri: './Node', format: 'node', type: 'urn:oma:mo:oma-mms:1.3' },
          { kind: 'replace', uri: './Bytes', value: 'AAH/', format: 'bin', type: 'application/octet-stream' },
        ]);
        const { commands } = await phone.say(packageOne(phone.devId));
        const items = commands.flatMap((command) => ('items' in command ? command.items : []));
        const shown = items.map(({ target, meta, data }) => ({
          uri: target?.locURI,
          format: meta?.format,
          type: meta?.type,
          hasData: data !== undefined,
        }));
        check.equal(
          shown,
          [
            { uri: './Text', format: undefined, type: undefined, hasData: true },
            { uri: './Empty', format: undefined, type: undefined, hasData: true },
            { uri: './Number', format: 'int', type: undefined, hasData: true },
            { uri: './Node', format: 'node', type: 'urn:oma:mo:oma-mms:1.3', hasData: false },
            { uri: './Bytes', format: 'b64', type: 'application/octet-stream', hasData: true },
          ],
          'Items',
        );
      },
    },
    {
      id: 'S-04.6',
      title: 'Results whose Item has no Data, or an empty one, bring an empty value',
      rule: 'DM_RepPro 1.2.1, Results and Data',
      async run({ device, rig }, check) {
        const phone = await device();
        const task = await rig.task(phone.devId, [
          { kind: 'get', uri: './A' },
          { kind: 'get', uri: './B' },
        ]);
        const first = await phone.say(packageOne(phone.devId));
        const all = answers(first, { './A': '', './B': '' });
        await phone.say(`${all.replace('<Data></Data>', '')}<Final/>`);
        const { results } = await rig.showTask(task);
        check.equal(
          results?.map(({ value }) => value),
          ['', ''],
          'values',
        );
      },
    },
  ],
};
