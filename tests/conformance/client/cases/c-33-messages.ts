import { NotApplicable } from '../../framework/index.ts';
import { checkCodes } from '../command-case.ts';
import type { ClientCase, ClientGroup } from '../stand.ts';
import { add, alert, command, get, item, replace } from '../xml.ts';

const STATUS_RULE = 'DM_RepPro 1.2.1, Status';
const RESPONSE_URI = 'DM_RepPro 1.2.1, RespURI';

/** Commands that a DM client does not have, and what it must not do about them. */
function refusedCase(
  listed: Pick<ClientCase, 'id' | 'title' | 'rule'>,
  body: (at: string) => string,
  codes: readonly string[],
): ClientCase {
  return {
    ...listed,
    async run({ planted }, check) {
      const { dialogue, at } = await planted({ a: 'one' });
      checkCodes(check, await dialogue.codes(body(at)), codes);
      check.equal([await dialogue.read(at), await dialogue.read(`${at}/a`)], ['a', 'one'], 'the tree');
    },
  };
}

export const MESSAGES: ClientGroup = {
  id: 'C-33',
  title: 'Messages',
  cases: [
    {
      id: 'C-33.1',
      title: 'The Status for the SyncHdr has CmdRef 0, Cmd SyncHdr and the MsgRef of the message',
      rule: STATUS_RULE,
      async run({ meet }, check) {
        const dialogue = await meet();
        const { headerStatus } = await dialogue.say(get('./DevInfo/Man'));
        check.equal(
          [headerStatus?.cmdRef, headerStatus?.cmd, headerStatus?.msgRef],
          ['0', 'SyncHdr', dialogue.msgID],
          'CmdRef, Cmd and MsgRef',
        );
      },
    },
    {
      id: 'C-33.2',
      title: 'Each command has a Status, with its CmdID in CmdRef and its name in Cmd',
      rule: STATUS_RULE,
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ a: 'one' });
        const reply = await dialogue.say(get(`${at}/a`) + replace(`${at}/a`, 'x') + add(`${at}/a`, 'y'));
        check.equal(
          reply.statuses.map(({ cmdRef, cmd, code }) => `${cmdRef} ${cmd} ${code}`),
          ['1 Get 200', '2 Replace 200', '3 Add 418'],
          'CmdRef, Cmd and code of the statuses',
        );
      },
    },
    {
      id: 'C-33.3',
      title: 'CmdIDs of the server may be any text, and come back as they were',
      rule: 'DM_RepPro 1.2.1, CmdID',
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ a: 'one' });
        const reply = await dialogue.say(get(`${at}/a`).replace('<CmdID>#<', '<CmdID>x-17<'));
        check.equal(reply.statuses[0]?.cmdRef, 'x-17', 'CmdRef of the Status');
        check.equal(reply.results[0]?.cmdRef, 'x-17', 'CmdRef of the Results');
      },
    },
    {
      id: 'C-33.4',
      title: 'A Status with TargetRef names the node as the command did',
      rule: 'DM_RepPro 1.2.1, TargetRef',
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ a: 'one' });
        const uri = `${at.slice(2)}/a`;
        const reply = await dialogue.say(get(uri));
        check.oneOf(reply.statuses[0]?.targetRef, [[], [uri]], 'TargetRef');
      },
    },
    {
      id: 'C-33.5',
      title: 'Items in Results come after the Status of their Get, in the same package',
      rule: 'DM_RepPro 1.2.1, Results',
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ a: 'one', b: 'two' });
        const reply = await dialogue.say(get(`${at}/a`) + get(`${at}/b`));
        const names = reply.commands.map(({ name }) => name);
        check.equal(names.filter((name) => name === 'Results').length, 2, 'number of Results');
        check.that(names.indexOf('Results') > 1, 'Results come before the Status of their Get');
      },
    },
    refusedCase(
      {
        id: 'C-33.6',
        title: 'Put, Search and Sync are no commands of DM: 405 or 406',
        rule: 'DM_RepPro 1.2.1, Commands not used in DM',
      },
      () =>
        command('Put', item({ target: './x', data: 'x' })) +
        command('Search', '<Data>x</Data>') +
        command('Sync'),
      ['Put 405 or 406', 'Search 405 or 406', 'Sync 405 or 406'],
    ),
    refusedCase(
      {
        id: 'C-33.7',
        title: 'An alert code that there is not is answered with 406',
        rule: 'DM_RepPro 1.2.1, Alert codes',
      },
      () => alert(1199) + alert(1299),
      ['Alert 406 or 405', 'Alert 406 or 405'],
    ),
    refusedCase(
      {
        id: 'C-33.8',
        title: 'A command without an Item is refused',
        rule: 'DM_RepPro 1.2.1, Mark-up language description',
      },
      () => command('Get') + command('Add') + command('Delete'),
      ['Get 400 or 412', 'Add 400 or 412', 'Delete 400 or 412'],
    ),
    refusedCase(
      {
        id: 'C-33.9',
        title: 'A command without a Target is refused',
        rule: 'DM_RepPro 1.2.1, Mark-up language description',
      },
      () => command('Replace', item({ data: 'x' })) + command('Delete', item({})),
      ['Replace 400 or 404 or 412', 'Delete 400 or 404 or 412'],
    ),
    refusedCase(
      {
        id: 'C-33.10',
        title: 'Base64 that is none is refused',
        rule: 'DM_RepPro 1.2.1, Meta Format',
      },
      (at) => add(`${at}/b`, '%%%', { format: 'b64', type: 'application/octet-stream' }),
      ['Add 400 or 415'],
    ),
    {
      id: 'C-33.11',
      title: 'Meta may stand at the command instead of the Item; that of the Item goes first',
      rule: 'DM_RepPro 1.2.1, Meta',
      async run({ planted }, check) {
        const { dialogue, at } = await planted();
        const ofCommand = '<Meta><Format xmlns="syncml:metinf">int</Format></Meta>';
        await dialogue.say(
          command('Add', ofCommand, item({ target: `${at}/a`, data: '1' })) +
            command('Add', ofCommand, item({ target: `${at}/b`, data: 'x', meta: { format: 'chr' } })),
        );
        check.equal(await dialogue.read(`${at}/a?prop=Format`), 'int', 'Format by the command');
        check.equal(await dialogue.read(`${at}/b?prop=Format`), 'chr', 'Format by the Item');
      },
    },
    {
      id: 'C-33.12',
      title: 'A message of a protocol version that the client does not speak is not carried out',
      rule: 'DM_RepPro 1.2.1, VerProto; Response status codes',
      async run({ planted, meet }, check) {
        const { dialogue, at } = await planted();
        const reply = await dialogue.sayOnce(add(`${at}/a`, 'x'), { verProto: 'DM/9.0' });
        check.oneOf(reply?.headerStatus?.code, [513, undefined], 'Status for the SyncHdr');
        if (reply !== undefined) await dialogue.sayOnce('');
        check.equal(await (await meet()).read(at), '', 'the place in the next session');
      },
    },
    {
      id: 'C-33.13',
      title: 'A message of another session is not carried out',
      rule: 'DM_RepPro 1.2.1, SessionID',
      async run({ planted, meet }, check) {
        const { dialogue, at } = await planted();
        const reply = await dialogue.sayOnce(add(`${at}/a`, 'x'), { sessionID: 'other' });
        if (reply !== undefined) await dialogue.sayOnce('');
        check.equal(await (await meet()).read(at), '', 'the place in the next session');
      },
    },
    {
      id: 'C-33.14',
      title: 'A message that comes a second time is not carried out a second time',
      rule: 'DM_RepPro 1.2.1, MsgID',
      async run({ planted }, check) {
        const { dialogue, at } = await planted();
        const first = await dialogue.say(add(`${at}/a`, 'x'));
        check.equal(first.codes, ['Add 200'], 'statuses');
        const again = await dialogue.sayAgain();
        check.that(!(again?.codes.includes('Add 418') ?? false), 'the Add was tried again');
        if (again !== undefined) check.equal(await dialogue.read(at), 'a', 'the place afterwards');
      },
    },
    {
      id: 'C-33.15',
      title: 'The Status of each Item names it in TargetRef, so that the server can tell them apart',
      rule: 'DM_RepPro 1.2.1, Status and TargetRef',
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ a: 'one', c: 'three' });
        const { statuses } = await dialogue.say(get(`${at}/a`, `${at}/b`, `${at}/c`));
        if (statuses.length === 1) throw new NotApplicable('one Status stands for all Items of a command');
        check.equal(
          statuses.map(({ targetRef, code }) => [targetRef.join(), code]),
          [
            [`${at}/a`, 200],
            [`${at}/b`, 404],
            [`${at}/c`, 200],
          ],
          'TargetRef and codes',
        );
      },
    },
  ],
};

