import type { Alert } from '@grove/protocol';
import { NotApplicable } from '../../framework/index.ts';
import { checkCodes, commandCase } from '../command-case.ts';
import type { Dialogue } from '../dialogue.ts';
import type { Reply } from '../reply.ts';
import type { ClientGroup } from '../stand.ts';
import { add, alert, copy, exec } from '../xml.ts';

const EXEC = 'DM_RepPro 1.2.1, Exec';
const COPY = 'DM_RepPro 1.2.1, Copy';

export const EXEC_GROUP: ClientGroup = {
  id: 'C-09',
  title: 'Exec',
  cases: [
    commandCase({
      id: 'C-09.1',
      title: 'Exec of a node that is not there is answered with 404',
      rule: EXEC,
      send: (at) => exec(`${at}/none`),
      codes: ['Exec 404'],
    }),
    commandCase({
      id: 'C-09.2',
      title: 'Exec of a node that does nothing is answered with 405 or 406',
      rule: EXEC,
      given: { a: 'one' },
      send: (at) => exec(`${at}/a`),
      codes: ['Exec 405 or 406'],
    }),
    commandCase({
      id: 'C-09.3',
      title: 'Exec that is done at once is answered with 200',
      rule: EXEC,
      send: (_, { need }) => exec(need('executable')),
      codes: ['Exec 200'],
    }),
    commandCase({
      id: 'C-09.4',
      title: 'Exec takes an argument in Data, and a Correlator',
      rule: EXEC,
      send: (_, { need }) => exec(need('executable'), { data: 'argument', correlator: 'c1' }),
      codes: ['Exec 200'],
    }),
    commandCase({
      id: 'C-09.5',
      title: 'Exec of a node whose AccessType lacks Exec is answered with 405',
      rule: 'DM_TND 1.2.1, Access types',
      send: (_, { need }) => exec(need('permanent')),
      codes: ['Exec 405 or 425'],
    }),
    {
      id: 'C-09.6',
      title: 'Exec that goes on is answered with 202 and told of by Alert 1226 with its Correlator',
      rule: 'DM_RepPro 1.2.1, Exec; DM_Protocol 1.2.1, 8.7 Generic alert',
      async run({ meet, begin, need }, check) {
        const deferred = need('deferred');
        const dialogue = await meet();
        const reply = await dialogue.say(exec(deferred, { correlator: 'c-17' }));
        checkCodes(check, reply.codes, ['Exec 202']);
        let told: Alert | undefined;
        for (let message: Reply | undefined = reply; message !== undefined && told === undefined; ) {
          told = message.alerts.find(({ code }) => code === 1226);
          if (told === undefined) message = await dialogue.sayOnce('');
        }
        told ??= (await begin()).last.alerts.find(({ code }) => code === 1226);
        check.equal(told?.correlator, 'c-17', 'Correlator of Alert 1226');
        const meta = told?.items[0]?.meta;
        check.that((meta?.type ?? '') !== '', 'the Item of Alert 1226 has no Meta Type');
        check.that((meta?.format ?? '') !== '', 'the Item of Alert 1226 has no Meta Format');
        check.that(told?.items[0]?.data !== undefined, 'the Item of Alert 1226 has no Data');
      },
    },
  ],
};

export const COPY_GROUP: ClientGroup = {
  id: 'C-10',
  title: 'Copy',
  cases: [
    {
      id: 'C-10.1',
      title: 'Copy gives a leaf the value of another',
      rule: COPY,
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ a: 'one', b: 'two' });
        check.equal(await copied(dialogue, `${at}/a`, `${at}/b`), 'Copy 200', 'Status');
        check.equal(
          [await dialogue.read(`${at}/a`), await dialogue.read(`${at}/b`)],
          ['one', 'one'],
          'values',
        );
      },
    },
    {
      id: 'C-10.2',
      title: 'Copy to a node that is not there makes it, with Format and Type',
      rule: COPY,
      async run({ planted }, check) {
        const { dialogue, at } = await planted();
        await dialogue.say(add(`${at}/a`, '7', { format: 'int', type: 'text/plain' }));
        check.equal(await copied(dialogue, `${at}/a`, `${at}/b`), 'Copy 200', 'Status');
        check.equal(await dialogue.read(`${at}/b`), '7', 'value');
        check.equal(await dialogue.read(`${at}/b?prop=Format`), 'int', 'Format');
      },
    },
    {
      id: 'C-10.3',
      title: 'Copy of an interior node is refused',
      rule: COPY,
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ a: { x: '1' } });
        checkCodes(check, [await copied(dialogue, `${at}/a`, `${at}/b`)], ['Copy 403']);
        check.equal(await dialogue.read(at), 'a', 'the place afterwards');
      },
    },
    {
      id: 'C-10.4',
      title: 'Copy of a node that is not there is refused and leaves the target as it was',
      rule: COPY,
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ b: 'two' });
        checkCodes(check, [await copied(dialogue, `${at}/none`, `${at}/b`)], ['Copy 404 or 403']);
        check.equal(await dialogue.read(`${at}/b`), 'two', 'the target afterwards');
      },
    },
    {
      id: 'C-10.5',
      title: 'Copy over an interior node is refused, and its children stay',
      rule: COPY,
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ a: 'one', b: { c: 'x' } });
        checkCodes(check, [await copied(dialogue, `${at}/a`, `${at}/b`)], ['Copy 403']);
        check.equal(await dialogue.read(`${at}/b`), 'c', 'the target afterwards');
      },
    },
  ],
};

/** What a Copy is answered with; a client need not have the command. */
async function copied(dialogue: Dialogue, from: string, to: string): Promise<string> {
  const [code = ''] = await dialogue.codes(copy(from, to));
  if (code === 'Copy 406') throw new NotApplicable('the client does not have Copy, which is optional (406)');
  return code;
}

export const NEXT_MESSAGE: ClientGroup = {
  id: 'C-36',
  title: 'Packages of several messages',
  cases: [
    {
      id: 'C-36.1',
      title: 'A message of the server without Final is answered, and the client asks for more by Alert 1222',
      rule: 'DM_Protocol 1.2.1, 6 Multiple messages in package',
      async run({ planted }, check) {
        const { dialogue, at } = await planted();
        const reply = await dialogue.sayOnce(add(`${at}/a`, 'one'), { final: false });
        check.equal(reply?.codes, ['Add 200'], 'statuses');
        check.equal(reply?.alertCodes, [1222], 'alerts');
      },
    },
    {
      id: 'C-36.2',
      title: "The client's package does not end before the server's has",
      rule: 'DM_Protocol 1.2.1, 6 Multiple messages in package',
      async run({ planted }, check) {
        const { dialogue, at } = await planted();
        const first = await dialogue.sayOnce(add(`${at}/a`, 'one'), { final: false });
        check.equal(first?.final, false, 'Final in the answer to a message without Final');
        const second = await dialogue.sayOnce(add(`${at}/b`, 'two'));
        check.equal(second?.final, true, 'Final in the answer to the last message');
        check.equal(await dialogue.read(at), 'a/b', 'what both messages asked for');
      },
    },
    {
      id: 'C-36.3',
      title: 'Alert 1222 of the server is answered with 200',
      rule: 'DM_Protocol 1.2.1, 6 Multiple messages in package',
      async run({ meet }, check) {
        const dialogue = await meet();
        const reply = await dialogue.say(alert(1222));
        check.equal(reply.codes, ['Alert 200'], 'statuses');
      },
    },
  ],
};
