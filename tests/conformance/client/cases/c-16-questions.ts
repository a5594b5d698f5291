import { NotApplicable } from '../../framework/index.ts';
import { checkCodes } from '../command-case.ts';
import type { Dialogue } from '../dialogue.ts';
import type { Reply } from '../reply.ts';
import type { ClientCase, ClientGroup } from '../stand.ts';
import type { UserAct } from '../subject.ts';
import { add, alert, atomic, replace, sequence } from '../xml.ts';

const RULE = 'DM_Protocol 1.2.1, 10.2 User interaction alerts';
const OPTIONS = 'DM_Protocol 1.2.1, 10.3 User interaction options';

const DISPLAY = 1100;
const CONFIRM = 1101;
const INPUT = 1102;
const CHOICE = 1103;
const CHOICES = 1104;

const KINDS: Readonly<Record<number, string>> = {
  [DISPLAY]: 'display (1100)',
  [CONFIRM]: 'confirmation (1101)',
  [INPUT]: 'text input (1102)',
  [CHOICE]: 'single choice (1103)',
  [CHOICES]: 'multiple choice (1104)',
};

/** What the user gave: the texts of the Items of the Alert's Status. */
function given(reply: Reply): readonly string[] {
  const items = reply.statuses.find(({ cmd }) => cmd === 'Alert')?.items ?? [];
  return items.map(({ data }) => (typeof data === 'string' ? data : '')).filter((data) => data !== '');
}

/** One question, what the user does, and what comes of it. */
function questionCase(
  parts: Omit<ClientCase, 'run'> & {
    readonly ask: readonly [code: number, ...texts: (string | undefined)[]];
    readonly act: UserAct;
    readonly code: string;
    /** What the Status brings; absent = not looked at. */
    readonly gives?: readonly string[];
  },
): ClientCase {
  const { ask, act, code, gives, ...listed } = parts;
  return {
    ...listed,
    async run({ meet }, check) {
      const reply = await (await meet({ user: [{ act }] })).say(alert(...ask));
      refuseUnsupported(reply, ask[0]);
      checkCodes(check, reply.codes, [`Alert ${code}`]);
      if (gives !== undefined) check.equal([...given(reply)].sort(), gives, 'what the Status brings');
    },
  };
}

/** A client need not have questions to its user. */
function refuseUnsupported(reply: Reply, code: number): void {
  if (reply.codes.includes('Alert 406')) {
    throw new NotApplicable(`the client has no ${KINDS[code]}, which is optional (406)`);
  }
}

