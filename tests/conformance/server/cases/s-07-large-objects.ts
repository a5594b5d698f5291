import { decodeBase64, type Item } from '@grove/protocol';
import {
  answers,
  type HandDevice,
  macHeader,
  metinf,
  packageOne,
  type Said,
} from '../../../rig/device.testing.ts';
import type { Answer } from '../../../rig/rig.testing.ts';
import type { Check } from '../../framework/index.ts';
import type { ServerCase, ServerGroup, ServerStand } from '../stand.ts';

const RULE = 'DM_Protocol 1.2.1, 7 Large object handling';
const MAX_MSG_SIZE = 3000;
const LONG = 'abcdefghijklmnopqrstuvwxyz0123456789'.repeat(300);
const BYTES = Uint8Array.from({ length: 5000 }, (_, index) => (index * 7) % 256);
const NONCE = Buffer.from('nonce of the account').toString('base64');
const CREDENTIALS = { auth: 'hmac', user: 'grove', password: 'its secret', nonce: NONCE };
const REPLACE = { kind: 'replace', uri: './A', value: LONG };

/** What a client with small messages says of its sizes. */
function sizes(maxObjSize?: number): { more: string } {
  const object = maxObjSize === undefined ? '' : metinf('MaxObjSize', maxObjSize);
  return { more: `<Meta>${metinf('MaxMsgSize', MAX_MSG_SIZE)}${object}</Meta>` };
}

const alert = (code: number): string => `<Alert><CmdID>90</CmdID><Data>${code}</Data></Alert>`;

/** The Item of the only command of a message; undefined where there is none. */
function itemOf({ commands }: Said): Item | undefined {
  const [command, ...others] = commands;
  return command !== undefined && 'items' in command && others.length === 0 ? command.items[0] : undefined;
}

/** Says the same of all commands. */
const conclude = (phone: HandDevice, said: Said, code = 200): Promise<Said> =>
  phone.say(`${answers(said, {}, code)}<Final/>`);

/** A value that came in parts: its messages, and the last of them, which nobody has answered yet. */
interface Taken {
  readonly messages: readonly Said[];
  readonly parts: readonly Item[];
  readonly last: Said;
}

/** Takes a value, part by part. */
async function take(phone: HandDevice, first: Said): Promise<Taken> {
  const messages = [first];
  let last = first;
  while (itemOf(last)?.moreData === true) {
    last = await phone.say(`${answers(last, {}, 213)}${alert(1222)}<Final/>`);
    messages.push(last);
  }
  return { messages, parts: messages.flatMap((said) => itemOf(said) ?? []), last };
}

/** What parts of text are together. */
const text = (parts: readonly Item[]): string => parts.map(({ data }) => data).join('');

interface Begun {
  readonly phone: HandDevice;
  readonly task: number;
  readonly first: Said;
}

/** A client whose messages are small, with work to do. */
async function begin({ device, rig }: ServerStand, steps: object[], maxObjSize?: number): Promise<Begun> {
  const phone = await device();
  const task = await rig.task(phone.devId, steps);
  return { phone, task, first: await phone.say(packageOne(phone.devId), sizes(maxObjSize)) };
}

/** A value that begins to come and is then answered in some way. */
function begunCase(
  id: string,
  title: string,
  rule: string,
  run: (begun: Begun, stand: ServerStand, check: Check) => Promise<void>,
): ServerCase {
  return {
    id,
    title,
    rule,
    async run(stand, check) {
      const begun = await begin(stand, [REPLACE]);
      check.equal(itemOf(begun.first)?.moreData, true, 'MoreData of the first part');
      await run(begun, stand, check);
    },
  };
}

function checkMac(check: Check, { bytes, headers }: Answer, nonce: string): void {
  check.equal(
    headers['x-syncml-hmac'],
    macHeader(CREDENTIALS.user, CREDENTIALS.password, nonce, bytes),
    'x-syncml-hmac',
  );
}

const MESSAGES = 'DM_Protocol 1.2.1, 6 Multiple messages in package';

