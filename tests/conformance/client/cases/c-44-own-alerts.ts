import type { Check } from '../../framework/index.ts';
import { AUTH_TYPES, freshNonce } from '../proof.ts';
import type { Reply } from '../reply.ts';
import type { ClientGroup } from '../stand.ts';
import type { Report } from '../subject.ts';
import { chal, get } from '../xml.ts';

const ABORT_RULE = 'DM_Protocol 1.2.1, 8.1 Session abort';
const GENERIC = 'DM_Protocol 1.2.1, 8.7 Generic alert';

const GET_MAN = get('./DevInfo/Man');

export const OWN_ABORT: ClientGroup = {
  id: 'C-44',
  title: 'Sessions that the client breaks off',
  cases: [
    {
      id: 'C-44.1',
      title: 'The client says so by Alert 1223, in a message with Final',
      rule: ABORT_RULE,
      async run({ meet }, check) {
        const dialogue = await meet();
        dialogue.stop();
        const reply = check.found(await dialogue.sayOnce(GET_MAN), 'a message of the client');
        check.equal(reply.alertCodes, [1223], 'alerts');
        check.equal(reply.final, true, 'Final');
      },
    },
    {
      id: 'C-44.2',
      title: 'Beside the alert there are statuses and Results of what was done, nothing else',
      rule: ABORT_RULE,
      async run({ meet }, check) {
        const dialogue = await meet();
        dialogue.stop();
        const reply = check.found(await dialogue.sayOnce(GET_MAN), 'a message of the client');
        const others = reply.commands.map(({ name }) => name).filter((name) => name !== 'Alert');
        check.that(
          others.every((name) => name === 'Status' || name === 'Results'),
          `the message has ${others.join(', ')}`,
        );
      },
    },
    {
      id: 'C-44.3',
      title: 'Whatever the server answers, the client sends nothing more',
      rule: ABORT_RULE,
      async run({ meet }, check) {
        const dialogue = await meet();
        dialogue.stop();
        await dialogue.sayOnce(GET_MAN);
        check.equal(await dialogue.sayOnce(GET_MAN), undefined, 'message of the client');
      },
    },
    {
      id: 'C-44.4',
      title: 'The next session is held as if nothing had been',
      rule: ABORT_RULE,
      async run({ meet }, check) {
        const dialogue = await meet();
        dialogue.stop();
        await dialogue.sayOnce(GET_MAN);
        await dialogue.sayOnce('');
        const next = await meet();
        check.equal(await next.codes(GET_MAN), ['Get 200'], 'statuses');
      },
    },
  ],
};

const REPORT: Report = { type: 'org.example.conformance.report', data: 'something happened' };

/** Data of the reports in a message. */
const reportsIn = ({ alerts }: Reply): unknown[] =>
  alerts.filter(({ code }) => code === 1226).flatMap(({ items }) => items.map(({ data }) => data));

function checkNone(check: Check, reply: Reply, where: string): void {
  check.equal(reportsIn(reply), [], `generic alerts ${where}`);
}

export const REPORTS: ClientGroup = {
  id: 'C-45',
  title: 'Generic alerts of the client',
  cases: [
    {
      id: 'C-45.1',
      title: 'What the client has to tell comes behind Alert 1200 or 1201 of package 1, as Alert 1226',
      rule: GENERIC,
      async run({ begin }, check) {
        const { last } = await begin({ report: REPORT });
        check.equal(last.alertCodes, [1201, 1226], 'alerts');
        check.equal(reportsIn(last), [REPORT.data], 'Data');
      },
    },
    {
      id: 'C-45.2',
      title: 'Its Item has Meta Type and Format; Mark and Source where there is something to say',
      rule: GENERIC,
      async run({ begin }, check) {
        const { last } = await begin({ report: { ...REPORT, mark: 'critical', source: './DevInfo' } });
        const [item] = last.alerts.find(({ code }) => code === 1226)?.items ?? [];
        const { type, format, mark } = item?.meta ?? {};
        check.matches(type, /(^|:\s*)org\.example\.conformance\.report$/, 'Type');
        check.equal(format?.toLowerCase(), 'chr', 'Format');
        check.equal(mark, 'critical', 'Mark');
        check.equal(item?.source?.locURI, './DevInfo', 'Source');
      },
    },
    {
      id: 'C-45.3',
      title: 'It has no Correlator, which is for the outcome of an Exec',
      rule: GENERIC,
      async run({ begin }, check) {
        const { last } = await begin({ report: REPORT });
        const found = last.alerts.find(({ code }) => code === 1226);
        check.equal(check.found(found, 'the generic alert').correlator, undefined, 'Correlator');
      },
    },
    {
      id: 'C-45.4',
      title: 'Once the server has answered it, it is not told again: not in this session, nor in the next',
      rule: GENERIC,
      async run({ begin }, check) {
        const dialogue = await begin({ report: REPORT });
        check.equal(reportsIn(dialogue.last), [REPORT.data], 'generic alerts in package 1');
        checkNone(check, await dialogue.say(GET_MAN), 'in package 3');
        checkNone(check, await dialogue.say(GET_MAN), 'in the package after it');
        await dialogue.end();
        checkNone(check, (await begin()).last, 'in the next session');
      },
    },
    {
      id: 'C-45.5',
      title: 'When the server asks for a proof first, it is told again with package 1',
      rule: `${GENERIC}; DM_Security 1.2.1, Challenges`,
      async run({ begin }, check) {
        const dialogue = await begin({ client: 'md5', report: REPORT });
        const headerChal = chal(AUTH_TYPES.md5, freshNonce());
        const again = await dialogue.sayOnce('', { headerCode: 401, headerChal, commandCode: 401 });
        check.equal(reportsIn(check.found(again, 'a second package 1')), [REPORT.data], 'generic alerts');
      },
    },
    {
      id: 'C-45.6',
      title: 'A server that does not take it (415) is not told it again and again',
      rule: GENERIC,
      async run({ begin }, check) {
        const dialogue = await begin({ report: REPORT });
        checkNone(check, await dialogue.say(GET_MAN, { commandCode: 415 }), 'after 415');
        await dialogue.end();
        checkNone(check, (await begin()).last, 'in the next session');
      },
    },
  ],
};
