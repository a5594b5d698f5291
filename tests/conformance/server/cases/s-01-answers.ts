import { answers, HandDevice, packageOne, said, xmlMessage } from '../../../rig/device.testing.ts';
import { startRig } from '../../../rig/rig.testing.ts';
import { type ServerGroup, type ServerRun, watched } from '../stand.ts';

const REFUSED_VERSIONS = [
  {
    id: 'S-01.12',
    what: 'VerProto',
    from: 'DM/1.2</VerProto>',
    to: 'DM/9.0</VerProto>',
    code: 'SyncHdr 513',
  },
  { id: 'S-01.13', what: 'VerDTD', from: '1.2</VerDTD>', to: '9.0</VerDTD>', code: 'SyncHdr 505' },
] as const;

export const ANSWERS: ServerGroup = {
  id: 'S-01',
  title: 'Answers to packages',
  cases: [
    {
      id: 'S-01.1',
      title: 'Package 1 is answered with a Status for SyncHdr, Alert and Replace',
      rule: 'DM_Protocol 1.2.1, 8.4 Package 2',
      async run({ device }, check) {
        const phone = await device();
        const { statuses } = await phone.say(packageOne(phone.devId));
        check.equal(statuses, ['SyncHdr 200', 'Alert 200', 'Replace 200'], 'statuses');
      },
    },
    {
      id: 'S-01.2',
      title: 'A server-initiated session (Alert 1200) is taken like one of the client (1201)',
      rule: 'DM_Protocol 1.2.1, 8.3 Package 1',
      async run({ device }, check) {
        const phone = await device();
        const { statuses } = await phone.say(packageOne(phone.devId).replace('1201', '1200'));
        check.equal(statuses, ['SyncHdr 200', 'Alert 200', 'Replace 200'], 'statuses');
      },
    },
    {
      id: 'S-01.3',
      title: 'Each Status names message and command that it answers; that of the SyncHdr has CmdRef 0',
      rule: 'DM_RepPro 1.2.1, Status',
      async run({ device }, check) {
        const phone = await device();
        const { message } = await phone.say(packageOne(phone.devId), { msgID: 7 });
        const refs = message.body.commands.flatMap((command) =>
          command.name === 'Status' ? [`${command.msgRef}/${command.cmdRef} ${command.cmd}`] : [],
        );
        check.equal(refs, ['7/0 SyncHdr', '7/1 Alert', '7/2 Replace'], 'MsgRef/CmdRef of the statuses');
      },
    },
    {
      id: 'S-01.4',
      title: 'The Status of the SyncHdr comes first and repeats Target and Source of the header',
      rule: 'DM_Protocol 1.2.1, 8.4 Package 2',
      async run({ device }, check) {
        const phone = await device();
        const { message } = await phone.say(packageOne(phone.devId));
        const [first] = message.body.commands;
        check.equal(first?.name, 'Status', 'first element of the SyncBody');
        if (first?.name !== 'Status') return;
        check.equal(first.targetRef, ['http://dm.example.com/dm'], 'TargetRef');
        check.equal(first.sourceRef, [phone.devId], 'SourceRef');
      },
    },
    {
      id: 'S-01.5',
      title: 'Where there is nothing to do, the answer holds statuses and Final only',
      rule: 'DM_Protocol 1.2.1, 8.6 Package 4',
      async run({ device }, check) {
        const phone = await device();
        const { commands, message } = await phone.say(packageOne(phone.devId));
        check.equal(commands, [], 'commands besides Status');
        check.equal(message.body.final, true, 'Final');
      },
    },
    {
      id: 'S-01.6',
      title: 'SessionID and versions are those of the client, Target and Source are exchanged',
      rule: 'DM_RepPro 1.2.1, SyncHdr',
      async run({ device }, check) {
        const phone = await device();
        phone.begin('4A');
        const { message } = await phone.say(packageOne(phone.devId));
        const { sessionID, verDTD, verProto, target, source } = message.header;
        check.equal(
          { sessionID, verDTD, verProto },
          { sessionID: '4A', verDTD: '1.2', verProto: 'DM/1.2' },
          'header',
        );
        check.equal(target.locURI, phone.devId, 'Target');
        check.equal(source.locURI, 'http://dm.example.com/dm', 'Source');
      },
    },
    {
      id: 'S-01.7',
      title: "The server's MsgIDs count from 1 on, by 1",
      rule: 'DM_RepPro 1.2.1, MsgID',
      async run({ device, rig }, check) {
        const phone = await device();
        await rig.task(phone.devId, [{ kind: 'get', uri: './A' }]);
        const first = await phone.say(packageOne(phone.devId));
        const second = await phone.say('<Alert><CmdID>1</CmdID><Data>1222</Data></Alert>');
        const msgIDs = [first, second].map(({ message }) => message.header.msgID);
        check.equal(msgIDs, ['1', '2'], 'MsgIDs');
      },
    },
    {
      id: 'S-01.8',
      title: 'RespURI is absolute, in every message, and not to be guessed',
      rule: 'DM_RepPro 1.2.1, RespURI',
      async run({ device, rig }, check) {
        const phone = await device();
        await rig.task(phone.devId, [{ kind: 'get', uri: './A' }]);
        const first = await phone.say(packageOne(phone.devId));
        const second = await phone.say('<Alert><CmdID>1</CmdID><Data>1222</Data></Alert>');
        const other = await (await device()).say(packageOne(phone.devId));
        for (const { respURI } of [first, second, other]) {
          check.matches(respURI, /^https?:\/\/.+[?&]s=[\w-]{20,}/, 'RespURI');
        }
        check.that(first.respURI !== other.respURI, 'two sessions have the same RespURI');
      },
    },
    {
      id: 'S-01.9',
      title: "The answer comes in the client's encoding, under the DM media type",
      rule: 'DM_Protocol 1.2.1, MIME types',
      async run({ device, encoding }, check) {
        const phone = await device();
        const { answer } = await phone.say(packageOne(phone.devId));
        check.equal(answer.contentType, `application/vnd.syncml.dm+${encoding}`, 'Content-Type');
      },
    },
    {
      id: 'S-01.10',
      title: 'A message that is sent again gets the same answer and has no second effect',
      rule: 'SyncML HTTP binding 1.2, and DM_RepPro 1.2.1, MsgID',
      async run({ device, rig }, check) {
        const phone = await device();
        await rig.task(phone.devId, [{ kind: 'exec', uri: './A' }]);
        await phone.say(packageOne(phone.devId));
        const alert =
          '<Alert><CmdID>1</CmdID><Data>1226</Data><Item><Source><LocURI>./A</LocURI></Source><Meta><Type xmlns="syncml:metinf">org.example.once</Type><Format xmlns="syncml:metinf">chr</Format></Meta><Data>x</Data></Item></Alert><Final/>';
        const answer = await phone.say(alert);
        const again = await phone.again();
        check.equal([...again.answer.bytes], [...answer.answer.bytes], 'answer to the repeated message');
        check.equal((await rig.alerts(phone.devId)).length, 1, 'alerts that the server has taken');
      },
    },
    {
      id: 'S-01.11',
      title: 'A client of DM 1.1 is answered in its version',
      rule: 'DM_RepPro 1.2.1, VerDTD and VerProto',
      async run({ device, rig }, check) {
        const { devId } = await device();
        const text = xmlMessage({ device: devId }, packageOne(devId))
          .replace('DM/1.2', 'DM/1.1')
          .replace('<VerDTD>1.2', '<VerDTD>1.1');
        const answer = await rig.post(text);
        check.equal(answer.httpStatus, 200, 'HTTP status');
        check.matches(answer.text, /<VerDTD>1\.1<\/VerDTD><VerProto>DM\/1\.1</, 'versions of the answer');
      },
      encodings: ['xml'],
    },
    ...REFUSED_VERSIONS.map(({ id, what, from, to, code }) => ({
      id,
      title: `An unknown ${what} is answered with ${code.replace('SyncHdr ', '')}, and nothing is done`,
      rule: 'DM_RepPro 1.2.1, Response status codes',
      encodings: ['xml'] as const,
      async run({ device, rig }: Parameters<ServerRun>[0], check: Parameters<ServerRun>[1]) {
        const phone = await device();
        await rig.task(phone.devId, [{ kind: 'get', uri: './A' }]);
        const text = xmlMessage({ device: phone.devId }, packageOne(phone.devId)).replace(from, to);
        const { statuses, commands } = said(await rig.post(text));
        check.equal(statuses[0], code, 'Status of the SyncHdr');
        check.equal(commands, [], 'commands besides Status');
      },
    })),
    {
      id: 'S-01.14',
      title: 'A session abort (1223) is answered with statuses only, and ends the session',
      rule: 'DM_Protocol 1.2.1, 8.1 Session abort',
      async run({ device, rig }, check) {
        const phone = await device();
        await rig.task(phone.devId, [{ kind: 'get', uri: './A' }]);
        await phone.say(packageOne(phone.devId));
        const { statuses, commands } = await phone.say(
          '<Alert><CmdID>1</CmdID><Data>1223</Data></Alert><Final/>',
        );
        check.equal(statuses, ['SyncHdr 200', 'Alert 200'], 'statuses');
        check.equal(commands, [], 'commands besides Status');
        const [session] = await rig.sessions(phone.devId);
        check.equal(session?.outcome, 'aborted', 'outcome of the session');
      },
    },
    {
      id: 'S-01.15',
      title: 'What the aborted session left undone is done in the next one',
      rule: 'DM_Protocol 1.2.1, 8.1 Session abort',
      async run({ device, rig }, check) {
        const phone = await device();
        const task = await rig.task(phone.devId, [{ kind: 'get', uri: './A' }]);
        await phone.say(packageOne(phone.devId));
        await phone.say('<Alert><CmdID>1</CmdID><Data>1223</Data></Alert><Final/>');
        const next = await phone.begin('2').say(packageOne(phone.devId));
        check.equal(next.asks, ['Get ./A'], 'commands of the next session');
        await phone.say(`${answers(next, { './A': 'x' })}<Final/>`);
        check.equal((await rig.showTask(task)).state, 'succeeded', 'state of the task');
      },
    },
    {
      id: 'S-01.16',
      title: 'A first message (MsgID 1) begins a new session, although one of the device is open',
      rule: 'DM_Protocol 1.2.1, SessionID and MsgID',
      async run({ device, rig }, check) {
        const phone = await device();
        await rig.task(phone.devId, [{ kind: 'get', uri: './A' }]);
        await phone.say(packageOne(phone.devId));
        const { asks } = await phone.begin('2').say(packageOne(phone.devId));
        check.equal(asks, ['Get ./A'], 'commands of the new session');
        const sessions = (await rig.sessions(phone.devId)).map(({ state }) => state);
        check.equal(sessions, ['ended', 'open'], 'sessions of the device');
      },
    },
    {
      id: 'S-01.17',
      title: 'Commands that a client may not send are answered with 405, unknown ones with 406',
      rule: 'DM_Protocol 1.2.1, 8.5 Package 3; DM_RepPro 1.2.1, Response status codes',
      async run({ device }, check) {
        const phone = await device();
        const item = '<Item><Target><LocURI>./A</LocURI></Target><Data>x</Data></Item>';
        const { statuses } = await phone.say(
          `<Add><CmdID>1</CmdID>${item}</Add><Get><CmdID>2</CmdID>${item}</Get><Search><CmdID>3</CmdID></Search><Final/>`,
        );
        check.equal(statuses, ['SyncHdr 200', 'Add 405', 'Get 405', 'Search 406'], 'statuses');
      },
      encodings: ['xml'],
    },
    {
      id: 'S-01.18',
      title: 'A Replace without Source and Target is answered with 400',
      rule: 'DM_RepPro 1.2.1, Replace',
      async run({ device }, check) {
        const phone = await device();
        const { statuses } = await phone.say(
          '<Replace><CmdID>1</CmdID><Item><Data>x</Data></Item></Replace><Final/>',
        );
        check.equal(statuses, ['SyncHdr 200', 'Replace 400'], 'statuses');
      },
    },
    {
      id: 'S-01.19',
      title: 'Empty message and broken markup are refused, and the session goes on',
      rule: 'DM_RepPro 1.2.1, XML usage',
      async run({ device, rig }, check) {
        const phone = await device();
        await rig.task(phone.devId, [{ kind: 'get', uri: './A' }]);
        const first = await phone.say(packageOne(phone.devId));
        for (const body of ['', '<SyncML><SyncHdr>']) {
          check.equal(
            (await rig.post(body, { to: first.respURI })).httpStatus,
            400,
            `HTTP status for "${body}"`,
          );
        }
        const { statuses } = await phone.say(`${answers(first, { './A': 'x' })}<Final/>`);
        check.equal(statuses, ['SyncHdr 200'], 'statuses of the message after them');
      },
    },
    {
      id: 'S-01.20',
      title:
        'A session that the server breaks off ends with Alert 1223, statuses and Final, without commands',
      rule: 'DM_Protocol 1.2.1, 8.1 Session abort',
      async run({ encoding }, check) {
        const own = await startRig({ db: 'sqlite::memory:', limits: { maxMessages: 2 } });
        try {
          const rig = watched(own);
          const phone = new HandDevice(rig, 'IMEI:endless', encoding);
          await rig.register(phone.devId);
          await rig.task(phone.devId, [{ kind: 'get', uri: './A' }]);
          await rig.task(phone.devId, [{ kind: 'get', uri: './B' }]);
          const first = await phone.say(packageOne(phone.devId));
          const { asks, message } = await phone.say(`${answers(first, { './A': 'x' })}<Final/>`);
          check.equal(asks, ['Alert 1223'], 'commands');
          check.equal(message.body.final, true, 'Final');
        } finally {
          await own.close();
        }
      },
    },
  ],
};
