import { answers, metinf, packageOne } from '../../../rig/device.testing.ts';
import type { ServerCase, ServerGroup } from '../stand.ts';

interface AlertParts {
  readonly code?: number;
  readonly type?: string;
  readonly format?: string;
  readonly mark?: string;
  readonly source?: string;
  readonly correlator?: string;
  readonly data?: string;
}

function alert({ code = 1226, correlator, ...item }: AlertParts, ...more: AlertParts[]): string {
  const items = [item, ...more].map(
    ({ type = 'org.example.alert', format = 'chr', mark, source, data = 'x' }) =>
      `<Item>${source === undefined ? '' : `<Source><LocURI>${source}</LocURI></Source>`}<Meta>${metinf('Type', type === '' ? undefined : type)}${metinf('Format', format)}${metinf('Mark', mark)}</Meta><Data>${data}</Data></Item>`,
  );
  const word = correlator === undefined ? '' : `<Correlator>${correlator}</Correlator>`;
  return `<Alert><CmdID>5</CmdID><Data>${code}</Data>${word}${items.join('')}</Alert>`;
}

const GENERIC = 'DM_Protocol 1.2.1, 8.7 Generic alert';

export const GENERIC_ALERTS: ServerGroup = {
  id: 'S-09',
  title: 'Generic alerts',
  cases: [
    {
      id: 'S-09.1',
      title: 'A generic alert (1226) is answered with 200 and kept with Type, Format, Mark, Source and Data',
      rule: GENERIC,
      async run({ device, rig }, check) {
        const phone = await device();
        const { statuses } = await phone.say(
          packageOne(phone.devId).replace(
            '<Final/>',
            `${alert({ type: 'org.example.alert', mark: 'critical', source: './A/B', data: 'hot' })}<Final/>`,
          ),
        );
        check.equal(statuses.at(-1), 'Alert 200', 'Status of the alert');
        const [kept] = await rig.alerts(phone.devId);
        const { code, type, format, mark, source, data } = check.found(kept, 'the alert');
        check.equal(
          { code, type, format, mark, source, data },
          {
            code: 1226,
            type: 'org.example.alert',
            format: 'chr',
            mark: 'critical',
            source: './A/B',
            data: 'hot',
          },
          'the alert',
        );
      },
    },
    {
      id: 'S-09.2',
      title: 'Each Item of an alert is an alert of its own',
      rule: GENERIC,
      async run({ device, rig }, check) {
        const phone = await device();
        await phone.say(`${alert({ data: 'one' }, { data: 'two' })}<Final/>`);
        const kept = (await rig.alerts(phone.devId)).map(({ data }) => data);
        check.equal(kept.sort(), ['one', 'two'], 'alerts');
      },
    },
    {
      id: 'S-09.3',
      title: 'The prefix Reversed-Domain-Name: and blanks around the Type mean nothing',
      rule: GENERIC,
      async run({ device, rig }, check) {
        const phone = await device();
        const task = await rig.task(phone.devId, [
          { kind: 'exec', uri: './A', await: { seconds: 60, type: 'org.example.done' } },
        ]);
        const first = await phone.say(packageOne(phone.devId));
        const correlator = /<Correlator>([^<]*)/.exec(correlatorOf(first.commands))?.[1] ?? '';
        await phone.say(
          `${answers(first).replace(/(<Cmd>Exec<\/Cmd><Data>)200/, '$1202')}${alert({
            type: ' Reversed-Domain-Name: org.example.done ',
            correlator,
          })}<Final/>`,
        );
        check.equal((await rig.showTask(task)).state, 'succeeded', 'state of the task that waits for it');
      },
    },
    {
      id: 'S-09.4',
      title: 'An Exec carries a Correlator, and the alert with it tells the outcome, in a later session too',
      rule: GENERIC,
      async run({ device, rig }, check) {
        const phone = await device();
        const task = await rig.task(phone.devId, [{ kind: 'exec', uri: './A', await: { seconds: 60 } }]);
        const first = await phone.say(packageOne(phone.devId));
        const correlator = /<Correlator>([^<]*)/.exec(correlatorOf(first.commands))?.[1];
        check.that((correlator ?? '') !== '', 'the Exec has no Correlator');
        await phone.say(`${answers(first).replace(/(<Cmd>Exec<\/Cmd><Data>)200/, '$1202')}<Final/>`);
        check.equal((await rig.showTask(task)).state, 'waiting', 'state of the task after 202');
        await phone
          .begin('2')
          .say(
            packageOne(phone.devId).replace('<Final/>', `${alert({ correlator: correlator ?? '' })}<Final/>`),
          );
        check.equal((await rig.showTask(task)).state, 'succeeded', 'state of the task after the alert');
      },
    },
    {
      id: 'S-09.5',
      title: 'A serialized tree in the Data of an alert is taken, whichever way it is written',
      rule: GENERIC,
      async run({ device, rig }, check) {
        const phone = await device();
        const tree =
          '<MgmtTree xmlns="syncml:dmddf1.2"><VerDTD>1.2</VerDTD><Node><NodeName>A</NodeName><Value>x</Value></Node></MgmtTree>';
        const type = 'application/vnd.syncml.dmtnds+xml';
        const escaped = tree.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
        const { statuses } = await phone.say(
          `${alert({ type, data: escaped })}${alert({ type, data: tree }).replace('<CmdID>5', '<CmdID>6')}<Final/>`,
        );
        check.equal(statuses.slice(1), ['Alert 200', 'Alert 200'], 'statuses of the alerts');
        const kept = await rig.alerts(phone.devId);
        for (const { data } of kept)
          check.matches(data ?? '', /<NodeName>A<\/NodeName>/, 'Data that was kept');
        check.equal(kept.length, 2, 'number of alerts');
      },
    },
    {
      id: 'S-09.6',
      title: 'An alert without Mark counts as informational',
      rule: GENERIC,
      async run({ device, rig }, check) {
        const phone = await device();
        await phone.say(`${alert({})}<Final/>`);
        const [kept] = await rig.alerts(phone.devId);
        check.equal(kept?.mark, 'informational', 'Mark');
      },
    },
    refusedCase('S-09.7', 'An Item without Meta Type is answered with 412', alert({ type: '' }), 'Alert 412'),
    refusedCase(
      'S-09.8',
      'An Item whose Meta Format there is not is answered with 415',
      alert({ format: 'florid' }),
      'Alert 415',
    ),
    refusedCase(
      'S-09.9',
      'An alert without an Item is answered with 412',
      '<Alert><CmdID>5</CmdID><Data>1226</Data></Alert>',
      'Alert 412',
    ),
    {
      id: 'S-09.10',
      title: 'When one Item is taken and another is not, each has a Status of its own',
      rule: `${GENERIC}; DM_RepPro 1.2.1, Status`,
      async run({ device, rig }, check) {
        const phone = await device();
        const { statuses } = await phone.say(
          `${alert({ data: 'one' }, { type: '', data: 'two' }, { data: 'three' })}<Final/>`,
        );
        check.equal(statuses, ['SyncHdr 200', 'Alert 200', 'Alert 412', 'Alert 200'], 'statuses');
        const kept = (await rig.alerts(phone.devId)).map(({ data }) => data);
        check.equal(kept.sort(), ['one', 'three'], 'alerts');
      },
    },
  ],
};