export const RESPONSE_URIS: ClientGroup = {
  id: 'C-38',
  title: 'RespURI',
  cases: [
    {
      id: 'C-38.1',
      title: 'The next message goes to the RespURI of the server',
      rule: RESPONSE_URI,
      async run({ meet }, check) {
        const dialogue = await meet();
        const respURI = `${dialogue.account.address}?session=1`;
        const { sent } = await dialogue.say(get('./DevInfo/Man'), { respURI });
        check.equal(sent.uri, respURI, 'where the message went');
      },
    },
    {
      id: 'C-38.2',
      title: 'Each message may have another one',
      rule: RESPONSE_URI,
      async run({ meet }, check) {
        const dialogue = await meet();
        for (const name of ['one', 'two', 'three']) {
          const respURI = `${dialogue.account.address}/${name}?a=1&b=2`;
          const { sent } = await dialogue.say(get('./DevInfo/Man'), { respURI });
          check.equal(sent.uri, respURI, 'where the message went');
        }
      },
    },
    {
      id: 'C-38.3',
      title: 'The next session goes to the address of the account again',
      rule: RESPONSE_URI,
      async run({ meet }, check) {
        const dialogue = await meet();
        const { address } = dialogue.account;
        await dialogue.say(get('./DevInfo/Man'), { respURI: `${address}?session=1` });
        await dialogue.end();
        check.equal((await meet()).last.sent.uri, address, 'where the first message went');
      },
    },
  ],
};
