import { checkCodes, commandCase } from '../command-case.ts';
import type { ClientGroup } from '../stand.ts';
import { add, addNode, command, item } from '../xml.ts';

const RULE = 'DM_RepPro 1.2.1, Add';

export const ADD: ClientGroup = {
  id: 'C-06',
  title: 'Add',
  cases: [
    commandCase({
      id: 'C-06.1',
      title: 'Add makes a leaf',
      rule: RULE,
      send: (at) => add(`${at}/new`, 'x'),
      codes: ['Add 200'],
      after: { new: 'x', '': 'new' },
    }),
    commandCase({
      id: 'C-06.2',
      title: 'Add with Meta Format node makes an interior node',
      rule: RULE,
      send: (at) => addNode(`${at}/new`),
      codes: ['Add 200'],
      after: { new: '', 'new?prop=Format': 'node' },
    }),
    commandCase({
      id: 'C-06.3',
      title: 'Add of an interior node with a Type gives it that management object identifier',
      rule: 'DM_TND 1.2.1, Type',
      send: (at) => addNode(`${at}/new`, 'urn:oma:mo:ext-example:1.0'),
      codes: ['Add 200'],
      after: { 'new?prop=Type': 'urn:oma:mo:ext-example:1.0' },
    }),
    commandCase({
      id: 'C-06.4',
      title: 'Add of a leaf that is there is answered with 418 and leaves it as it was',
      rule: RULE,
      given: { a: 'one' },
      send: (at) => add(`${at}/a`, 'two'),
      codes: ['Add 418'],
      after: { a: 'one' },
    }),
    commandCase({
      id: 'C-06.5',
      title: 'Add of an interior node that is there is answered with 418 and leaves its children',
      rule: RULE,
      given: { a: { b: 'one' } },
      send: (at) => addNode(`${at}/a`),
      codes: ['Add 418'],
      after: { a: 'b' },
    }),
    commandCase({
      id: 'C-06.6',
      title: 'Add below a leaf is answered with 405',
      rule: RULE,
      given: { a: 'one' },
      send: (at) => add(`${at}/a/b`, 'two'),
      codes: ['Add 405'],
      after: { a: 'one' },
    }),
    {
      id: 'C-06.7',
      title: 'Add below parents that are not there makes them all, or is answered with 404',
      rule: RULE,
      async run({ planted }, check) {
        const { dialogue, at } = await planted();
        const codes = await dialogue.codes(add(`${at}/a/b/c`, 'x'));
        checkCodes(check, codes, ['Add 200 or 404']);
        const isMade = codes[0] === 'Add 200';
        check.equal(await dialogue.read(`${at}/a/b/c`), isMade ? 'x' : 'status 404', 'the node');
        check.equal(await dialogue.read(`${at}/a`), isMade ? 'b' : 'status 404', 'its parents');
      },
    },
    {
      id: 'C-06.8',
      title: 'When a parent cannot be made, nothing is, and the Status names the node that failed',
      rule: RULE,
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ a: 'a leaf' });
        const reply = await dialogue.say(add(`${at}/a/b/c`, 'x'));
        checkCodes(check, reply.codes, ['Add 405 or 404']);
        const named = reply.statuses[0]?.items.map(({ target }) => target?.locURI) ?? [];
        check.oneOf(named, [[], [`${at}/a`], [`${at}/a/b`]], 'Item of the Status');
        check.equal(await dialogue.read(at), 'a', 'the place afterwards');
      },
    },
    commandCase({
      id: 'C-06.9',
      title: 'Each Item of an Add is done for itself',
      rule: 'DM_RepPro 1.2.1, Item and Status',
      given: { a: 'one' },
      send: (at) =>
        command(
          'Add',
          item({ target: `${at}/b`, data: 'two' }),
          item({ target: `${at}/a`, data: 'no' }),
          item({ target: `${at}/c`, data: 'three' }),
        ),
      codes: ['Add 200', 'Add 418', 'Add 200'],
      after: { '': 'a/b/c', a: 'one' },
    }),
    commandCase({
      id: 'C-06.10',
      title: 'Add of a property is answered with 405',
      rule: 'DM_TND 1.2.1, Properties of nodes',
      given: { a: 'one' },
      send: (at) => add(`${at}/a?prop=Title`, 'x'),
      codes: ['Add 405'],
    }),
    commandCase({
      id: 'C-06.11',
      title: 'Add with a Format that there is not is answered with 415',
      rule: RULE,
      send: (at) => add(`${at}/new`, 'x', { format: 'colour' }),
      codes: ['Add 415'],
      after: { new: 'status 404' },
    }),
    commandCase({
      id: 'C-06.12',
      title: 'Commands that come in one message are done in their order',
      rule: 'DM_RepPro 1.2.1, SyncBody',
      send: (at) => addNode(`${at}/a`) + add(`${at}/a/b`, 'x'),
      codes: ['Add 200', 'Add 200'],
      after: { 'a/b': 'x' },
    }),
    commandCase({
      id: 'C-06.13',
      title: 'Add of a permanent node that is there is answered with 418',
      rule: RULE,
      send: () => add('./DevInfo/DevId', 'x'),
      codes: ['Add 418'],
    }),
    commandCase({
      id: 'C-06.14',
      title: 'Add where the device has no such node is refused',
      rule: 'DM_TND 1.2.1, Permanent and dynamic nodes',
      send: () => add('./DevInfo/NoSuchNode', 'x'),
      codes: ['Add 405 or 425'],
      after: { './DevInfo/NoSuchNode': 'status 404' },
    }),
  ],
};
