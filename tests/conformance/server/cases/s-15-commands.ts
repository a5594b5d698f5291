import { answers, metinf, packageOne, type Said } from '../../../rig/device.testing.ts';
import type { ServerGroup } from '../stand.ts';

/** The commands as names, those within containers in brackets. */
function shape(commands: readonly object[]): string[] {
  return commands.map((command) => {
    const name = 'name' in command ? String(command.name) : '';
    return 'commands' in command && Array.isArray(command.commands)
      ? `${name}(${shape(command.commands).join(' ')})`
      : name;
  });
}

/** Statuses for a container and the commands in it. */
function statusesFor(said: Said, codes: Readonly<Record<string, number>>): string {
  const { msgID } = said.message.header;
  let cmdID = 1;
  const status = (cmdRef: string, cmd: string, code: number) =>
    `<Status><CmdID>${cmdID++}</CmdID><MsgRef>${msgID}</MsgRef><CmdRef>${cmdRef}</CmdRef><Cmd>${cmd}</Cmd><Data>${code}</Data></Status>`;
  let text = status('0', 'SyncHdr', 212);
  const seen = new Map<string, number>();
  const walk = (commands: readonly Said['commands'][number][]): void => {
    for (const command of commands) {
      const count = (seen.get(command.name) ?? 0) + 1;
      seen.set(command.name, count);
      text += status(command.cmdID, command.name, codes[`${command.name} ${count}`] ?? 200);
      if ('commands' in command) walk(command.commands.filter((each) => each.name !== 'Status'));
    }
  };
  walk(said.commands);
  return `${text}<Final/>`;
}

const TWO = [
  { kind: 'replace', uri: './A', value: '1' },
  { kind: 'replace', uri: './B', value: '2' },
];

