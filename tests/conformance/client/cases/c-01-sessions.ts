import type { ClientGroup } from '../stand.ts';
import { add, alert, get } from '../xml.ts';

const DEVINFO = ['DevId', 'DmV', 'Lang', 'Man', 'Mod'];

export const PACKAGE_ONE: ClientGroup = {
  id: 'C-01',
  title: 'Package 1',
  cases: [
    {
      id: 'C-01.1',
      title: 'A session that the client wants begins with Alert 1201',
      rule: 'DM_Protocol 1.2.1, 8.3 Package 1',
      async run({ begin }, check) {
        const { last } = await begin();
        check.equal(last.alertCodes[0], 1201, 'Alert');
      },
    },
    {
      id: 'C-01.2',
      title: 'A session that the server asked for begins with Alert 1200',
      rule: 'DM_Protocol 1.2.1, 8.3 Package 1',
      async run({ begin }, check) {
        const { last } = await begin({ reason: 1200, sessionID: '4D2' });
        check.equal(last.alertCodes[0], 1200, 'Alert');
      },
    },
    {
      id: 'C-01.3',
      title: 'A Replace brings DevInfo, one Item with Source and Data for each leaf',
      rule: 'DM_Protocol 1.2.1, 8.3 Package 1',
      async run({ begin }, check) {
        const { last } = await begin();
        const replace = last.commands.find(({ name }) => name === 'Replace');
        const items = replace?.name === 'Replace' ? replace.items : [];
        const leaves = items
          .filter(({ data }) => data !== undefined)
          .map(({ source }) => source?.locURI.replace(/^(\.\/)?DevInfo\//, '') ?? '');
        for (const leaf of DEVINFO) check.that(leaves.includes(leaf), `DevInfo/${leaf} is missing`);
      },
    },
    {
      id: 'C-01.4',
      title: 'The package ends with Final',
      rule: 'DM_Protocol 1.2.1, 8.3 Package 1',
      async run({ begin }, check) {
        const { last } = await begin();
        check.equal(last.final, true, 'Final');
      },
    },
    {
      id: 'C-01.5',
      title: 'VerDTD is 1.2, VerProto is DM/1.2',
      rule: 'DM_RepPro 1.2.1, VerDTD and VerProto',
      async run({ begin }, check) {
        const { verDTD, verProto } = (await begin()).last.header;
        check.equal([verDTD, verProto], ['1.2', 'DM/1.2'], 'VerDTD and VerProto');
      },
    },
    {
      id: 'C-01.6',
      title: 'MsgID begins at 1 and rises by one with each message',
      rule: 'DM_RepPro 1.2.1, MsgID',
      async run({ meet }, check) {
        const dialogue = await meet();
        const first = Number(dialogue.last.header.msgID);
        for (let n = 1; n <= 3; n++) {
          const { header } = await dialogue.say(get('./DevInfo/Man'));
          check.equal(header.msgID, String(first + n), 'MsgID');
        }
      },
    },
    {
      id: 'C-01.7',
      title: 'Target is the address of the server in the account',
      rule: 'DM_Protocol 1.2.1, 8.3 Package 1',
      async run({ begin }, check) {
        const { last, account } = await begin();
        check.equal(last.header.target.locURI, account.address, 'LocURI of the Target');
        check.equal(last.sent.uri, account.address, 'where the message went');
      },
    },
    {
      id: 'C-01.8',
      title: 'A session that follows has DevInfo in its first message as well',
      rule: 'DM_Protocol 1.2.1, 8.3 Package 1',
      async run({ meet, begin }, check) {
        await (await meet()).end();
        const { last } = await begin();
        check.equal(
          last.commands.map(({ name }) => name).filter((name) => name !== 'Status'),
          ['Alert', 'Replace'],
          'commands',
        );
      },
    },
  ],
};

export const SESSION_ID: ClientGroup = {
  id: 'C-02',
  title: 'SessionID',
  cases: [
    {
      id: 'C-02.1',
      title: 'The SessionID that the client was asked for is that of all messages',
      rule: 'DM_Notification 1.2.1, sessionid; DM_Protocol 1.2.1, 8.3 Package 1',
      async run({ meet }, check) {
        const dialogue = await meet({ reason: 1200, sessionID: 'FFFF' });
        check.equal(dialogue.last.header.sessionID, 'FFFF', 'SessionID of the first message');
        const { header } = await dialogue.say(get('./DevInfo/Man'));
        check.equal(header.sessionID, 'FFFF', 'SessionID of the next message');
      },
    },
    {
      id: 'C-02.2',
      title: 'Sessions that the client begins have SessionIDs of their own',
      rule: 'DM_Protocol 1.2.1, 8.3 Package 1',
      async run({ meet }, check) {
        const first = await meet();
        const { sessionID } = first.last.header;
        await first.end();
        const next = (await meet()).last.header.sessionID;
        check.that(next !== sessionID, `SessionID ${sessionID} in two sessions that follow each other`);
      },
    },
    {
      id: 'C-02.3',
      title: 'The sessionid of a notification becomes upper-case hexadecimal without leading zeros',
      rule: 'DM_Notification 1.2.1, sessionid',
      async run({ notify }, check) {
        for (const [sessionID, text] of [
          [0x000a, 'A'],
          [0x0fed, 'FED'],
          [0xffff, 'FFFF'],
        ] as const) {
          const dialogue = check.found(await notify({ sessionID }), `session for 0x${text}`);
          check.equal(dialogue.last.header.sessionID, text, 'SessionID of the first message');
          await dialogue.end();
        }
      },
    },
  ],
};

export const DEV_ID: ClientGroup = {
  id: 'C-03',
  title: 'DevId',
  cases: [
    {
      id: 'C-03.1',
      title: 'Source of the messages is the value of ./DevInfo/DevId',
      rule: 'DM_StdObj 1.2.1, DevInfo',
      async run({ meet }, check) {
        const dialogue = await meet();
        const { locURI } = dialogue.last.header.source;
        check.equal(await dialogue.read('./DevInfo/DevId'), locURI, './DevInfo/DevId');
      },
    },
    {
      id: 'C-03.2',
      title: 'It is a URN that is unique, such as IMEI: with 15 digits',
      rule: 'DM_StdObj 1.2.1, DevInfo',
      async run({ begin }, check) {
        const { locURI } = (await begin()).last.header.source;
        check.matches(locURI, /^(IMEI:\d{15}|MEID:[0-9A-F]{14,18}|ESN:[0-9A-F]+|urn:\S+)$/i, 'DevId');
      },
    },
  ],
};

export const END: ClientGroup = {
  id: 'C-04',
  title: 'The end of a session',
  cases: [
    {
      id: 'C-04.1',
      title: 'A package of the server without commands ends the session: the client sends nothing more',
      rule: 'DM_Protocol 1.2.1, 8.4 Package 2',
      async run({ meet }, check) {
        const dialogue = await meet();
        check.equal(await dialogue.sayOnce(''), undefined, 'message of the client');
      },
    },
    {
      id: 'C-04.2',
      title: 'So does one after commands were done',
      rule: 'DM_Protocol 1.2.1, 8.6 Package 4',
      async run({ meet }, check) {
        const dialogue = await meet();
        await dialogue.say(get('./DevInfo/Man'));
        check.equal(await dialogue.sayOnce(''), undefined, 'message of the client');
      },
    },
    {
      id: 'C-04.3',
      title: 'Management goes on for as many packages as the server has commands',
      rule: 'DM_Protocol 1.2.1, 8.6 Package 4',
      async run({ planted }, check) {
        const { dialogue, at } = await planted();
        for (let n = 0; n < 5; n++) {
          check.equal(await dialogue.codes(add(`${at}/n${n}`, String(n))), ['Add 200'], 'statuses');
        }
        await dialogue.end();
      },
    },
    {
      id: 'C-04.4',
      title: 'What was done in a session is there in the next one',
      rule: 'DM_Protocol 1.2.1, 8.6 Package 4',
      async run({ planted, meet }, check) {
        const { dialogue, at } = await planted({ a: 'kept' });
        await dialogue.end();
        check.equal(await (await meet()).read(`${at}/a`), 'kept', 'value in the next session');
      },
    },
  ],
};

export const ABORT: ClientGroup = {
  id: 'C-18',
  title: 'Session abort',
  cases: [
    {
      id: 'C-18.1',
      title: 'Alert 1223 of the server ends the session, and the client sends nothing more',
      rule: 'DM_Protocol 1.2.1, 8.1 Session abort',
      async run({ meet }, check) {
        const dialogue = await meet();
        check.equal(await dialogue.sayOnce(alert(1223)), undefined, 'message of the client');
      },
    },
    {
      id: 'C-18.2',
      title: 'So it does in the middle of the session',
      rule: 'DM_Protocol 1.2.1, 8.1 Session abort',
      async run({ planted }, check) {
        const { dialogue } = await planted();
        check.equal(await dialogue.sayOnce(alert(1223)), undefined, 'message of the client');
      },
    },
    {
      id: 'C-18.3',
      title: 'A session can be held after one that was aborted',
      rule: 'DM_Protocol 1.2.1, 8.1 Session abort',
      async run({ meet }, check) {
        await (await meet()).sayOnce(alert(1223));
        check.equal(await (await meet()).codes(get('./DevInfo/Man')), ['Get 200'], 'statuses');
      },
    },
  ],
};
