import { packageOne, type Said } from '../../../rig/device.testing.ts';
import type { Task } from '../../../rig/rig.testing.ts';
import type { Check } from '../../framework/index.ts';
import type { ServerCase, ServerGroup, ServerStand } from '../stand.ts';

const RULE = 'DM_Protocol 1.2.1, 10.2 User interaction alerts';

/** Data of the Items of the only alert that was sent. */
function itemsOf({ commands }: Said): { code: number | undefined; items: unknown[] } {
  const [alert] = commands;
  if (alert?.name !== 'Alert') return { code: undefined, items: [] };
  return { code: alert.code, items: alert.items.map(({ data }) => data ?? '') };
}

/** A Status for the only command that was sent. */
function statusFor({ message, commands }: Said, code: number, ...data: string[]): string {
  const { msgID } = message.header;
  const [command] = commands;
  const items = data.map((each) => `<Item><Data>${each}</Data></Item>`).join('');
  return `<Status><CmdID>1</CmdID><MsgRef>${msgID}</MsgRef><CmdRef>0</CmdRef><Cmd>SyncHdr</Cmd><Data>200</Data></Status><Status><CmdID>2</CmdID><MsgRef>${msgID}</MsgRef><CmdRef>${command?.cmdID}</CmdRef><Cmd>${command?.name}</Cmd><Data>${code}</Data>${items}</Status><Final/>`;
}

interface Asked {
  readonly question: Said;
  readonly next: Said;
  readonly task: Task;
}

/** Asks a user who answers, and looks what the server does then. */
async function ask(
  { device, rig }: ServerStand,
  step: object,
  code: number,
  ...data: string[]
): Promise<Asked> {
  const phone = await device();
  const id = await rig.task(phone.devId, [{ kind: 'ask', ...step }]);
  const question = await phone.say(packageOne(phone.devId));
  const next = await phone.say(statusFor(question, code, ...data));
  return { question, next, task: await rig.showTask(id) };
}

const CONFIRM = { kind: 'confirm', text: 'Sure?' };
const yes = { steps: [{ kind: 'exec', uri: './Yes' }] };
const no = { otherwise: [{ kind: 'exec', uri: './No' }] };

/** Answers that say no to a question, each told apart in the reason. */
function refusalCase(id: string, code: number, what: string, reason: RegExp): ServerCase {
  return {
    id,
    title: `${what} (${code}) ends the task, and its reason says so`,
    rule: RULE,
    async run(stand, check: Check) {
      const { next, task } = await ask(stand, { question: CONFIRM, ...yes }, code);
      check.equal(next.asks, [], 'commands after the answer');
      check.equal(task.state, 'failed', 'state of the task');
      check.matches(task.reason ?? '', reason, 'reason');
    },
  };
}

