import { commandCase } from '../command-case.ts';
import type { ClientGroup } from '../stand.ts';
import { add, addNode, remove } from '../xml.ts';

const RULE = 'DM_RepPro 1.2.1, Delete';

export const DELETE: ClientGroup = {
  id: 'C-08',
  title: 'Delete',
  cases: [
    commandCase({
      id: 'C-08.1',
      title: 'Delete takes a leaf away',
      rule: RULE,
      given: { a: 'one', b: 'two' },
      send: (at) => remove(`${at}/a`),
      codes: ['Delete 200'],
      after: { '': 'b', a: 'status 404' },
    }),
    commandCase({
      id: 'C-08.2',
      title: 'Delete takes an interior node away with all below it',
      rule: RULE,
      given: { a: { b: { c: 'one' } } },
      send: (at) => remove(`${at}/a`),
      codes: ['Delete 200'],
      after: { '': '', 'a/b/c': 'status 404' },
    }),
    commandCase({
      id: 'C-08.3',
      title: 'Delete of a permanent leaf is answered with 405',
      rule: 'DM_TND 1.2.1, Permanent and dynamic nodes',
      send: (_, { need }) => remove(need('permanent')),
      codes: ['Delete 405 or 425'],
    }),
    commandCase({
      id: 'C-08.4',
      title: 'Delete of a permanent interior node is refused, and all below it stays',
      rule: 'DM_TND 1.2.1, Permanent and dynamic nodes',
      send: () => remove('./DevDetail'),
      codes: ['Delete 405 or 425'],
      after: { './DevDetail/URI': 'MaxDepth/MaxSegLen/MaxTotLen' },
    }),
    commandCase({
      id: 'C-08.5',
      title: 'Delete of the root is answered with 405',
      rule: RULE,
      send: () => remove('.'),
      codes: ['Delete 405'],
    }),
    commandCase({
      id: 'C-08.6',
      title: 'Delete of a node that is not there is answered with 404',
      rule: RULE,
      send: (at) => remove(`${at}/none`),
      codes: ['Delete 404'],
    }),
    commandCase({
      id: 'C-08.7',
      title: 'Delete of a property is answered with 405',
      rule: 'DM_TND 1.2.1, Properties of nodes',
      given: { a: 'one' },
      send: (at) => remove(`${at}/a?prop=Title`),
      codes: ['Delete 405'],
      after: { a: 'one' },
    }),
    {
      id: 'C-08.8',
      title: 'A node whose AccessType lacks Delete cannot be deleted by itself',
      rule: 'DM_TND 1.2.1, Deleting nodes',
      async run({ meet, need }, check) {
        const guarded = need('guarded');
        const dialogue = await meet();
        await dialogue.say(addNode(guarded));
        await dialogue.say(add(`${guarded}/Kept`, 'x'));
        check.equal(await dialogue.codes(remove(`${guarded}/Kept`)), ['Delete 405'], 'statuses');
        check.equal(await dialogue.read(`${guarded}/Kept`), 'x', 'the node afterwards');
      },
    },
    {
      id: 'C-08.9',
      title: 'Such a node goes with its parent all the same',
      rule: 'DM_TND 1.2.1, Deleting nodes',
      async run({ meet, need }, check) {
        const guarded = need('guarded');
        const dialogue = await meet();
        await dialogue.say(addNode(guarded));
        await dialogue.say(add(`${guarded}/Kept`, 'x'));
        check.equal(await dialogue.codes(remove(guarded)), ['Delete 200'], 'statuses');
        check.equal(await dialogue.read(guarded), 'status 404', 'the parent afterwards');
      },
    },
    commandCase({
      id: 'C-08.10',
      title: 'A node can be added again after it was deleted',
      rule: RULE,
      given: { a: 'one' },
      send: (at) => remove(`${at}/a`) + add(`${at}/a`, 'two'),
      codes: ['Delete 200', 'Add 200'],
      after: { a: 'two' },
    }),
    commandCase({
      id: 'C-08.11',
      title: 'A permanent node is not deleted whatever its ACL grants: 405',
      rule: 'DM_TND 1.2.1, Permanent and dynamic nodes',
      given: { a: 'one' },
      send: (_, { need }) => remove(need('fixed')),
      codes: ['Delete 405'],
      after: { a: 'one' },
    }),
  ],
};
