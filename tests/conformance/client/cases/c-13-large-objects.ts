import { NotApplicable } from '../../framework/index.ts';
import { checkCodes } from '../command-case.ts';
import type { Dialogue } from '../dialogue.ts';
import type { ClientGroup, ClientStand } from '../stand.ts';
import { add, alert, command, get, item, type MetaParts } from '../xml.ts';

const RULE = 'DM_Protocol 1.2.1, 7 Large object handling';
const PARTS = ['the first part, ', 'the second part, ', 'the third part'];
const WHOLE = PARTS.join('');

/** One part of a value: all but the last carry MoreData, the first says how large the whole is. */
function part(name: 'Add' | 'Replace', target: string, index: number, meta: MetaParts = {}): string {
  return command(
    name,
    item({
      target,
      data: PARTS[index] ?? '',
      meta: { format: 'chr', type: 'text/plain', ...(index === 0 ? { size: WHOLE.length } : {}), ...meta },
      moreData: index < PARTS.length - 1,
    }),
  );
}

/** The place of the case on a client that takes large objects. */
async function large({ planted }: ClientStand): Promise<{ dialogue: Dialogue; at: string }> {
  const found = await planted({ old: 'old value' });
  const lrgObj = await found.dialogue.read('./DevDetail/LrgObj');
  if (lrgObj !== 'true') throw new NotApplicable(`./DevDetail/LrgObj is ${lrgObj}`);
  return found;
}

async function sendParts(
  dialogue: Dialogue,
  name: 'Add' | 'Replace',
  target: string,
  indices: readonly number[],
  meta?: MetaParts,
): Promise<string[]> {
  const codes: string[] = [];
  for (const index of indices) {
    const final = index === PARTS.length - 1;
    const reply = await dialogue.sayOnce(part(name, target, index, meta), { final });
    codes.push(...(reply?.codes ?? ['nothing']));
  }
  return codes;
}