export const INTERACTION: ServerGroup = {
  id: 'S-16',
  title: 'User interaction',
  cases: [
    {
      id: 'S-16.1',
      title: 'Display is Alert 1100 with the options first and the text second',
      rule: RULE,
      async run(stand, check) {
        const question = { kind: 'display', text: 'Hello & <you>', minDisplay: 10, maxDisplay: 60 };
        const asked = await ask(stand, { question }, 200);
        const { code, items } = itemsOf(asked.question);
        check.equal(code, 1100, 'alert code');
        check.equal(String(items[0]).split('&').sort(), ['MAXDT=60', 'MINDT=10'], 'options');
        check.equal(items.slice(1), ['Hello & <you>'], 'text');
        check.equal(asked.task.state, 'succeeded', 'state of the task');
      },
    },
    {
      id: 'S-16.2',
      title: 'Without options the first Item is there and empty',
      rule: RULE,
      async run(stand, check) {
        const asked = await ask(stand, { question: CONFIRM, ...yes }, 200);
        check.equal(itemsOf(asked.question), { code: 1101, items: ['', 'Sure?'] }, 'alert');
      },
    },
    {
      id: 'S-16.3',
      title: 'Yes (200) to a confirmation leads on',
      rule: RULE,
      async run(stand, check) {
        const { next } = await ask(stand, { question: CONFIRM, ...yes, ...no }, 200);
        check.equal(next.asks, ['Exec ./Yes'], 'commands after the answer');
      },
    },
    {
      id: 'S-16.4',
      title: 'No (304) to a confirmation leads to the other steps',
      rule: RULE,
      async run(stand, check) {
        const { next } = await ask(stand, { question: CONFIRM, ...yes, ...no }, 304);
        check.equal(next.asks, ['Exec ./No'], 'commands after the answer');
      },
    },
    refusalCase('S-16.5', 304, 'No', /reject|refus|said no|answered no/i),
    refusalCase('S-16.6', 214, 'Cancelled by the user', /cancel/i),
    refusalCase('S-16.7', 408, 'No reaction in time', /time|did not (react|answer)/i),
    refusalCase('S-16.8', 406, 'Questions are not supported', /support/i),
    refusalCase('S-16.9', 416, 'The question cannot be shown', /show|display/i),
    {
      id: 'S-16.10',
      title: 'Text input is Alert 1102 with IT, ET, MAXLEN and DR; the text comes in the Status',
      rule: RULE,
      async run(stand, check) {
        const question = {
          kind: 'input',
          text: 'PIN?',
          input: 'number',
          hidden: true,
          maxLength: 8,
          default: '12',
        };
        const asked = await ask(stand, { question }, 200, '4711');
        const { code, items } = itemsOf(asked.question);
        check.equal(code, 1102, 'alert code');
        const options = new URLSearchParams(String(items[0]));
        check.equal(
          {
            IT: options.get('IT'),
            ET: options.get('ET'),
            MAXLEN: options.get('MAXLEN'),
            DR: options.get('DR'),
          },
          { IT: 'N', ET: 'P', MAXLEN: '8', DR: '12' },
          'options',
        );
        check.equal(asked.task.state, 'succeeded', 'state of the task');
      },
    },
    {
      id: 'S-16.11',
      title: 'Single choice is Alert 1103 with the choices as Items; the number that was chosen decides',
      rule: RULE,
      async run(stand, check) {
        const question = { kind: 'choice', text: 'Which?', choices: ['one', 'two'], default: 1 };
        const cases = [{ choice: 2, steps: [{ kind: 'exec', uri: './Two' }] }];
        const asked = await ask(stand, { question, cases }, 200, '2');
        check.equal(
          itemsOf(asked.question),
          { code: 1103, items: ['DR=1', 'Which?', 'one', 'two'] },
          'alert',
        );
        check.equal(asked.next.asks, ['Exec ./Two'], 'commands after the answer');
      },
    },
    {
      id: 'S-16.12',
      title:
        'Multiple choice is Alert 1104; each number that was chosen comes in an Item of its own, in any order',
      rule: RULE,
      async run(stand, check) {
        const question = {
          kind: 'choices',
          text: 'Which?',
          choices: ['one', 'two', 'three'],
          default: [2, 3],
        };
        const cases = [1, 3].map((choice) => ({ choice, steps: [{ kind: 'exec', uri: `./Took${choice}` }] }));
        const asked = await ask(stand, { question, cases }, 200, '3', '1');
        const { code, items } = itemsOf(asked.question);
        check.equal(
          { code, items },
          { code: 1104, items: ['DR=2-3', 'Which?', 'one', 'two', 'three'] },
          'alert',
        );
        check.equal(
          [...asked.next.asks].sort(),
          ['Exec ./Took1', 'Exec ./Took3'],
          'commands after the answer',
        );
      },
    },
    {
      id: 'S-16.13',
      title: 'A question within an Atomic that is answered with no rolls it back, and the task says why',
      rule: RULE,
      async run({ device, rig }, check) {
        const phone = await device();
        const task = await rig.task(phone.devId, [
          {
            kind: 'atomic',
            steps: [
              { kind: 'replace', uri: './A', value: '1' },
              { kind: 'ask', question: CONFIRM },
            ],
          },
        ]);
        const first = await phone.say(packageOne(phone.devId));
        const { msgID } = first.message.header;
        const [atomic] = first.commands;
        const inner = atomic !== undefined && 'commands' in atomic ? atomic.commands : [];
        const refs = [atomic, ...inner].flatMap((each) => (each === undefined ? [] : [each]));
        const codes = [507, 216, 304];
        const statuses = refs.map(
          ({ cmdID, name }, at) =>
            `<Status><CmdID>${at + 2}</CmdID><MsgRef>${msgID}</MsgRef><CmdRef>${cmdID}</CmdRef><Cmd>${name}</Cmd><Data>${codes[at]}</Data></Status>`,
        );
        check.equal(
          refs.map(({ name }) => name),
          ['Atomic', 'Replace', 'Alert'],
          'commands',
        );
        await phone.say(
          `<Status><CmdID>1</CmdID><MsgRef>${msgID}</MsgRef><CmdRef>0</CmdRef><Cmd>SyncHdr</Cmd><Data>200</Data></Status>${statuses.join('')}<Final/>`,
        );
        const { state } = await rig.showTask(task);
        check.equal(state, 'failed', 'state of the task');
      },
    },
  ],
};
