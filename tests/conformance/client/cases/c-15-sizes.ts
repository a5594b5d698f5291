import type { ClientGroup } from '../stand.ts';
import { add, get } from '../xml.ts';

const MANY = 40;
const names = Array.from({ length: MANY }, (_, n) => `n${n + 10}`);
const nodes = Object.fromEntries(names.map((name) => [name, `value of ${name}`]));

export const SIZES: ClientGroup = {
  id: 'C-15',
  title: 'MaxMsgSize and MaxObjSize',
  cases: [
    {
      id: 'C-15.1',
      title: 'An answer larger than the MaxMsgSize of the server comes in several messages, each within it',
      rule: 'DM_Protocol 1.2.1, 6 Multiple messages in package; DM_RepPro 1.2.1, MaxMsgSize',
      async run({ planted }, check) {
        const { dialogue, at } = await planted(nodes);
        const uris = names.map((name) => `${at}/${name}`);
        const reply = await dialogue.say(uris.map((uri) => get(uri)).join(''), { maxMsgSize: 2500 });
        check.that(reply.messages > 1, 'all came in one message');
        check.equal(
          reply.codes,
          names.map(() => 'Get 200'),
          'statuses',
        );
        check.equal(
          uris.map((uri) => reply.value(uri)),
          Object.values(nodes),
          'values',
        );
      },
    },
    {
      id: 'C-15.2',
      title: 'Only the last of these messages carries Final',
      rule: 'DM_Protocol 1.2.1, 6 Multiple messages in package',
      async run({ planted }, check) {
        const { dialogue, at } = await planted(nodes);
        const gets = names.map((name) => get(`${at}/${name}`)).join('');
        const first = await dialogue.sayOnce(gets, { maxMsgSize: 2500 });
        check.equal(first?.final, false, 'Final in the first message');
      },
    },
    {
      id: 'C-15.3',
      title: 'A MaxMsgSize that the server changes within the session holds from then on',
      rule: 'DM_RepPro 1.2.1, MaxMsgSize',
      async run({ planted }, check) {
        const { dialogue, at } = await planted(nodes);
        const gets = names.map((name) => get(`${at}/${name}`)).join('');
        const wide = await dialogue.say(gets, { maxMsgSize: 60_000 });
        check.equal(wide.messages, 1, 'messages with 60 000 bytes');
        const narrow = await dialogue.say(gets, { maxMsgSize: 3000 });
        check.that(narrow.messages > 1, 'with 3 000 bytes all came in one message');
        const again = await dialogue.say(gets, { maxMsgSize: 60_000 });
        check.equal(again.messages, 1, 'messages with 60 000 bytes again');
      },
    },
    {
      id: 'C-15.4',
      title: 'MaxObjSize holds for the rest of the session, until the server says another',
      rule: 'DM_RepPro 1.2.1, MaxObjSize',
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ a: 'x'.repeat(100) });
        const uri = `${at}/a`;
        const codes = async (maxObjSize?: number) =>
          (await dialogue.say(get(uri), maxObjSize === undefined ? {} : { maxObjSize })).codes;
        check.equal(await codes(50), ['Get 413'], 'with a MaxObjSize of 50');
        check.equal(await codes(), ['Get 413'], 'in the message after that');
        check.equal(await codes(200), ['Get 200'], 'with a MaxObjSize of 200');
      },
    },
    {
      id: 'C-15.5',
      title: 'The client announces its own MaxObjSize, as large objects ask for',
      rule: 'DM_RepPro 1.2.1, MaxObjSize',
      async run({ begin }, check) {
        const { maxObjSize } = (await begin()).last.header.meta ?? {};
        check.that((maxObjSize ?? 0) > 0, 'no MaxObjSize in the first message');
      },
    },
    {
      id: 'C-15.6',
      title: 'A message as large as the MaxMsgSize of the client is taken',
      rule: 'DM_RepPro 1.2.1, MaxMsgSize',
      async run({ planted }, check) {
        const { dialogue, at } = await planted();
        const { maxMsgSize = 10_000 } = dialogue.last.header.meta ?? {};
        const room = Math.min(maxMsgSize, 1_000_000) - 1500;
        check.equal(await dialogue.codes(add(`${at}/a`, 'x'.repeat(room))), ['Add 200'], 'statuses');
        check.equal((await dialogue.read(`${at}/a`)).length, room, 'characters of the value');
      },
    },
  ],
};