export const COMMANDS: ServerGroup = {
  id: 'S-15',
  title: 'Commands',
  cases: [
    {
      id: 'S-15.1',
      title:
        'Add, Replace, Delete, Get, Copy and Exec name their node in Target, Copy what it reads in Source',
      rule: 'DM_RepPro 1.2.1, Protocol command elements',
      async run({ device, rig }, check) {
        const phone = await device();
        await rig.task(phone.devId, [
          { kind: 'add', uri: './A', value: '1' },
          { kind: 'replace', uri: './B', value: '2' },
          { kind: 'delete', uri: './C' },
          { kind: 'get', uri: './D' },
          { kind: 'copy', uri: './E', to: './F' },
          { kind: 'exec', uri: './G' },
        ]);
        const { asks, commands } = await phone.say(packageOne(phone.devId));
        check.equal(
          asks,
          ['Add ./A', 'Replace ./B', 'Delete ./C', 'Get ./D', 'Copy ./F', 'Exec ./G'],
          'commands and their targets',
        );
        const copy = commands.find(({ name }) => name === 'Copy');
        const source = copy !== undefined && 'items' in copy ? copy.items[0]?.source?.locURI : undefined;
        check.equal(source, './E', 'Source of the Copy');
      },
    },
    {
      id: 'S-15.2',
      title: 'An Atomic holds its commands; when the device rolls it back, the task says which one failed',
      rule: 'DM_RepPro 1.2.1, Atomic',
      async run({ device, rig }, check) {
        const phone = await device();
        const task = await rig.task(phone.devId, [{ kind: 'atomic', steps: TWO }]);
        const first = await phone.say(packageOne(phone.devId));
        check.equal(shape(first.commands), ['Atomic(Replace Replace)'], 'commands');
        await phone.say(statusesFor(first, { 'Atomic 1': 507, 'Replace 1': 216, 'Replace 2': 425 }));
        const { state, reason, results } = await rig.showTask(task);
        check.equal(state, 'failed', 'state of the task');
        check.matches(reason ?? '', /\.\/B/, 'reason');
        check.equal(
          results?.map(({ status }) => status),
          [507, 216, 425],
          'statuses in the results',
        );
      },
    },
    {
      id: 'S-15.3',
      title: 'An Atomic that succeeds is a success of all its commands',
      rule: 'DM_RepPro 1.2.1, Atomic',
      async run({ device, rig }, check) {
        const phone = await device();
        const task = await rig.task(phone.devId, [{ kind: 'atomic', steps: TWO }]);
        const first = await phone.say(packageOne(phone.devId));
        await phone.say(statusesFor(first, {}));
        check.equal((await rig.showTask(task)).state, 'succeeded', 'state of the task');
      },
    },
    {
      id: 'S-15.4',
      title: 'A Get within an Atomic, and an Atomic within one, are refused before anything is sent',
      rule: 'DM_RepPro 1.2.1, Atomic',
      async run({ device, rig }, check) {
        const phone = await device();
        for (const inner of [
          { kind: 'get', uri: './A' },
          { kind: 'atomic', steps: TWO },
          { kind: 'exec', uri: './A' },
        ]) {
          const refusal = await rig.task(phone.devId, [{ kind: 'atomic', steps: [inner] }]).then(
            () => 'accepted',
            (error: Error) => error.message,
          );
          check.matches(refusal, /was answered with 400/, `a task with ${inner.kind} in an atomic`);
        }
      },
    },
    {
      id: 'S-15.5',
      title: 'A Sequence keeps the order of its commands, nested Atomics among them',
      rule: 'DM_RepPro 1.2.1, Sequence',
      async run({ device, rig }, check) {
        const phone = await device();
        const task = await rig.task(phone.devId, [
          { kind: 'sequence', steps: [...TWO, { kind: 'atomic', steps: TWO }, { kind: 'get', uri: './C' }] },
        ]);
        const first = await phone.say(packageOne(phone.devId));
        check.equal(
          shape(first.commands),
          ['Sequence(Replace Replace Atomic(Replace Replace) Get)'],
          'commands',
        );
        await phone.say(
          statusesFor(first, {
            'Replace 2': 404,
            'Atomic 1': 215,
            'Replace 3': 215,
            'Replace 4': 215,
            'Get 1': 215,
          }),
        );
        const { state, reason } = await rig.showTask(task);
        check.equal(state, 'failed', 'state of the task');
        check.matches(reason ?? '', /404/, 'reason');
      },
    },
    {
      id: 'S-15.6',
      title: 'An Exec without an answer is never sent again',
      rule: 'DM_RepPro 1.2.1, Exec (an effect that must not come twice)',
      async run({ device, rig }, check) {
        const phone = await device();
        const task = await rig.task(phone.devId, [{ kind: 'exec', uri: './A' }]);
        const first = await phone.say(packageOne(phone.devId));
        check.equal(first.asks, ['Exec ./A'], 'commands of the first session');
        const next = await phone.begin('2').say(packageOne(phone.devId));
        check.equal(next.asks, [], 'commands of the next session');
        check.equal((await rig.showTask(task)).state, 'failed', 'state of the task');
      },
    },
    {
      id: 'S-15.7',
      title: 'A listing is asked for with ?list= and read from one Results or several',
      rule: 'DM_TND 1.2.1, List addressing',
      async run({ device, rig }, check) {
        const phone = await device();
        const task = await rig.task(phone.devId, [{ kind: 'list', uri: './L', as: 'StructData' }]);
        const first = await phone.say(packageOne(phone.devId));
        check.equal(first.asks, ['Get ./L?list=StructData'], 'commands');
        const { msgID } = first.message.header;
        const [{ cmdID } = { cmdID: '' }] = first.commands;
        const item = (uri: string, rest: string): string =>
          `<Item><Source><LocURI>${uri}</LocURI></Source>${rest}</Item>`;
        const results = (id: number, ...items: string[]): string =>
          `<Results><CmdID>${id}</CmdID><MsgRef>${msgID}</MsgRef><CmdRef>${cmdID}</CmdRef>${items.join('')}</Results>`;
        const node = '<Meta><Format xmlns="syncml:metinf">node</Format></Meta>';
        await phone.say(
          `<Status><CmdID>1</CmdID><MsgRef>${msgID}</MsgRef><CmdRef>0</CmdRef><Cmd>SyncHdr</Cmd><Data>200</Data></Status><Status><CmdID>2</CmdID><MsgRef>${msgID}</MsgRef><CmdRef>${cmdID}</CmdRef><Cmd>Get</Cmd><Data>200</Data></Status>${results(3, item('./L', node), item('./L/a', '<Data>1</Data>'))}${results(4, item('./L/b', '<Data>2</Data>'))}<Final/>`,
        );
        check.equal((await rig.showTask(task)).state, 'succeeded', 'state of the task');
        const { items } = await rig.api<{ items: { uri: string; value: string | null }[] }>(
          'GET',
          `/devices/${encodeURIComponent(phone.devId)}/nodes?under=./L`,
        );
        const known = items.filter(({ uri }) => uri !== './L').map(({ uri, value }) => `${uri}=${value}`);
        check.equal(known, ['./L/a=1', './L/b=2'], 'known nodes');
      },
    },
    {
      id: 'S-15.8',
      title: 'A sub-tree is sent as a serialized tree, in one command with one Item',
      rule: 'DM_TND 1.2.1, Serialization; DM_RepPro 1.2.1, Add',
      async run({ device, rig }, check) {
        const phone = await device();
        await rig.task(phone.devId, [
          {
            kind: 'tree',
            uri: './T',
            mode: 'add',
            nodes: [
              { path: 'a', value: '1' },
              { path: 'b/c', value: '2' },
            ],
          },
        ]);
        const { asks, commands } = await phone.say(packageOne(phone.devId));
        check.equal(asks, ['Add ./T'], 'commands');
        const [item] = commands.flatMap((command) => ('items' in command ? command.items : []));
        check.matches(item?.meta?.type, /^application\/vnd\.syncml\.dmtnds\+(xml|wbxml)$/, 'Meta Type');
      },
    },
    {
      id: 'S-15.9',
      title: 'A device without serialized trees (415) gets the nodes one by one',
      rule: 'DM_TND 1.2.1, Serialization (optional for devices)',
      async run({ device, rig }, check) {
        const phone = await device();
        const task = await rig.task(phone.devId, [
          { kind: 'tree', uri: './T', mode: 'add', nodes: [{ path: 'a', value: '1' }] },
        ]);
        let said = await phone.say(packageOne(phone.devId));
        said = await phone.say(statusesFor(said, { 'Add 1': 415 }));
        check.that(said.asks.length > 0, 'nothing else is tried');
        for (let round = 0; said.asks.length > 0 && round < 5; round += 1) {
          said = await phone.say(statusesFor(said, {}));
        }
        check.equal((await rig.showTask(task)).state, 'succeeded', 'state of the task');
      },
    },
    {
      id: 'S-15.10',
      title: 'Properties are read and replaced under ?prop=',
      rule: 'DM_TND 1.2.1, Properties of nodes',
      async run({ device, rig }, check) {
        const phone = await device();
        const task = await rig.task(phone.devId, [
          { kind: 'get', uri: './A?prop=VerNo' },
          { kind: 'replace', uri: './A?prop=Title', value: 'Name' },
        ]);
        const first = await phone.say(packageOne(phone.devId));
        check.equal(first.asks, ['Get ./A?prop=VerNo', 'Replace ./A?prop=Title'], 'commands');
        await phone.say(`${answers(first, { './A?prop=VerNo': '7' })}<Final/>`);
        const { state, results } = await rig.showTask(task);
        check.equal(state, 'succeeded', 'state of the task');
        check.equal(results?.[0]?.value, '7', 'value of the property');
      },
    },
    {
      id: 'S-15.11',
      title: 'A property that no server may replace is refused before anything is sent',
      rule: 'DM_TND 1.2.1, Properties of nodes',
      async run({ device, rig }, check) {
        const phone = await device();
        for (const property of ['Format', 'Size', 'TStamp', 'Type', 'VerNo']) {
          const refusal = await rig
            .task(phone.devId, [{ kind: 'replace', uri: `./A?prop=${property}`, value: 'x' }])
            .then(
              () => 'accepted',
              (error: Error) => error.message,
            );
          check.matches(refusal, /was answered with 400/, `a task that replaces ${property}`);
        }
      },
    },
    {
      id: 'S-15.12',
      title: 'A Sequence that the client does not have (406) is sent as single commands',
      rule: 'DM_RepPro 1.2.1, Sequence (optional for clients)',
      async run({ device, rig }, check) {
        const phone = await device();
        const task = await rig.task(phone.devId, [{ kind: 'sequence', steps: TWO }]);
        let said = await phone.say(packageOne(phone.devId));
        said = await phone.say(statusesFor(said, { 'Sequence 1': 406, 'Replace 1': 406, 'Replace 2': 406 }));
        check.equal(shape(said.commands), ['Replace'], 'commands after the refusal');
        while (said.asks.length > 0) said = await phone.say(statusesFor(said, {}));
        check.equal((await rig.showTask(task)).state, 'succeeded', 'state of the task');
      },
    },
    {
      id: 'S-15.13',
      title: 'An Exec in such a Sequence is not sent a second time',
      rule: 'DM_RepPro 1.2.1, Exec (an effect that must not come twice)',
      async run({ device, rig }, check) {
        for (const codes of [
          { 'Sequence 1': 406, 'Exec 1': 406 },
          { 'Sequence 1': 501, 'Exec 1': 215 },
        ]) {
          const phone = await device();
          const steps = [{ kind: 'sequence', steps: [{ kind: 'exec', uri: './A' }] }];
          const task = await rig.task(phone.devId, steps);
          const first = await phone.say(packageOne(phone.devId));
          check.equal(shape(first.commands), ['Sequence(Exec)'], 'commands');
          const next = await phone.say(statusesFor(first, codes));
          check.equal(next.asks, [], 'commands after the refusal');
          check.equal((await rig.showTask(task)).state, 'failed', 'state of the task');
        }
      },
    },
    {
      id: 'S-15.14',
      title: 'A sub-tree is asked for with ?list=TNDS and read whichever way it is written',
      rule: 'DM_TND 1.2.1, List addressing; DM_TNDS 1.2',
      async run({ device, rig }, check) {
        const node = (name: string, path: string, value: string): string =>
          `<Node><NodeName>${name}</NodeName><Path>${path}</Path><Value>${value}</Value></Node>`;
        const tree = `<MgmtTree xmlns="syncml:dmddf1.2"><VerDTD>1.2</VerDTD>${node('a', './L', '1')}${node('b', './L', '2')}</MgmtTree>`;
        const forms = {
          'escaped text': tree.replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
          'a CDATA section': `<![CDATA[${tree}]]>`,
          markup: tree,
        };
        for (const [form, data] of Object.entries(forms)) {
          const phone = await device();
          const task = await rig.task(phone.devId, [{ kind: 'list', uri: './L', as: 'TNDS' }]);
          const first = await phone.say(packageOne(phone.devId));
          check.matches(first.asks[0], /^Get \.\/L\?list=TNDS/, 'command');
          const { msgID } = first.message.header;
          const [{ cmdID } = { cmdID: '' }] = first.commands;
          const meta = `<Meta>${metinf('Format', 'xml')}${metinf('Type', 'application/vnd.syncml.dmtnds+xml')}</Meta>`;
          const item = `<Item><Source><LocURI>./L</LocURI></Source>${meta}<Data>${data}</Data></Item>`;
          await phone.say(
            `${statusesFor(first, {}).replace('<Final/>', '')}<Results><CmdID>9</CmdID><MsgRef>${msgID}</MsgRef><CmdRef>${cmdID}</CmdRef>${item}</Results><Final/>`,
          );
          check.equal((await rig.showTask(task)).state, 'succeeded', `state of the task, ${form}`);
          const { items } = await rig.api<{ items: { uri: string; value: string | null }[] }>(
            'GET',
            `/devices/${encodeURIComponent(phone.devId)}/nodes?under=./L`,
          );
          const known = items.flatMap(({ uri, value }) => (value === null ? [] : [`${uri}=${value}`]));
          check.equal(known, ['./L/a=1', './L/b=2'], `known nodes, ${form}`);
        }
      },
    },
    {
      id: 'S-15.15',
      title: 'Every property of a node can be asked for',
      rule: 'DM_TND 1.2.1, Properties of nodes (servers support all of them)',
      async run({ device, rig }, check) {
        const phone = await device();
        const uris = ['ACL', 'Format', 'Name', 'Size', 'Title', 'TStamp', 'Type', 'VerNo'].map(
          (property) => `./A?prop=${property}`,
        );
        const task = await rig.task(
          phone.devId,
          uris.map((uri) => ({ kind: 'get', uri })),
        );
        const first = await phone.say(packageOne(phone.devId));
        check.equal(
          first.asks,
          uris.map((uri) => `Get ${uri}`),
          'commands',
        );
        const values = Object.fromEntries(uris.map((uri) => [uri, 'x']));
        await phone.say(`${answers(first, values)}<Final/>`);
        check.equal((await rig.showTask(task)).state, 'succeeded', 'state of the task');
      },
    },
  ],
};