export const LARGE_OBJECTS: ClientGroup = {
  id: 'C-13',
  title: 'Large objects to the client',
  cases: [
    {
      id: 'C-13.1',
      title: 'An Add in three parts is answered with 213, 213 and 200, and the value is the whole',
      rule: RULE,
      async run(stand, check) {
        const { dialogue, at } = await large(stand);
        const codes = await sendParts(dialogue, 'Add', `${at}/a`, [0, 1, 2]);
        check.equal(codes, ['Add 213', 'Add 213', 'Add 200'], 'statuses');
        check.equal(await dialogue.read(`${at}/a`), WHOLE, 'value');
      },
    },
    {
      id: 'C-13.2',
      title: 'So is a Replace in three parts',
      rule: RULE,
      async run(stand, check) {
        const { dialogue, at } = await large(stand);
        const codes = await sendParts(dialogue, 'Replace', `${at}/old`, [0, 1, 2]);
        check.equal(codes, ['Replace 213', 'Replace 213', 'Replace 200'], 'statuses');
        check.equal(await dialogue.read(`${at}/old`), WHOLE, 'value');
      },
    },
    {
      id: 'C-13.3',
      title: 'A part that is not the last is answered with 213 and, with nothing else to say, Alert 1222',
      rule: RULE,
      async run(stand, check) {
        const { dialogue, at } = await large(stand);
        const reply = await dialogue.sayOnce(part('Add', `${at}/a`, 0), { final: false });
        check.equal(reply?.codes, ['Add 213'], 'statuses');
        check.equal(reply?.alertCodes, [1222], 'alerts');
      },
    },
    {
      id: 'C-13.4',
      title: 'When the parts do not add up to the Size: 424, and nothing is changed',
      rule: RULE,
      async run(stand, check) {
        const { dialogue, at } = await large(stand);
        const codes = [
          ...(await sendParts(dialogue, 'Replace', `${at}/old`, [0], { size: WHOLE.length + 1 })),
          ...(await sendParts(dialogue, 'Replace', `${at}/old`, [1, 2])),
        ];
        check.equal(codes, ['Replace 213', 'Replace 213', 'Replace 424'], 'statuses');
        check.equal(await dialogue.read(`${at}/old`), 'old value', 'value');
      },
    },
    {
      id: 'C-13.5',
      title: 'The whole may be sent again after a 424',
      rule: RULE,
      async run(stand, check) {
        const { dialogue, at } = await large(stand);
        await sendParts(dialogue, 'Add', `${at}/a`, [0], { size: 1000 });
        await sendParts(dialogue, 'Add', `${at}/a`, [1, 2]);
        const codes = await sendParts(dialogue, 'Add', `${at}/a`, [0, 1, 2]);
        check.equal(codes, ['Add 213', 'Add 213', 'Add 200'], 'statuses');
        check.equal(await dialogue.read(`${at}/a`), WHOLE, 'value');
      },
    },
    {
      id: 'C-13.6',
      title: 'Another command before the last part is told of by Alert 1225, and the parts are forgotten',
      rule: RULE,
      async run(stand, check) {
        const { dialogue, at } = await large(stand);
        await sendParts(dialogue, 'Add', `${at}/a`, [0]);
        const reply = await dialogue.say(add(`${at}/b`, 'x'));
        check.that(reply.alertCodes.includes(1225), `alerts are ${reply.alertCodes.join(', ')}: no 1225`);
        check.equal(await dialogue.read(`${at}/a`), 'status 404', 'the value in parts');
        await sendParts(dialogue, 'Add', `${at}/a`, [1, 2]);
        const value = await dialogue.read(`${at}/a`);
        check.that(value !== WHOLE, 'the first part is still there when the others come');
      },
    },
    {
      id: 'C-13.7',
      title: 'Alert 1225 names the command that was broken off by its Target',
      rule: RULE,
      async run(stand, check) {
        const { dialogue, at } = await large(stand);
        await sendParts(dialogue, 'Add', `${at}/a`, [0]);
        const reply = await dialogue.say(add(`${at}/b`, 'x'));
        const told = reply.alerts.find(({ code }) => code === 1225);
        const named = told?.items.flatMap(({ target, source }) => [target?.locURI, source?.locURI]);
        check.that(named?.includes(`${at}/a`) ?? false, `Alert 1225 does not name ${at}/a`);
      },
    },
    {
      id: 'C-13.8',
      title: 'A new object before the last part is told of by Alert 1225',
      rule: RULE,
      async run(stand, check) {
        const { dialogue, at } = await large(stand);
        await sendParts(dialogue, 'Add', `${at}/a`, [0]);
        const reply = await dialogue.sayOnce(part('Add', `${at}/b`, 0), { final: false });
        check.that(reply?.alertCodes.includes(1225) ?? false, 'Alert 1225 is missing');
      },
    },
    {
      id: 'C-13.9',
      title: 'Nothing is there before the last part has come',
      rule: `${RULE}: parts are implicitly atomic`,
      async run(stand, check) {
        const { dialogue, at } = await large(stand);
        await sendParts(dialogue, 'Replace', `${at}/old`, [0, 1]);
        check.equal(await dialogue.read(`${at}/old`), 'old value', 'value');
      },
    },
    {
      id: 'C-13.10',
      title: 'An object larger than the MaxObjSize of the client is answered with 413',
      rule: 'DM_Protocol 1.2.1, 7 Large object handling; DM_RepPro 1.2.1, MaxObjSize',
      async run(stand, check) {
        const { dialogue, at } = await large(stand);
        const { maxObjSize } = dialogue.last.header.meta ?? {};
        if (maxObjSize === undefined) throw new NotApplicable('the client announces no MaxObjSize');
        const codes = await sendParts(dialogue, 'Add', `${at}/a`, [0], { size: maxObjSize + 1 });
        check.equal(codes, ['Add 413'], 'statuses');
      },
    },
    {
      id: 'C-13.11',
      title: 'Bytes arrive as they were sent, in parts of base64',
      rule: 'DM_Protocol 1.2.1, 7 Large object handling; DM_TND 1.2.1, Format',
      async run(stand, check) {
        const { dialogue, at } = await large(stand);
        const bytes = Uint8Array.from({ length: 300 }, (_, index) => index % 256);
        const parts = [bytes.subarray(0, 150), bytes.subarray(150)].map((each) => each.toBase64());
        const size = parts.join('').length;
        for (const [index, data] of parts.entries()) {
          const meta = { format: 'b64', type: 'application/octet-stream', ...(index === 0 ? { size } : {}) };
          const moreData = index === 0;
          const body = command('Add', item({ target: `${at}/a`, data, meta, moreData }));
          const reply = await dialogue.sayOnce(body, { final: !moreData });
          checkCodes(check, reply?.codes ?? [], [moreData ? 'Add 213' : 'Add 200']);
        }
        check.equal(await dialogue.read(`${at}/a`), bytes.toBase64(), 'value');
      },
    },
    {
      id: 'C-13.12',
      title: 'Parts may follow in one message with other commands before the first and after the last',
      rule: RULE,
      async run(stand, check) {
        const { dialogue, at } = await large(stand);
        const first = await dialogue.sayOnce(add(`${at}/before`, 'x') + part('Add', `${at}/a`, 0), {
          final: false,
        });
        check.equal(first?.codes, ['Add 200', 'Add 213'], 'statuses of the first message');
        await dialogue.sayOnce(part('Add', `${at}/a`, 1), { final: false });
        const last = await dialogue.say(part('Add', `${at}/a`, 2) + add(`${at}/after`, 'x'));
        check.equal(last.codes, ['Add 200', 'Add 200'], 'statuses of the last message');
        check.equal(await dialogue.read(`${at}/a`), WHOLE, 'value');
      },
    },
    {
      id: 'C-13.13',
      title: 'A session that ends before the last part leaves nothing of the object',
      rule: `${RULE}: parts are implicitly atomic`,
      async run(stand, check) {
        const { dialogue, at } = await large(stand);
        await sendParts(dialogue, 'Add', `${at}/a`, [0, 1]);
        await dialogue.sayOnce(alert(1223));
        const next = await stand.meet();
        check.equal(await next.read(`${at}/a`), 'status 404', 'value in the next session');
      },
    },
  ],
};