export const QUESTIONS: ClientGroup = {
  id: 'C-16',
  title: 'Questions to the user',
  cases: [
    questionCase({
      id: 'C-16.1',
      title: 'A text that was shown is answered with 200',
      rule: RULE,
      ask: [DISPLAY, 'MINDT=0', 'Hello'],
      act: 'accept',
      code: '200',
    }),
    questionCase({
      id: 'C-16.2',
      title: 'A confirmation is answered with 200 for yes',
      rule: RULE,
      ask: [CONFIRM, '', 'Update now?'],
      act: 'accept',
      code: '200',
    }),
    questionCase({
      id: 'C-16.3',
      title: 'A confirmation is answered with 304 for no',
      rule: RULE,
      ask: [CONFIRM, '', 'Update now?'],
      act: 'reject',
      code: '304',
    }),
    questionCase({
      id: 'C-16.4',
      title: 'The text that the user typed is in the Status',
      rule: RULE,
      ask: [INPUT, '', 'Your name?'],
      act: { type: 'Ann & Bob' },
      code: '200',
      gives: ['Ann & Bob'],
    }),
    questionCase({
      id: 'C-16.5',
      title: 'The number of the choice is in the Status, counted from 1 in the order of the Items',
      rule: RULE,
      ask: [CHOICE, '', 'Which?', 'red', 'green', 'blue'],
      act: { choose: [2] },
      code: '200',
      gives: ['2'],
    }),
    questionCase({
      id: 'C-16.6',
      title: 'Of a multiple choice the Status has one Item for each number',
      rule: RULE,
      ask: [CHOICES, '', 'Which?', 'red', 'green', 'blue'],
      act: { choose: [3, 1] },
      code: '200',
      gives: ['1', '3'],
    }),
    questionCase({
      id: 'C-16.7',
      title: 'The Item with the options may be empty',
      rule: RULE,
      ask: [CONFIRM, undefined, 'Update now?'],
      act: 'accept',
      code: '200',
    }),
    questionCase({
      id: 'C-16.8',
      title: 'Options that the client does not know are skipped',
      rule: OPTIONS,
      ask: [CONFIRM, 'COLOUR=red&MINDT=0&X', 'Update now?'],
      act: 'accept',
      code: '200',
    }),
    questionCase({
      id: 'C-16.9',
      title: 'When the user does not react within MAXDT: 408',
      rule: OPTIONS,
      ask: [CONFIRM, 'MAXDT=1', 'Update now?'],
      act: 'ignore',
      code: '408',
    }),
    questionCase({
      id: 'C-16.10',
      title: 'With a default (DR) and no reaction: 408 or the default',
      rule: OPTIONS,
      ask: [CONFIRM, 'MAXDT=1&DR=0', 'Update now?'],
      act: 'ignore',
      code: '408 or 304',
    }),
    questionCase({
      id: 'C-16.11',
      title: 'DR=1 means yes for a user who only says yes to what is proposed',
      rule: OPTIONS,
      ask: [CONFIRM, 'DR=1', 'Update now?'],
      act: 'accept',
      code: '200',
    }),
    questionCase({
      id: 'C-16.12',
      title: 'The default of a text input is the text after DR=, with + for a blank',
      rule: OPTIONS,
      ask: [INPUT, 'DR=John+Doe', 'Your name?'],
      act: 'accept',
      code: '200',
      gives: ['John Doe'],
    }),
    questionCase({
      id: 'C-16.13',
      title: 'The default of a single choice is the number after DR=',
      rule: OPTIONS,
      ask: [CHOICE, 'DR=3', 'Which?', 'red', 'green', 'blue'],
      act: 'accept',
      code: '200',
      gives: ['3'],
    }),
    questionCase({
      id: 'C-16.14',
      title: 'The default of a multiple choice are the numbers after DR=, with - between them',
      rule: OPTIONS,
      ask: [CHOICES, 'DR=2-3', 'Which?', 'red', 'green', 'blue'],
      act: 'accept',
      code: '200',
      gives: ['2', '3'],
    }),
    questionCase({
      id: 'C-16.15',
      title: 'IT=N, MAXLEN and ET=P are taken',
      rule: OPTIONS,
      ask: [INPUT, 'IT=N&MAXLEN=4&ET=P', 'PIN?'],
      act: { type: '1234' },
      code: '200',
      gives: ['1234'],
    }),
    questionCase({
      id: 'C-16.16',
      title: 'A date is typed as DDMMYYYY (IT=D)',
      rule: OPTIONS,
      ask: [INPUT, 'IT=D', 'Your birthday?'],
      act: { type: '31122025' },
      code: '200',
      gives: ['31122025'],
    }),
    questionCase({
      id: 'C-16.17',
      title: 'A time is typed as hhmmss (IT=T)',
      rule: OPTIONS,
      ask: [INPUT, 'IT=T', 'When?'],
      act: { type: '235900' },
      code: '200',
      gives: ['235900'],
    }),
    questionCase({
      id: 'C-16.18',
      title: 'An IP address is typed as xxx.yyy.zzz.www (IT=I)',
      rule: OPTIONS,
      ask: [INPUT, 'IT=I', 'Which address?'],
      act: { type: '192.000.002.010' },
      code: '200',
      gives: ['192.000.002.010'],
    }),
    questionCase({
      id: 'C-16.19',
      title: 'A phone number is typed for IT=P',
      rule: OPTIONS,
      ask: [INPUT, 'IT=P', 'Which number?'],
      act: { type: '+4930123456' },
      code: '200',
      gives: ['+4930123456'],
    }),
    {
      id: 'C-16.20',
      title: 'When the user cancels: 214, and 215 for the commands that follow',
      rule: RULE,
      async run({ planted }, check) {
        const { dialogue, at } = await planted({}, { user: [{ act: 'cancel' }] });
        const reply = await dialogue.say(alert(CONFIRM, '', 'Update now?') + add(`${at}/a`, 'x'));
        refuseUnsupported(reply, CONFIRM);
        check.equal(reply.codes, ['Alert 214', 'Add 215'], 'statuses');
        check.equal(await dialogue.read(at), '', 'the place afterwards');
      },
    },
    {
      id: 'C-16.21',
      title: 'What stands before a question that is cancelled has been done',
      rule: RULE,
      async run({ planted }, check) {
        const { dialogue, at } = await planted({}, { user: [{ act: 'cancel' }] });
        const reply = await dialogue.say(add(`${at}/a`, 'x') + alert(CONFIRM, '', 'Update now?'));
        refuseUnsupported(reply, CONFIRM);
        check.equal(reply.codes, ['Add 200', 'Alert 214'], 'statuses');
        check.equal(await dialogue.read(at), 'a', 'the place afterwards');
      },
    },
    {
      id: 'C-16.22',
      title: 'A client without a user answers each of them with 406',
      rule: RULE,
      async run({ meet }, check) {
        const dialogue = await meet();
        const codes = await dialogue.codes(
          [DISPLAY, CONFIRM, INPUT, CHOICE, CHOICES].map((code) => alert(code, '', 'Text', 'a')).join(''),
        );
        if (codes.some((code) => code !== 'Alert 406')) throw new NotApplicable('the client asks its user');
        check.equal(codes, Array(5).fill('Alert 406'), 'statuses');
      },
    },
    {
      id: 'C-16.23',
      title: 'A question without its text is answered with 412',
      rule: RULE,
      async run({ meet }, check) {
        const reply = await (await meet({ user: [{ act: 'accept' }] })).say(alert(CONFIRM, ''));
        refuseUnsupported(reply, CONFIRM);
        check.equal(reply.codes, ['Alert 412'], 'statuses');
      },
    },
    {
      id: 'C-16.24',
      title: 'A choice without anything to choose from is answered with 412',
      rule: RULE,
      async run({ meet }, check) {
        const reply = await (await meet({ user: [{ act: 'accept' }] })).say(alert(CHOICE, '', 'Which?'));
        refuseUnsupported(reply, CHOICE);
        check.equal(reply.codes, ['Alert 412'], 'statuses');
      },
    },
  ],
};

