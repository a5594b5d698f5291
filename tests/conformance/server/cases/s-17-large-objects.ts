import {
  answers,
  type HandDevice,
  macHeader,
  metinf,
  packageOne,
  type Said,
  type SayOptions,
} from '../../../rig/device.testing.ts';
import type { Account } from '../../../rig/rig.testing.ts';
import type { Check } from '../../framework/index.ts';
import type { ServerGroup, ServerStand } from '../stand.ts';

const RULE = 'DM_Protocol 1.2.1, 7 Large object handling';
const SIZE = `${RULE}: the Size does not match`;
const BROKEN_OFF = `${RULE}: no end of data`;

const PARTS = ['first part, ', 'second part, ', 'third part'];
const WHOLE = PARTS.join('');

type Name = 'Results' | 'Alert' | 'Replace';

/** What is sent in parts. */
interface Value {
  readonly command?: Name;
  readonly parts?: readonly string[];
  /** What the first part says; null for nothing, the right one when absent. */
  readonly size?: number | null;
  readonly format?: string;
}

interface Begun {
  readonly phone: HandDevice;
  readonly task: number;
  /** The message with the Get. */
  readonly first: Said;
}

/** A client that was asked for a value. */
async function begin({ device, rig }: ServerStand, account?: Partial<Account>): Promise<Begun> {
  const phone = await device(account);
  const task = await rig.task(phone.devId, [{ kind: 'get', uri: './Log' }]);
  const more = account === undefined ? {} : withMac(NONCE);
  return { phone, task, first: await phone.say(packageOne(phone.devId), more) };
}

/** The command with the part of a value that has this place; nothing but the first says more than it must. */
function partOf(asked: Said, value: Value, index: number): string {
  const { command = 'Results', parts = PARTS, size = parts.join('').length, format } = value;
  const meta = [
    metinf('Format', format),
    metinf('Type', command === 'Alert' ? 'org.example.log' : undefined),
    metinf('Size', index === 0 ? (size ?? undefined) : undefined),
  ].join('');
  const about: Readonly<Record<Name, string>> = {
    Results: `<MsgRef>${asked.message.header.msgID}</MsgRef><CmdRef>${asked.commands[0]?.cmdID ?? ''}</CmdRef>`,
    Alert: '<Data>1226</Data>',
    Replace: '',
  };
  const more = index < parts.length - 1 ? '<MoreData/>' : '';
  return `<${command}><CmdID>80</CmdID>${about[command]}<Item><Source><LocURI>./Log</LocURI></Source>${meta === '' ? '' : `<Meta>${meta}</Meta>`}<Data>${parts[index]}</Data>${more}</Item></${command}>`;
}

/** Statuses for a message of the server; a Get in it was carried out. */
const found = (said: Said): string => answers(said).replaceAll('<Data>404', '<Data>200');

interface SendOptions {
  /** Parts to send, all when absent. */
  readonly count?: number;
  /** What goes with each message. */
  readonly each?: (last: Said) => SayOptions;
}

/** Sends a value in parts. @returns what the server says to each */
async function send(
  phone: HandDevice,
  asked: Said,
  value: Value = {},
  options: SendOptions = {},
): Promise<Said[]> {
  const { parts = PARTS } = value;
  const { count = parts.length, each } = options;
  const heard: Said[] = [];
  let last = asked;
  for (let index = 0; index < count; index += 1) {
    const final = index === parts.length - 1 ? '<Final/>' : '';
    last = await phone.say(`${found(last)}${partOf(asked, value, index)}${final}`, each?.(last) ?? {});
    heard.push(last);
  }
  return heard;
}

const resultOf = async ({ rig }: ServerStand, task: number) => {
  const { state, results } = await rig.showTask(task);
  return { state, value: results?.[0]?.value };
};
const WHOLE_RESULT = { state: 'succeeded', value: WHOLE };

const NONCE = Buffer.from('nonce of the account').toString('base64');
const HMAC = { auth: 'hmac', user: 'phone', password: 'its secret', nonce: NONCE };
const withMac = (nonce: string): SayOptions => ({
  headers: (body) => ({ 'x-syncml-hmac': macHeader(HMAC.user, HMAC.password, nonce, body) }),
});