const LONG = 'abcdefghijklmnopqrstuvwxyz0123456789'.repeat(200);
const SMALL_MESSAGE = 2500;

export const LARGE_RESULTS: ClientGroup = {
  id: 'C-14',
  title: 'Large objects from the client',
  cases: [
    {
      id: 'C-14.1',
      title: 'A value that no message of the server can hold comes in parts, each but the last with MoreData',
      rule: RULE,
      async run(stand, check) {
        const { dialogue, at } = await large(stand);
        await dialogue.say(add(`${at}/long`, LONG));
        const reply = await dialogue.say(get(`${at}/long`), { maxMsgSize: SMALL_MESSAGE });
        check.equal(reply.codes, ['Get 200'], 'statuses');
        check.equal(reply.value(`${at}/long`), LONG, 'the value, its parts put together');
        const flags = reply.items.map(({ moreData = false }) => moreData);
        check.equal(flags, [...flags.slice(1).map(() => true), false], 'MoreData of the parts');
      },
    },
    {
      id: 'C-14.2',
      title: 'The first part alone says the Size of the whole',
      rule: RULE,
      async run(stand, check) {
        const { dialogue, at } = await large(stand);
        await dialogue.say(add(`${at}/long`, LONG));
        const reply = await dialogue.say(get(`${at}/long`), { maxMsgSize: SMALL_MESSAGE });
        const sizes = reply.items.map(({ meta }) => meta?.size);
        check.equal(sizes, [LONG.length, ...sizes.slice(1).map(() => undefined)], 'Meta Size of the parts');
      },
    },
    {
      id: 'C-14.3',
      title: 'The package does not end before the last part',
      rule: RULE,
      async run(stand, check) {
        const { dialogue, at } = await large(stand);
        await dialogue.say(add(`${at}/long`, LONG));
        const first = await dialogue.sayOnce(get(`${at}/long`), { maxMsgSize: SMALL_MESSAGE });
        check.equal(first?.final, false, 'Final in the first message');
        check.equal(first?.items.at(-1)?.moreData, true, 'MoreData of the first part');
      },
    },
    {
      id: 'C-14.4',
      title: 'A value larger than the MaxObjSize of the server is not sent: 413',
      rule: 'DM_RepPro 1.2.1, MaxObjSize and Get',
      async run(stand, check) {
        const { dialogue, at } = await large(stand);
        await dialogue.say(add(`${at}/long`, LONG));
        const reply = await dialogue.say(get(`${at}/long`), { maxObjSize: LONG.length - 1 });
        check.equal(reply.codes, ['Get 413'], 'statuses');
        check.equal(reply.results, [], 'Results');
      },
    },
    {
      id: 'C-14.5',
      title: 'A value that fits comes without MoreData',
      rule: RULE,
      async run(stand, check) {
        const { dialogue, at } = await large(stand);
        const reply = await dialogue.say(get(`${at}/old`), { maxMsgSize: SMALL_MESSAGE });
        check.equal(
          reply.items.map(({ moreData = false }) => moreData),
          [false],
          'MoreData',
        );
      },
    },
  ],
};