export const TO_CLIENTS: ServerGroup = {
  id: 'S-07',
  title: 'Large objects to the client',
  cases: [
    begunCase(
      'S-07.1',
      'A value that no message of the client can hold comes in parts, each but the last with MoreData',
      RULE,
      async ({ phone, first }, _, check) => {
        const { parts } = await take(phone, first);
        const flags = parts.map(({ moreData = false }) => moreData);
        check.equal(flags, [...flags.slice(1).map(() => true), false], 'MoreData of the parts');
        check.equal(text(parts), LONG, 'the value, its parts put together');
      },
    ),
    begunCase(
      'S-07.2',
      'The first part alone says the Size of the whole',
      RULE,
      async ({ phone, first }, _, check) => {
        const said = (await take(phone, first)).parts.map(({ meta }) => meta?.size);
        check.equal(said, [LONG.length, ...said.slice(1).map(() => undefined)], 'Meta Size of the parts');
      },
    ),
    {
      id: 'S-07.3',
      title: 'Each part repeats the Target, and Format and Type of its Meta',
      rule: RULE,
      async run(stand, check) {
        const { phone, first } = await begin(stand, [{ ...REPLACE, format: 'xml', type: 'text/x-log' }]);
        const { parts } = await take(phone, first);
        const said = parts.map(({ target, meta }) => [target?.locURI, meta?.format, meta?.type].join(' '));
        check.equal([...new Set(said)], ['./A xml text/x-log'], 'Target, Format and Type of the parts');
        check.that(said.length > 1, 'there is one part only');
      },
    },
    begunCase(
      'S-07.4',
      'The package does not end before the last part',
      `${RULE}; ${MESSAGES}`,
      async ({ phone, first }, _, check) => {
        const finals = (await take(phone, first)).messages.map(({ message }) => message.body.final === true);
        check.equal(finals, [...finals.slice(1).map(() => false), true], 'Final of the messages');
      },
    ),
    begunCase(
      'S-07.5',
      'The command has succeeded when the last part is answered with 200, and not before',
      RULE,
      async ({ phone, task, first }, { rig }, check) => {
        const { last } = await take(phone, first);
        check.equal((await rig.showTask(task)).state, 'running', 'state of the task before');
        const end = await conclude(phone, last);
        check.equal(end.asks, [], 'commands after the last part');
        check.equal((await rig.showTask(task)).state, 'succeeded', 'state of the task');
      },
    ),
    begunCase(
      'S-07.6',
      'Alert 1222 without a Status asks for the next part, too',
      MESSAGES,
      async ({ phone, first }, _, check) => {
        const second = await phone.say(`${alert(1222)}<Final/>`);
        const [one = '', two] = [first, second].map((said) => itemOf(said)?.data);
        check.equal(two, LONG.slice(String(one).length).slice(0, String(two).length), 'the second part');
      },
    ),
    {
      id: 'S-07.7',
      title: 'No other command comes with a part, nor before the last one',
      rule: `${RULE}: parts are contiguous`,
      async run(stand, check) {
        const { phone, first } = await begin(stand, [REPLACE, { kind: 'get', uri: './B' }]);
        const { messages, last } = await take(phone, first);
        const asks = messages.flatMap((said) => said.asks);
        check.equal(asks, Array(messages.length).fill('Replace ./A'), 'commands of the messages');
        check.equal((await conclude(phone, last)).asks, ['Get ./B'], 'commands after the last part');
      },
    },
    begunCase(
      'S-07.8',
      'No message with a part is larger than the MaxMsgSize of the client',
      'DM_RepPro 1.2.1, MaxMsgSize',
      async ({ phone, first }, _, check) => {
        for (const { answer } of (await take(phone, first)).messages) {
          check.that(answer.bytes.length <= MAX_MSG_SIZE, `a message has ${answer.bytes.length} bytes`);
        }
      },
    ),
    {
      id: 'S-07.9',
      title: 'A value that fits into a message has neither MoreData nor Size',
      rule: `${RULE}: no MoreData where it is not needed`,
      async run(stand, check) {
        const { first } = await begin(stand, [{ ...REPLACE, value: LONG.slice(0, 1000) }]);
        const { moreData = false, meta } = check.found(itemOf(first), 'the Item');
        check.equal({ moreData, size: meta?.size }, { moreData: false, size: undefined }, 'what it says');
      },
    },
    begunCase(
      'S-07.10',
      'After 424 the whole is sent again, from its first part',
      `${RULE}: the Size does not match`,
      async ({ phone, task, first }, { rig }, check) => {
        const { last } = await take(phone, first);
        const { parts, last: lastAgain } = await take(phone, await conclude(phone, last, 424));
        check.equal(parts[0]?.meta?.size, LONG.length, 'Size of the first part');
        check.equal(text(parts), LONG, 'the value, its parts put together');
        await conclude(phone, lastAgain);
        check.equal((await rig.showTask(task)).state, 'succeeded', 'state of the task');
      },
    ),
    begunCase(
      'S-07.11',
      'A client that answers every try with 424 ends them: the command has failed',
      `${RULE}: the Size does not match`,
      async ({ phone, task, first }, { rig }, check) => {
        let said = first;
        let tries = 0;
        for (; itemOf(said) !== undefined && tries < 10; tries += 1) {
          said = await conclude(phone, (await take(phone, said)).last, 424);
        }
        check.that(tries < 10, `the value was sent ${tries} times`);
        const { state, results } = await rig.showTask(task);
        check.equal([state, results?.[0]?.status], ['failed', 424], 'state of the task and status');
      },
    ),
    begunCase(
      'S-07.12',
      'After Alert 1225 the whole is sent again, from its first part',
      'DM_Protocol 1.2.1, 7 Large object handling: no end of data',
      async ({ phone }, _, check) => {
        const again = await phone.say(`${alert(1225)}<Final/>`);
        const { parts } = await take(phone, again);
        check.equal(parts[0]?.meta?.size, LONG.length, 'Size of the first part');
        check.equal(text(parts), LONG, 'the value, its parts put together');
      },
    ),
    begunCase(
      'S-07.13',
      'A part that is refused is the last one that is sent, and the command has failed',
      RULE,
      async ({ phone, task, first }, { rig }, check) => {
        const end = await conclude(phone, first, 420);
        check.equal(end.asks, [], 'commands after the refusal');
        const { state, results } = await rig.showTask(task);
        check.equal([state, results?.[0]?.status], ['failed', 420], 'state of the task and status');
      },
    ),
    begunCase(
      'S-07.14',
      'A client that takes a part for the whole (200, not 213) does not have the value',
      RULE,
      async ({ phone, task, first }, { rig }, check) => {
        const end = await conclude(phone, first, 200);
        check.equal(end.asks, [], 'commands afterwards');
        check.equal((await rig.showTask(task)).state, 'failed', 'state of the task');
      },
    ),
    {
      id: 'S-07.15',
      title: 'A value larger than the MaxObjSize of the client is not sent',
      rule: 'DM_RepPro 1.2.1, MaxObjSize',
      async run(stand, check) {
        const { task, first } = await begin(stand, [REPLACE], LONG.length - 1);
        check.equal(first.asks, [], 'commands');
        const { state, reason } = await stand.rig.showTask(task);
        check.equal(state, 'failed', 'state of the task');
        check.matches(reason ?? '', /MaxObjSize/, 'reason');
      },
    },
    {
      id: 'S-07.16',
      title: 'A MaxObjSize holds for the session until the client says another',
      rule: 'DM_RepPro 1.2.1, MaxObjSize',
      async run(stand, check) {
        const get = { kind: 'get', uri: './B' };
        const held = await begin(stand, [get, REPLACE], LONG.length - 1);
        check.equal((await conclude(held.phone, held.first)).asks, [], 'commands after the first message');
        const changed = await begin(stand, [get, REPLACE], LONG.length - 1);
        const body = `${answers(changed.first)}<Final/>`;
        const next = await changed.phone.say(body, sizes(LONG.length));
        check.equal(next.asks, ['Replace ./A'], 'commands after another MaxObjSize');
      },
    },
    {
      id: 'S-07.17',
      title: 'What does not fit into a message is not sent within an Atomic: no container holds a part',
      rule: `${RULE}: parts have a message to themselves`,
      async run(stand, check) {
        const { task, first } = await begin(stand, [{ kind: 'atomic', steps: [REPLACE] }]);
        check.equal(first.asks, [], 'commands');
        check.equal((await stand.rig.showTask(task)).state, 'failed', 'state of the task');
      },
    },
    {
      id: 'S-07.18',
      title: 'Bytes arrive as they are; in XML each part is base64 by itself',
      rule: 'DM_Protocol 1.2.1, 7 Large object handling; DM_TND 1.2.1, Format',
      async run(stand, check) {
        const content = await stand.rig.upload(BYTES);
        const { phone, first } = await begin(stand, [{ kind: 'replace', uri: './A', content }]);
        const { parts } = await take(phone, first);
        const format = stand.encoding === 'xml' ? 'b64' : 'bin';
        check.equal([...new Set(parts.map(({ meta }) => meta?.format))], [format], 'Format of the parts');
        const bytes = parts.flatMap(({ data = '' }) => {
          const part = typeof data === 'string' ? decodeBase64(data) : data;
          return part instanceof Uint8Array ? [...part] : [];
        });
        check.equal(bytes, [...BYTES], 'the bytes, their parts put together');
        const travelled = stand.encoding === 'xml' ? Math.ceil(BYTES.length / 3) * 4 : BYTES.length;
        check.equal(parts[0]?.meta?.size, travelled, 'Size');
      },
    },
    {
      id: 'S-07.19',
      title: 'Text is cut between characters, and its Size is in bytes',
      rule: 'DM_RepPro 1.2.1, Size',
      async run(stand, check) {
        const value = 'é𐍈…ä'.repeat(700);
        const { phone, first } = await begin(stand, [{ ...REPLACE, value }]);
        const { parts } = await take(phone, first);
        check.equal(text(parts), value, 'the value, its parts put together');
        check.equal(parts[0]?.meta?.size, new TextEncoder().encode(value).length, 'Size');
      },
    },
    begunCase(
      'S-07.20',
      'A session that ended before the last part is followed by one that begins with the first',
      `${RULE}: parts are implicitly atomic`,
      async ({ phone, first }, _, check) => {
        await phone.say(`${answers(first, {}, 213)}${alert(1222)}<Final/>`);
        const next = await phone.begin('2').say(packageOne(phone.devId), sizes());
        const { parts } = await take(phone, next);
        check.equal(text(parts), LONG, 'the value, its parts put together');
      },
    ),
    {
      id: 'S-07.21',
      title: 'An Exec goes in parts, too; it is begun again as long as its last part was not sent',
      rule: `${RULE}: parts are implicitly atomic`,
      async run(stand, check) {
        const { phone, first } = await begin(stand, [{ kind: 'exec', uri: './A', value: LONG }]);
        check.equal(itemOf(first)?.moreData, true, 'MoreData of the first part');
        const next = await phone.begin('2').say(packageOne(phone.devId), sizes());
        const { parts } = await take(phone, next);
        check.equal(text(parts), LONG, 'the value, its parts put together');
        const last = await phone.begin('3').say(packageOne(phone.devId), sizes());
        check.equal(last.asks, [], 'commands after the last part was sent');
      },
    },
    {
      id: 'S-07.22',
      title: 'Each message with a part has a MAC of its own',
      rule: 'DM_Security 1.2.1, HMAC-MD5',
      async run({ device, rig }, check) {
        const phone = await device({ server: CREDENTIALS });
        await rig.task(phone.devId, [REPLACE]);
        const first = await phone.say(packageOne(phone.devId), sizes());
        checkMac(check, first.answer, NONCE);
        const nonce = Buffer.from('the next nonce').toString('base64');
        const next = `<Chal><Meta>${metinf('Format', 'b64')}${metinf('Type', 'syncml:auth-MAC')}${metinf('NextNonce', nonce)}</Meta></Chal>`;
        const accepted = answers(first, {}, 213)
          .replace('<Cmd>SyncHdr</Cmd><Data>212', '<Cmd>SyncHdr</Cmd><Data>200')
          .replace('<Cmd>SyncHdr</Cmd>', `<Cmd>SyncHdr</Cmd>${next}`);
        const second = await phone.say(`${accepted}${alert(1222)}<Final/>`);
        check.equal(itemOf(second)?.moreData, true, 'MoreData of the second part');
        checkMac(check, second.answer, nonce);
      },
    },
  ],
};