export const RIGHTS: ServerGroup = {
  id: 'S-14',
  title: 'Rights of servers',
  cases: [
    {
      id: 'S-14.1',
      title: 'An ACL is given to another server by Replace of the ACL property, as it was written',
      rule: 'DM_TND 1.2.1, ACL; DM_RepPro 1.2.1, Replace',
      async run({ device, rig }, check) {
        const phone = await device();
        const acl = 'Add=grove&Get=grove+other&Replace=grove';
        await rig.task(phone.devId, [{ kind: 'replace', uri: './A?prop=ACL', value: acl }]);
        const { asks, commands } = await phone.say(packageOne(phone.devId));
        check.equal(asks, ['Replace ./A?prop=ACL'], 'commands');
        const [item] = commands.flatMap((command) => ('items' in command ? command.items : []));
        check.equal(item?.data, acl, 'Data');
      },
    },
    {
      id: 'S-14.2',
      title: 'An ACL that is none is refused before anything is sent',
      rule: 'DM_TND 1.2.1, ACL syntax',
      async run({ device, rig }, check) {
        const phone = await device();
        for (const acl of ['Copy=*', 'Get=', 'Get=a b', 'nonsense']) {
          const refusal = await rig
            .task(phone.devId, [{ kind: 'replace', uri: './A?prop=ACL', value: acl }])
            .then(
              () => 'accepted',
              (error: Error) => error.message,
            );
          check.matches(refusal, /was answered with 400/, `the ACL "${acl}"`);
        }
      },
    },
    {
      id: 'S-14.3',
      title: 'No command is addressed to the root unless a task says so',
      rule: 'DM_TND 1.2.1, ACL of the root',
      async run({ device, rig }, check) {
        const phone = await device();
        await rig.task(phone.devId, [
          { kind: 'converge', root: './R', nodes: [{ path: 'a/b', value: '1' }] },
        ]);
        let said = await phone.say(packageOne(phone.devId));
        const asked: string[] = [];
        for (let round = 0; said.asks.length > 0 && round < 6; round += 1) {
          asked.push(...said.asks);
          said = await phone.say(`${answers(said)}<Final/>`);
        }
        check.that(asked.length > 2, `only ${asked.length} commands were seen`);
        check.equal(
          asked.filter((ask) => !/^\w+ \.\/R/.test(ask)),
          [],
          'commands elsewhere',
        );
      },
    },
  ],
};
