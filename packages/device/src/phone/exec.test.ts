import {
  type Command,
  type DmAcc,
  FINDER_OBJECT,
  FINDER_RING_URI,
  FINDER_URI,
  STATUS,
} from '@grove/protocol';
import { expect, test } from 'vitest';
import { HANDLERS, type ObjectHandler } from '../objects/index.ts';
import { memoryStore } from '../tree-store/index.ts';
import { createPhone } from './index.ts';
import { exec, testServer } from './server.testing.ts';

const account: DmAcc = {
  serverId: 'com.example.dm',
  addresses: [{ addr: 'http://dm.example.com/dm' }],
  auth: [],
};
const add: Command = {
  name: 'Add',
  cmdID: '9',
  items: [{ target: { locURI: './MMS/Operator/Ext/Before' }, data: 'x' }],
};

/** A phone whose power fails in the middle of an Exec, and what it tells when it is back. */
async function dieWithin(interrupted?: ObjectHandler['interrupted']) {
  const server = testServer([[add, exec(FINDER_RING_URI)], [exec(FINDER_RING_URI)]]);
  const store = memoryStore();
  let begun = 0;
  let strike = () => {};
  const struck = new Promise<void>((resolve) => {
    strike = resolve;
  });
  const handler: ObjectHandler = {
    mount: FINDER_URI,
    object: FINDER_OBJECT,
    initial: () => [],
    acl: () => 'Exec=*&Get=*',
    exec() {
      begun += 1;
      if (begun > 1) return STATUS.OK;
      strike();
      return new Promise<number>(() => {});
    },
    ...(interrupted === undefined ? {} : { interrupted }),
  };
  const take = () => {
    const handlers = [...HANDLERS.filter(({ mount }) => mount !== FINDER_URI), handler];
    return createPhone({ devId: 'IMEI:001010000000008', account, store, handlers, transport: server });
  };
  void (await take()).session();
  await struck;
  const report = await (await take()).resume();
  const statuses = server.requests.flatMap(({ body }) =>
    body.commands.flatMap((command) =>
      command.name === 'Status' && command.cmd === 'Exec' ? [[command.code, command.items[0]?.data]] : [],
    ),
  );
  return { report, statuses, begun };
}

test('an Exec over which the phone died is not begun again, and the server is told so', async () => {
  const { report, statuses, begun } = await dieWithin();
  expect(report?.done.map(({ command, status }) => `${command} ${status}`)).toEqual([
    'Add 200',
    'Exec 500',
    'Exec 200',
  ]);
  const unknown = 'it had begun when the device stopped; whether it was done is not known';
  expect([statuses, begun]).toEqual([
    [
      [500, unknown],
      [200, undefined],
    ],
    2,
  ]);
});

test('a handler that can tell what became of it answers for it', async () => {
  const { statuses, begun } = await dieWithin(() => STATUS.ACCEPTED);
  expect([statuses, begun]).toEqual([
    [
      [202, undefined],
      [200, undefined],
    ],
    2,
  ]);
});