async function refusing(
  { planted }: Parameters<ClientCase['run']>[0],
  body: (at: string) => string,
): Promise<{ reply: Reply; dialogue: Dialogue; at: string }> {
  const { dialogue, at } = await planted({ a: 'one' }, { user: [{ act: 'reject' }] });
  const reply = await dialogue.say(body(at));
  refuseUnsupported(reply, CONFIRM);
  return { reply, dialogue, at };
}

const question = alert(CONFIRM, '', 'Update now?');

export const REFUSALS: ClientGroup = {
  id: 'C-17',
  title: 'When the user says no',
  cases: [
    {
      id: 'C-17.1',
      title: 'In an Atomic: it fails with 507, and what was done is rolled back',
      rule: RULE,
      async run(stand, check) {
        const { reply, dialogue, at } = await refusing(stand, (place) =>
          atomic(replace(`${place}/a`, 'two'), question, add(`${place}/b`, 'x')),
        );
        checkCodes(check, reply.codes, ['Atomic 507', 'Replace 216 or 215', 'Alert 304', 'Add 215']);
        check.equal([await dialogue.read(at), await dialogue.read(`${at}/a`)], ['a', 'one'], 'the tree');
      },
    },
    {
      id: 'C-17.2',
      title: 'In a Sequence: what follows in it is answered with 215 and not done',
      rule: RULE,
      async run(stand, check) {
        const { reply, dialogue, at } = await refusing(stand, (place) =>
          sequence(
            add(`${place}/before`, 'x'),
            question,
            add(`${place}/after`, 'x'),
            replace(`${place}/a`, 'two'),
          ),
        );
        check.equal(
          reply.codes,
          ['Sequence 200', 'Add 200', 'Alert 304', 'Add 215', 'Replace 215'],
          'statuses',
        );
        check.equal(
          [await dialogue.read(at), await dialogue.read(`${at}/a`)],
          ['a/before', 'one'],
          'the tree',
        );
      },
    },
    {
      id: 'C-17.3',
      title: 'In the body: other commands are done all the same',
      rule: RULE,
      async run(stand, check) {
        const { reply, dialogue, at } = await refusing(stand, (place) => question + add(`${place}/b`, 'x'));
        check.equal(reply.codes, ['Alert 304', 'Add 200'], 'statuses');
        check.equal(await dialogue.read(at), 'a/b', 'the place afterwards');
      },
    },
    {
      id: 'C-17.4',
      title: 'In a Sequence: commands after it are done all the same',
      rule: RULE,
      async run(stand, check) {
        const { reply } = await refusing(
          stand,
          (place) => sequence(question, add(`${place}/in`, 'x')) + add(`${place}/out`, 'x'),
        );
        check.equal(reply.codes, ['Sequence 200', 'Alert 304', 'Add 215', 'Add 200'], 'statuses');
      },
    },
    {
      id: 'C-17.5',
      title: 'When the user says yes, the Atomic goes through',
      rule: RULE,
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ a: 'one' }, { user: [{ act: 'accept' }] });
        const reply = await dialogue.say(atomic(question, replace(`${at}/a`, 'two')));
        refuseUnsupported(reply, CONFIRM);
        check.equal(reply.codes, ['Atomic 200', 'Alert 200', 'Replace 200'], 'statuses');
        check.equal(await dialogue.read(`${at}/a`), 'two', 'value');
      },
    },
    {
      id: 'C-17.6',
      title: 'When the user says yes, the Sequence goes on',
      rule: RULE,
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ a: 'one' }, { user: [{ act: 'accept' }] });
        const reply = await dialogue.say(sequence(question, replace(`${at}/a`, 'two')));
        refuseUnsupported(reply, CONFIRM);
        check.equal(reply.codes, ['Sequence 200', 'Alert 200', 'Replace 200'], 'statuses');
        check.equal(await dialogue.read(`${at}/a`), 'two', 'value');
      },
    },
  ],
};