export const FROM_CLIENTS: ServerGroup = {
  id: 'S-17',
  title: 'Large objects from the client',
  cases: [
    {
      id: 'S-17.1',
      title: 'Results in parts are put together, and are the result',
      rule: RULE,
      async run(stand, check) {
        const { phone, task, first } = await begin(stand);
        await send(phone, first);
        check.equal(await resultOf(stand, task), WHOLE_RESULT, 'the result');
      },
    },
    {
      id: 'S-17.2',
      title: 'A part that is not the last is answered with 213 and Alert 1222, without Final',
      rule: `${RULE}; DM_Protocol 1.2.1, 6 Multiple messages in package`,
      async run(stand, check) {
        const { phone, first } = await begin(stand);
        for (const said of await send(phone, first, {}, { count: 2 })) {
          check.equal(said.statuses, ['SyncHdr 200', 'Results 213'], 'statuses');
          check.equal(said.asks, ['Alert 1222'], 'commands');
          check.equal(said.message.body.final ?? false, false, 'Final');
        }
      },
    },
    {
      id: 'S-17.3',
      title: 'The work goes on when the last part has come, and not before',
      rule: `${RULE}: parts are contiguous`,
      async run(stand, check) {
        const { phone, first } = await begin(stand);
        await stand.rig.task(phone.devId, [{ kind: 'get', uri: './Next' }]);
        const asks = (await send(phone, first)).map((said) => said.asks.join());
        check.equal(asks, ['Alert 1222', 'Alert 1222', 'Get ./Next'], 'commands of the server');
      },
    },
    ...(['Alert', 'Replace'] as const).map((command, index) => ({
      id: `S-17.${4 + index}`,
      title: `A value in parts of ${command === 'Alert' ? 'a generic alert' : 'a Replace'} is taken: 213, and 200 for the last`,
      rule: RULE,
      async run({ device, rig }: ServerStand, check: Check) {
        const phone = await device();
        const heard = await send(
          phone,
          await phone.say(`${packageOne(phone.devId).replace('<Final/>', '')}`),
          {
            command,
          },
        );
        const statuses = heard.map((said) => said.statuses.at(-1));
        check.equal(statuses, [`${command} 213`, `${command} 213`, `${command} 200`], 'statuses');
        const kept =
          command === 'Alert'
            ? (await rig.alerts(phone.devId)).map(({ data }) => data)
            : (
                await rig.api<{ items: { uri: string; value: string | null }[] }>(
                  'GET',
                  `/devices/${encodeURIComponent(phone.devId)}/nodes?under=./Log`,
                )
              ).items.map(({ value }) => value);
        check.equal(kept, [WHOLE], 'what is kept');
      },
    })),
    {
      id: 'S-17.6',
      title: 'A part that is sent again is answered the same, and is not there twice',
      rule: `${RULE}; SyncML HTTP binding 1.2, and DM_RepPro 1.2.1, MsgID`,
      async run(stand, check) {
        const { phone, task, first } = await begin(stand);
        const [said] = await send(phone, first, {}, { count: 1 });
        const again = await phone.again();
        check.equal([...again.answer.bytes], [...(said?.answer.bytes ?? [])], 'answer to the repeated part');
        for (const index of [1, 2]) {
          const final = index === 2 ? '<Final/>' : '';
          await phone.say(`${answers(again)}${partOf(first, {}, index)}${final}`);
          await phone.again();
        }
        check.equal(await resultOf(stand, task), WHOLE_RESULT, 'the result');
      },
    },
    {
      id: 'S-17.7',
      title: 'Parts that do not add up to the Size are answered with 424, and the value is asked for again',
      rule: SIZE,
      async run(stand, check) {
        const { phone, task, first } = await begin(stand);
        const [again] = (await send(phone, first, { size: WHOLE.length + 1 })).slice(-1);
        check.equal(again?.statuses.at(-1), 'Results 424', 'Status of the last part');
        check.equal(again?.asks, ['Get ./Log'], 'commands');
        await send(phone, check.found(again, 'the answer'));
        check.equal(await resultOf(stand, task), WHOLE_RESULT, 'the result');
      },
    },
    {
      id: 'S-17.8',
      title: 'Nothing is kept of a value that has the wrong Size each time',
      rule: SIZE,
      async run(stand, check) {
        const { phone, task, first } = await begin(stand);
        let asking = first;
        let tries = 0;
        for (; asking.asks.includes('Get ./Log') && tries < 10; tries += 1) {
          asking = (await send(phone, asking, { size: 1 })).at(-1) ?? asking;
        }
        check.that(tries < 10, `the value was asked for ${tries} times`);
        check.equal(await resultOf(stand, task), { state: 'failed', value: undefined }, 'the result');
      },
    },
    {
      id: 'S-17.9',
      title:
        'Another command before the last part is answered by Alert 1225, which names what was broken off',
      rule: BROKEN_OFF,
      async run(stand, check) {
        const { phone, task, first } = await begin(stand);
        const [said] = await send(phone, first, {}, { count: 1 });
        const event = '<Alert><CmdID>81</CmdID><Data>1224</Data></Alert>';
        const told = await phone.say(`${answers(check.found(said, 'the answer'))}${event}<Final/>`);
        const alert = told.commands.find((command) => command.name === 'Alert');
        check.equal(alert?.name === 'Alert' ? alert.code : undefined, 1225, 'alert');
        const [item] = alert?.name === 'Alert' ? alert.items : [];
        check.equal(item?.source?.locURI, './Log', 'Source in the alert');
        check.that(told.asks.includes('Get ./Log'), 'the value is not asked for again');
        check.equal((await stand.rig.showTask(task)).state, 'running', 'state of the task');
      },
    },
    {
      id: 'S-17.10',
      title: 'So is a message without a part',
      rule: BROKEN_OFF,
      async run(stand, check) {
        const { phone, first } = await begin(stand);
        const [said] = await send(phone, first, {}, { count: 1 });
        const told = await phone.say(`${answers(check.found(said, 'the answer'))}<Final/>`);
        check.that(told.asks.includes('Alert 1225'), `the server says ${told.asks.join(', ')}`);
      },
    },
    {
      id: 'S-17.11',
      title: 'A new object before the last part is answered by Alert 1225, and is taken',
      rule: BROKEN_OFF,
      async run(stand, check) {
        const { phone, first } = await begin(stand);
        await send(phone, first, {}, { count: 1 });
        const alert = partOf(first, { command: 'Alert', parts: ['x'], size: null }, 0);
        const told = await phone.say(`${alert}<Final/>`);
        check.that(told.asks.includes('Alert 1225'), `the server says ${told.asks.join(', ')}`);
        check.equal(
          (await stand.rig.alerts(phone.devId)).map(({ data }) => data),
          ['x'],
          'alerts',
        );
      },
    },
    {
      id: 'S-17.12',
      title: 'A first part without Size is taken and noted as a deviation',
      rule: `${RULE}: Size in the first part`,
      async run(stand, check) {
        const { phone, task, first } = await begin(stand);
        await send(phone, first, { size: null });
        check.equal(await resultOf(stand, task), WHOLE_RESULT, 'the result');
        const trace = await stand.rig.trace(phone.devId);
        const broken = trace.flatMap(({ deviations }) => deviations.map(({ rule }) => rule));
        check.that(broken.includes('more-data-size'), `the trace has ${broken.join(', ')}`);
      },
    },
    {
      id: 'S-17.13',
      title: 'A Size beyond the MaxObjSize of the server is refused with 413, as are the parts that follow',
      rule: 'DM_RepPro 1.2.1, MaxObjSize',
      async run(stand, check) {
        const { phone, task, first } = await begin(stand);
        const { maxObjSize = 0 } = first.message.header.meta ?? {};
        const heard = await send(phone, first, { size: maxObjSize + 1 });
        const statuses = heard.map((said) => said.statuses.at(-1));
        check.equal(statuses, ['Results 413', 'Results 413', 'Results 413'], 'statuses of the parts');
        check.equal((await stand.rig.showTask(task)).state, 'failed', 'state of the task');
      },
    },
    {
      id: 'S-17.14',
      title: 'Bytes in parts of base64 are put together as bytes, wherever they are cut',
      rule: 'DM_Protocol 1.2.1, 7 Large object handling; DM_TND 1.2.1, Format',
      async run(stand, check) {
        const digits = Buffer.from(Uint8Array.from({ length: 100 }, (_, index) => index * 2)).toString(
          'base64',
        );
        for (const parts of [
          [digits.slice(0, 40), digits.slice(40)],
          [digits.slice(0, 41), digits.slice(41, 82), digits.slice(82)],
        ]) {
          const { phone, task, first } = await begin(stand);
          await send(phone, first, { parts, format: 'b64' });
          check.equal(await resultOf(stand, task), { state: 'succeeded', value: digits }, 'the result');
        }
      },
    },
    {
      id: 'S-17.15',
      title:
        'A session that ends before the last part leaves nothing of the value; the next asks for it again',
      rule: `${RULE}: parts are implicitly atomic`,
      async run(stand, check) {
        const { phone, task, first } = await begin(stand);
        await send(phone, first, {}, { count: 2 });
        const next = await phone.begin('2').say(packageOne(phone.devId));
        check.equal(next.asks, ['Get ./Log'], 'commands of the next session');
        await send(phone, next, { parts: ['all ', 'anew'] });
        check.equal(await resultOf(stand, task), { state: 'succeeded', value: 'all anew' }, 'the result');
      },
    },
    {
      id: 'S-17.16',
      title: 'Each part proves itself by a MAC of its own',
      rule: 'DM_Security 1.2.1, HMAC-MD5',
      async run(stand, check) {
        const { phone, task, first } = await begin(stand, { client: HMAC });
        const heard = await send(phone, first, {}, { each: (last) => withMac(last.nonce ?? '') });
        check.equal(heard[0]?.statuses, ['SyncHdr 200', 'Results 213'], 'statuses of the first part');
        check.equal(await resultOf(stand, task), WHOLE_RESULT, 'the result');
      },
    },
    {
      id: 'S-17.17',
      title: 'A part with the MAC of an earlier one is not taken',
      rule: 'DM_Security 1.2.1, HMAC-MD5',
      async run(stand, check) {
        const { phone, task, first } = await begin(stand, { client: HMAC });
        const same = withMac(first.nonce ?? '');
        const [one, two] = await send(phone, first, {}, { count: 2, each: () => same });
        check.equal(one?.statuses.at(-1), 'Results 213', 'Status of the first part');
        check.matches(two?.statuses[0], /^SyncHdr (401|407)$/, 'Status of the SyncHdr');
        check.equal(two?.statuses.length, 1, 'number of statuses');
        check.equal((await stand.rig.showTask(task)).state, 'running', 'state of the task');
      },
    },
  ],
};
