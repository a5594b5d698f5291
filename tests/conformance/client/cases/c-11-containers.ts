import { checkCodes, commandCase } from '../command-case.ts';
import type { ClientGroup } from '../stand.ts';
import { add, atomic, copy, exec, get, remove, replace, sequence } from '../xml.ts';

const SEQUENCE_RULE = 'DM_RepPro 1.2.1, Sequence';
const ATOMIC_RULE = 'DM_RepPro 1.2.1, Atomic';
const MANY = 60;

export const SEQUENCE: ClientGroup = {
  id: 'C-11',
  title: 'Sequence',
  cases: [
    commandCase({
      id: 'C-11.1',
      title: 'The commands of a Sequence are done in their order; the Sequence is answered with 200',
      rule: SEQUENCE_RULE,
      send: (at) =>
        sequence(
          add(`${at}/a`, 'one'),
          replace(`${at}/a`, 'two'),
          remove(`${at}/a`),
          add(`${at}/a`, 'three'),
        ),
      codes: ['Sequence 200', 'Add 200', 'Replace 200', 'Delete 200', 'Add 200'],
      after: { a: 'three' },
    }),
    {
      id: 'C-11.2',
      title: 'A Get in a Sequence gives the value at its place in the order',
      rule: SEQUENCE_RULE,
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ a: 'one' });
        const reply = await dialogue.say(sequence(get(`${at}/a`), replace(`${at}/a`, 'two'), get(`${at}/a`)));
        const values = reply.items.map(({ data }) => data);
        check.equal(values, ['one', 'two'], 'Results');
      },
    },
    commandCase({
      id: 'C-11.3',
      title: 'Each command of a Sequence has a Status of its own, also one that fails',
      rule: SEQUENCE_RULE,
      given: { a: 'one' },
      send: (at) => sequence(add(`${at}/a`, 'two'), exec(`${at}/none`)),
      codes: ['Sequence 200', 'Add 418', 'Exec 404 or 215'],
      after: { a: 'one' },
    }),
    commandCase({
      id: 'C-11.4',
      title: 'A Sequence may hold an Atomic, which is done as one',
      rule: 'DM_RepPro 1.2.1, Sequence and Atomic',
      given: { a: 'one' },
      send: (at) =>
        sequence(atomic(replace(`${at}/a`, 'two'), replace(`${at}/none`, 'x')), add(`${at}/b`, 'b')),
      codes: ['Sequence 200', 'Atomic 507', 'Replace 216', 'Replace 404', 'Add 200'],
      after: { a: 'one', b: 'b' },
    }),
    commandCase({
      id: 'C-11.5',
      title: 'Commands beside a Sequence are done as well',
      rule: SEQUENCE_RULE,
      send: (at) => add(`${at}/a`, 'one') + sequence(add(`${at}/b`, 'two')) + add(`${at}/c`, 'three'),
      codes: ['Add 200', 'Sequence 200', 'Add 200', 'Add 200'],
      after: { '': 'a/b/c' },
    }),
  ],
};