/** An alert that is not taken. */
function refusedCase(id: string, title: string, body: string, status: string): ServerCase {
  return {
    id,
    title,
    rule: GENERIC,
    async run({ device, rig }, check) {
      const phone = await device();
      const { statuses } = await phone.say(`${body}<Final/>`);
      check.equal(statuses, ['SyncHdr 200', status], 'statuses');
      check.equal(await rig.alerts(phone.devId), [], 'alerts that were kept');
    },
  };
}

/** The commands as text. */
function correlatorOf(commands: readonly object[]): string {
  return commands
    .flatMap((command) => ('correlator' in command ? [`<Correlator>${String(command.correlator)}`] : []))
    .join('');
}

export const CLIENT_EVENTS: ServerGroup = {
  id: 'S-10',
  title: 'Client events',
  cases: [
    {
      id: 'S-10.1',
      title: 'A client event (1224) is answered with 200 and kept',
      rule: 'DM_Protocol 1.2.1, Client event alert',
      async run({ device, rig }, check) {
        const phone = await device();
        const { statuses } = await phone.say(`${alert({ code: 1224, data: 'woken' })}<Final/>`);
        check.equal(statuses, ['SyncHdr 200', 'Alert 200'], 'statuses');
        const [kept] = await rig.alerts(phone.devId);
        check.equal({ code: kept?.code, data: kept?.data }, { code: 1224, data: 'woken' }, 'the event');
      },
    },
    {
      id: 'S-10.2',
      title: 'An alert that only servers send has no effect',
      rule: 'DM_Protocol 1.2.1, 10.2 User interaction alerts',
      async run({ device, rig }, check) {
        const phone = await device();
        const { statuses, commands } = await phone.say(
          '<Alert><CmdID>1</CmdID><Data>1101</Data><Item/><Item><Data>Sure?</Data></Item></Alert><Final/>',
        );
        check.equal(statuses, ['SyncHdr 200', 'Alert 406'], 'statuses');
        check.equal(commands, [], 'commands besides Status');
        check.equal(await rig.alerts(phone.devId), [], 'alerts that were kept');
      },
    },
  ],
};