export const ATOMIC: ClientGroup = {
  id: 'C-12',
  title: 'Atomic',
  cases: [
    commandCase({
      id: 'C-12.1',
      title: 'When all commands of an Atomic succeed, each and the Atomic are answered with 200',
      rule: ATOMIC_RULE,
      given: { a: 'one', b: 'two' },
      send: (at) => atomic(add(`${at}/c`, 'three'), replace(`${at}/a`, 'new'), remove(`${at}/b`)),
      codes: ['Atomic 200', 'Add 200', 'Replace 200', 'Delete 200'],
      after: { '': 'a/c', a: 'new' },
    }),
    commandCase({
      id: 'C-12.2',
      title: 'When one fails: 507 for the Atomic, 216 for those before it, its own code, 215 for the rest',
      rule: ATOMIC_RULE,
      given: { a: 'one' },
      send: (at) => atomic(add(`${at}/b`, 'two'), replace(`${at}/none`, 'x'), add(`${at}/c`, 'three')),
      codes: ['Atomic 507', 'Add 216', 'Replace 404', 'Add 215'],
      after: { '': 'a' },
    }),
    commandCase({
      id: 'C-12.3',
      title: 'A value that was replaced is as it was before',
      rule: ATOMIC_RULE,
      given: { a: 'one' },
      send: (at) => atomic(replace(`${at}/a`, 'two'), add(`${at}/a`, 'x')),
      codes: ['Atomic 507', 'Replace 216', 'Add 418'],
      after: { a: 'one' },
    }),
    commandCase({
      id: 'C-12.4',
      title: 'A sub-tree that was deleted is there again, with its ACL',
      rule: ATOMIC_RULE,
      given: { a: { b: { c: 'one' } } },
      send: (at) =>
        replace(`${at}/a?prop=ACL`, 'Delete=*&amp;Get=*&amp;Replace=*') +
        atomic(remove(`${at}/a`), replace(`${at}/none`, 'x')),
      codes: ['Replace 200', 'Atomic 507', 'Delete 216', 'Replace 404'],
      after: { 'a/b/c': 'one', 'a?prop=ACL': 'Delete=*&Get=*&Replace=*' },
    }),
    commandCase({
      id: 'C-12.5',
      title: 'A node that was renamed has its name again',
      rule: ATOMIC_RULE,
      given: { a: 'one' },
      send: (at) => atomic(replace(`${at}/a?prop=Name`, 'b'), replace(`${at}/none`, 'x')),
      codes: ['Atomic 507', 'Replace 216', 'Replace 404'],
      after: { '': 'a', a: 'one' },
    }),
    commandCase({
      id: 'C-12.6',
      title: 'Commands that failed in an Atomic do not keep others of the message from being done',
      rule: ATOMIC_RULE,
      send: (at) => atomic(replace(`${at}/none`, 'x')) + add(`${at}/a`, 'one'),
      codes: ['Atomic 507', 'Replace 404', 'Add 200'],
      after: { '': 'a' },
    }),
    commandCase({
      id: 'C-12.7',
      title: 'A Get in an Atomic is answered with 500, the Atomic with 507',
      rule: ATOMIC_RULE,
      given: { a: 'one' },
      send: (at) => atomic(replace(`${at}/a`, 'two'), get(`${at}/a`)),
      codes: ['Atomic 507', 'Replace 215 or 216', 'Get 500'],
      after: { a: 'one' },
    }),
    {
      id: 'C-12.8',
      title: 'An Atomic in an Atomic is answered with 500, the outer one with 507, and nothing is done',
      rule: ATOMIC_RULE,
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ a: 'one' });
        const codes = await dialogue.codes(atomic(replace(`${at}/a`, 'two'), atomic(add(`${at}/b`, 'x'))));
        checkCodes(check, codes.slice(0, 3), ['Atomic 507', 'Replace 215 or 216', 'Atomic 500']);
        check.equal([await dialogue.read(at), await dialogue.read(`${at}/a`)], ['a', 'one'], 'the tree');
      },
    },
    commandCase({
      id: 'C-12.9',
      title: 'Commands of an Atomic see what those before them did',
      rule: ATOMIC_RULE,
      send: (at) => atomic(add(`${at}/a`, 'one'), replace(`${at}/a`, 'two'), copy(`${at}/a`, `${at}/b`)),
      codes: ['Atomic 200', 'Add 200', 'Replace 200', 'Copy 200'],
      after: { a: 'two', b: 'two' },
    }),
    {
      id: 'C-12.10',
      title: 'An Atomic whose answer no message can hold is done and told of in several, or refused with 517',
      rule: ATOMIC_RULE,
      async run({ planted }, check) {
        const { dialogue, at } = await planted();
        const names = Array.from({ length: MANY }, (_, n) => `node-${n + 10}`);
        const reply = await dialogue.say(atomic(...names.map((name) => add(`${at}/${name}`, 'x'))), {
          maxMsgSize: 2000,
        });
        checkCodes(check, reply.codes.slice(0, 1), ['Atomic 200 or 517']);
        const isDone = reply.codes[0] === 'Atomic 200';
        if (isDone) check.equal(reply.codes.slice(1), Array(MANY).fill('Add 200'), 'statuses of the members');
        check.equal((await dialogue.read(at)).split('/'), isDone ? names : [''], 'nodes afterwards');
      },
    },
    commandCase({
      id: 'C-12.11',
      title: 'An Exec in an Atomic is not done, and the Atomic is answered with 507',
      rule: ATOMIC_RULE,
      given: { a: 'one' },
      send: (at, { need }) => atomic(replace(`${at}/a`, 'two'), exec(need('executable'))),
      codes: ['Atomic 507', 'Replace 215 or 216', 'Exec 405 or 406 or 500'],
      after: { a: 'one' },
    }),
  ],
};
