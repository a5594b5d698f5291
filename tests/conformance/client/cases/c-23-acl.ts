import { Failure, NotApplicable } from '../../framework/index.ts';
import { checkCodes } from '../command-case.ts';
import type { Dialogue } from '../dialogue.ts';
import type { ClientGroup } from '../stand.ts';
import { add, addNode, copy, escaped, exec, get, remove, replace } from '../xml.ts';

const RULE = 'DM_TND 1.2.1, ACL';
const INHERIT = 'DM_TND 1.2.1, ACL and inheritance';
const CHANGE = 'DM_TND 1.2.1, Changing the ACL';
const CREATOR = 'DM_TND 1.2.1, ACL of a node that is added';
const SYNTAX = 'DM_TND 1.2.1, ACL syntax';
const OTHER = 'com.example.other';

const setAcl = (uri: string, acl: string): string => replace(`${uri}?prop=ACL`, escaped(acl));

/** Gives nodes their ACLs, the later ones first needed last: as a server would do it. */
async function grant(dialogue: Dialogue, acls: Readonly<Record<string, string>>): Promise<void> {
  const codes = await dialogue.codes(
    Object.entries(acls)
      .map(([uri, acl]) => setAcl(uri, acl))
      .join(''),
  );
  const refused = codes.find((code) => code !== 'Replace 200');
  if (refused !== undefined)
    throw new Failure(`the ACLs that the case needs could not be set: ${codes.join(', ')}`);
}

/** An ACL as its commands with their servers, which may be written in any order. */
function entries(acl: string): Record<string, string[]> {
  const pairs = acl.split('&').filter((entry) => entry !== '');
  return Object.fromEntries(
    pairs.map((entry) => {
      const [name = '', servers = ''] = entry.split('=');
      return [name, servers.split('+').sort()];
    }),
  );
}

export const ACL: ClientGroup = {
  id: 'C-23',
  title: 'Access control lists',
  cases: [
    {
      id: 'C-23.1',
      title: 'The root has an ACL of its own',
      rule: RULE,
      async run({ meet }, check) {
        const acl = await (await meet()).read('.?prop=ACL');
        check.matches(acl, /^(Add|Delete|Exec|Get|Replace)=/, 'ACL of the root');
      },
    },
    {
      id: 'C-23.2',
      title: 'Get of an ACL that is empty gives an empty Data, not what is inherited',
      rule: INHERIT,
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ a: 'one', b: {} });
        check.equal(await dialogue.read(`${at}/a?prop=ACL`), '', 'ACL of a leaf');
        check.equal(await dialogue.read(`${at}/b?prop=ACL`), '', 'ACL of an interior node');
      },
    },
    {
      id: 'C-23.3',
      title: 'Without an ACL of its own a node has that of the nearest node above which has one',
      rule: INHERIT,
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ a: { b: { c: 'one' } } });
        await grant(dialogue, { [`${at}/a`]: 'Get=*' });
        const reply = await dialogue.say(
          get(`${at}/a/b/c`) + replace(`${at}/a/b/c`, 'two') + add(`${at}/a/b/d`, 'x') + remove(`${at}/a/b`),
        );
        check.equal(reply.codes, ['Get 200', 'Replace 425', 'Add 425', 'Delete 425'], 'statuses');
        check.equal(await dialogue.read(`${at}/a/b/c`), 'one', 'value');
      },
    },
    {
      id: 'C-23.4',
      title: 'An ACL of its own takes the place of the inherited one, for every command',
      rule: INHERIT,
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ a: 'one' });
        await grant(dialogue, { [`${at}/a`]: 'Get=*' });
        const codes = await dialogue.codes(replace(`${at}/a`, 'two') + remove(`${at}/a`));
        check.equal(codes, ['Replace 425', 'Delete 425'], 'statuses');
      },
    },
    {
      id: 'C-23.5',
      title: 'Get without the right to it is answered with 425, for values, children and properties',
      rule: RULE,
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ a: 'one', b: { c: 'x' } });
        const { serverID } = dialogue.account;
        await grant(dialogue, { [`${at}/a`]: `Replace=${serverID}`, [`${at}/b`]: `Replace=${serverID}` });
        const reply = await dialogue.say(get(`${at}/a`) + get(`${at}/b`) + get(`${at}/a?prop=Format`));
        check.equal(reply.codes, ['Get 425', 'Get 425', 'Get 425'], 'statuses');
        check.equal(reply.results, [], 'Results');
      },
    },
    {
      id: 'C-23.6',
      title: 'Add needs the right to Add at the parent',
      rule: RULE,
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ a: {} });
        const { serverID } = dialogue.account;
        await grant(dialogue, { [`${at}/a`]: `Get=*&Replace=${serverID}` });
        check.equal(await dialogue.codes(add(`${at}/a/b`, 'x')), ['Add 425'], 'without it');
        await grant(dialogue, { [`${at}/a`]: `Add=${serverID}&Get=*&Replace=${serverID}` });
        check.equal(await dialogue.codes(add(`${at}/a/b`, 'x')), ['Add 200'], 'with it');
      },
    },
    {
      id: 'C-23.7',
      title: 'Exec without the right to it is answered with 425',
      rule: RULE,
      async run({ planted, need }, check) {
        const executable = need('executable');
        const { dialogue } = await planted();
        await grant(dialogue, { [executable]: 'Get=*' });
        const codes = await dialogue.codes(exec(executable));
        await grant(dialogue, { [executable]: '' });
        check.equal(codes, ['Exec 425'], 'statuses');
        check.equal(await dialogue.codes(exec(executable)), ['Exec 200'], 'statuses with the right');
      },
    },
    {
      id: 'C-23.8',
      title: 'Copy needs the right to Get its source and to Replace its target',
      rule: RULE,
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ a: 'one', b: 'two', c: 'three' });
        const [probe = ''] = await dialogue.codes(copy(`${at}/a`, `${at}/c`));
        if (probe === 'Copy 406')
          throw new NotApplicable('the client does not have Copy, which is optional (406)');
        await grant(dialogue, { [`${at}/a`]: `Replace=${dialogue.account.serverID}`, [`${at}/b`]: 'Get=*' });
        const codes = await dialogue.codes(copy(`${at}/a`, `${at}/c`) + copy(`${at}/c`, `${at}/b`));
        check.equal(codes, ['Copy 425', 'Copy 425'], 'statuses');
        check.equal(await dialogue.read(`${at}/b`), 'two', 'the target afterwards');
      },
    },
    {
      id: 'C-23.9',
      title: 'The ACL of a leaf cannot be changed with the right to Replace the leaf alone',
      rule: CHANGE,
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ p: { leaf: 'one' } });
        const mine = `Get=*&Replace=${dialogue.account.serverID}`;
        await grant(dialogue, { [`${at}/p/leaf`]: mine, [`${at}/p`]: 'Get=*' });
        const codes = await dialogue.codes(
          setAcl(`${at}/p/leaf`, 'Get=*&Delete=*') + replace(`${at}/p/leaf`, 'two'),
        );
        check.equal(codes, ['Replace 425', 'Replace 200'], 'statuses for the ACL and for the value');
        check.equal(entries(await dialogue.read(`${at}/p/leaf?prop=ACL`)), entries(mine), 'ACL afterwards');
      },
    },
    {
      id: 'C-23.10',
      title: 'The ACL of a leaf can be changed with the right to Replace its parent',
      rule: CHANGE,
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ p: { leaf: 'one' } });
        await grant(dialogue, { [`${at}/p/leaf`]: `Get=${OTHER}` });
        const codes = await dialogue.codes(get(`${at}/p/leaf`) + setAcl(`${at}/p/leaf`, 'Get=*'));
        check.equal(codes, ['Get 425', 'Replace 200'], 'statuses for the value and for the ACL');
        check.equal(await dialogue.read(`${at}/p/leaf`), 'one', 'value');
      },
    },
    {
      id: 'C-23.11',
      title: 'The ACL of an interior node can be changed with the right to Replace that node alone',
      rule: CHANGE,
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ p: { node: {} } });
        const mine = `Get=*&Replace=${dialogue.account.serverID}`;
        await grant(dialogue, { [`${at}/p/node`]: mine, [`${at}/p`]: 'Get=*' });
        const codes = await dialogue.codes(setAcl(`${at}/p/node`, `${mine}&Delete=*`));
        check.equal(codes, ['Replace 200'], 'statuses');
      },
    },
    {
      id: 'C-23.12',
      title: 'The ACL of an interior node can be changed with the right to Replace its parent',
      rule: CHANGE,
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ p: { node: {} } });
        await grant(dialogue, { [`${at}/p/node`]: `Get=${OTHER}` });
        const codes = await dialogue.codes(setAcl(`${at}/p/node`, 'Get=*'));
        check.equal(codes, ['Replace 200'], 'statuses');
      },
    },
    {
      id: 'C-23.13',
      title: 'A server with the right to Replace the parent gives itself the rights it lacks, and acts then',
      rule: CHANGE,
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ p: { leaf: 'one' } });
        await grant(dialogue, { [`${at}/p/leaf`]: `Get=${OTHER}` });
        const uri = `${at}/p/leaf`;
        const codes = await dialogue.codes(
          remove(uri) + setAcl(uri, `Delete=${dialogue.account.serverID}`) + remove(uri),
        );
        check.equal(codes, ['Delete 425', 'Replace 200', 'Delete 200'], 'statuses');
      },
    },
    {
      id: 'C-23.14',
      title:
        'Who adds an interior node without the right to Replace its parent gets Add, Delete and Replace on it',
      rule: CREATOR,
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ p: {} });
        const { serverID } = dialogue.account;
        await grant(dialogue, { [`${at}/p`]: `Add=${serverID}&Get=*` });
        check.equal(await dialogue.codes(addNode(`${at}/p/new`)), ['Add 200'], 'statuses');
        const codes = await dialogue.codes(
          add(`${at}/p/new/a`, 'one') + replace(`${at}/p/new/a`, 'two') + remove(`${at}/p/new`),
        );
        check.equal(codes, ['Add 200', 'Replace 200', 'Delete 200'], 'statuses on the new node');
      },
    },
    {
      id: 'C-23.15',
      title: 'So is it for parents that are made on the way',
      rule: CREATOR,
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ p: {} });
        const { serverID } = dialogue.account;
        await grant(dialogue, { [`${at}/p`]: `Add=${serverID}&Get=*` });
        const [code = ''] = await dialogue.codes(add(`${at}/p/new/a`, 'one'));
        if (code === 'Add 404') throw new NotApplicable('the client makes no parents on the way (404)');
        check.equal(code, 'Add 200', 'Status');
        check.equal(await dialogue.codes(replace(`${at}/p/new/a`, 'two')), ['Replace 200'], 'statuses');
      },
    },
    {
      id: 'C-23.16',
      title: 'Who adds a leaf without the right to Replace its parent gets no right on it',
      rule: CREATOR,
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ p: {} });
        const { serverID } = dialogue.account;
        await grant(dialogue, { [`${at}/p`]: `Add=${serverID}&Get=*` });
        const codes = await dialogue.codes(add(`${at}/p/leaf`, 'one') + replace(`${at}/p/leaf`, 'two'));
        check.equal(codes, ['Add 200', 'Replace 425'], 'statuses');
        check.equal(await dialogue.read(`${at}/p/leaf?prop=ACL`), '', 'ACL');
      },
    },
    {
      id: 'C-23.17',
      title: 'Who adds a node with the right to Replace its parent leaves its ACL empty',
      rule: CREATOR,
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ p: {} });
        await dialogue.say(addNode(`${at}/p/new`));
        check.equal(await dialogue.read(`${at}/p/new?prop=ACL`), '', 'ACL');
      },
    },
    {
      id: 'C-23.18',
      title: 'Replace of an ACL replaces all of it',
      rule: CHANGE,
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ a: 'one' });
        await grant(dialogue, { [`${at}/a`]: 'Get=*&Delete=*' });
        await grant(dialogue, { [`${at}/a`]: 'Get=*' });
        check.equal(await dialogue.read(`${at}/a?prop=ACL`), 'Get=*', 'ACL');
      },
    },
    {
      id: 'C-23.19',
      title: 'Replace of an ACL by nothing lets the node inherit again',
      rule: INHERIT,
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ a: 'one' });
        await grant(dialogue, { [`${at}/a`]: 'Get=*' });
        await grant(dialogue, { [`${at}/a`]: '' });
        check.equal(await dialogue.codes(replace(`${at}/a`, 'two')), ['Replace 200'], 'statuses');
      },
    },
    {
      id: 'C-23.20',
      title: 'What is no ACL is refused, and the ACL stays',
      rule: SYNTAX,
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ a: 'one' });
        await grant(dialogue, { [`${at}/a`]: 'Get=*' });
        for (const wrong of ['Copy=*', 'Get=', 'Get', 'Read=*', 'Get=*&&Add=*', 'Get=a b']) {
          const [code = ''] = await dialogue.codes(setAcl(`${at}/a`, wrong));
          checkCodes(check, [code], ['Replace 400 or 405']);
        }
        check.equal(await dialogue.read(`${at}/a?prop=ACL`), 'Get=*', 'ACL');
      },
    },
    {
      id: 'C-23.21',
      title: 'Several servers stand in one entry with + between them',
      rule: SYNTAX,
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ a: 'one' });
        const acl = `Get=com.example.a+${dialogue.account.serverID}+${OTHER}`;
        await grant(dialogue, { [`${at}/a`]: acl });
        check.equal(await dialogue.read(`${at}/a`), 'one', 'value');
        check.equal(entries(await dialogue.read(`${at}/a?prop=ACL`)), entries(acl), 'ACL');
      },
    },
    {
      id: 'C-23.22',
      title: 'A * beside the name of a server means every server',
      rule: SYNTAX,
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ a: 'one' });
        await grant(dialogue, { [`${at}/a`]: `Get=${OTHER}+*` });
        check.equal(await dialogue.read(`${at}/a`), 'one', 'value');
      },
    },
    {
      id: 'C-23.23',
      title: 'A server whose name begins like that of another is another',
      rule: RULE,
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ a: 'one' });
        const { serverID } = dialogue.account;
        await grant(dialogue, { [`${at}/a`]: `Get=${serverID}x+x${serverID}+${serverID.slice(0, -1)}` });
        check.equal(await dialogue.read(`${at}/a`), 'status 425', 'value');
      },
    },
    {
      id: 'C-23.24',
      title: 'With the right to Replace a leaf its properties but the ACL can be changed: it can be renamed',
      rule: CHANGE,
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ p: { leaf: 'one' } });
        await grant(dialogue, {
          [`${at}/p/leaf`]: `Get=*&Replace=${dialogue.account.serverID}`,
          [`${at}/p`]: 'Get=*',
        });
        check.equal(
          await dialogue.codes(replace(`${at}/p/leaf?prop=Name`, 'other')),
          ['Replace 200'],
          'statuses',
        );
        check.equal(await dialogue.read(`${at}/p/other`), 'one', 'value');
      },
    },
    {
      id: 'C-23.25',
      title: 'The root cannot be left without an ACL',
      rule: RULE,
      async run({ meet }, check) {
        const dialogue = await meet();
        const before = await dialogue.read('.?prop=ACL');
        const [code = ''] = await dialogue.codes(setAcl('.', ''));
        checkCodes(check, [code], ['Replace 405 or 425']);
        check.equal(await dialogue.read('.?prop=ACL'), before, 'ACL of the root');
      },
    },
    {
      id: 'C-23.26',
      title: 'Delete of a node with a child that the server may not delete takes both away, or none',
      rule: 'DM_RepPro 1.2.1, Delete',
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ p: { leaf: 'one' } });
        await grant(dialogue, { [`${at}/p/leaf`]: `Get=${OTHER}` });
        const codes = await dialogue.codes(remove(`${at}/p`));
        checkCodes(check, codes, ['Delete 200 or 425']);
        const left = codes[0] === 'Delete 200' ? '' : 'p';
        check.equal(await dialogue.read(at), left, 'the place afterwards');
        check.equal(
          await dialogue.read(`${at}/p/leaf`),
          left === '' ? 'status 404' : 'status 425',
          'the child',
        );
      },
    },
    {
      id: 'C-23.27',
      title: 'The server that calls by another account is another server',
      rule: 'DM_TND 1.2.1, ACL; DM_StdObj 1.2.1, DMAcc ServerID',
      async run({ planted, meet, need }, check) {
        const otherServer = need('otherServerID');
        const { dialogue, at } = await planted({ mine: 'one', theirs: 'two' });
        const { serverID } = dialogue.account;
        await grant(dialogue, {
          [`${at}/mine`]: `Get=${serverID}`,
          [`${at}/theirs`]: `Get=${otherServer}&Replace=${otherServer}`,
        });
        await dialogue.end();
        const other = await meet({ other: 'second' });
        const reply = await other.say(
          get(`${at}/mine`) + get(`${at}/theirs`) + replace(`${at}/theirs`, 'three') + add(`${at}/new`, 'x'),
        );
        check.equal(reply.codes, ['Get 425', 'Get 200', 'Replace 200', 'Add 425'], 'statuses');
      },
    },
    {
      id: 'C-23.28',
      title: 'A server may not read or change what another has added for itself',
      rule: RULE,
      async run({ planted, meet, need }, check) {
        need('otherServerID');
        const { dialogue, at } = await planted({ a: { b: 'one' } });
        const { serverID } = dialogue.account;
        await grant(dialogue, {
          [`${at}/a`]: `Add=${serverID}&Delete=${serverID}&Get=${serverID}&Replace=${serverID}`,
        });
        await dialogue.end();
        const other = await meet({ other: 'second' });
        const uri = `${at}/a/b`;
        const codes = await other.codes(
          get(uri) +
            replace(uri, 'x') +
            remove(uri) +
            setAcl(uri, 'Get=*') +
            replace(`${uri}?prop=Name`, 'c') +
            copy(uri, `${at}/stolen`),
        );
        checkCodes(check, codes, [
          'Get 425',
          'Replace 425',
          'Delete 425',
          'Replace 425',
          'Replace 425',
          'Copy 425 or 406',
        ]);
      },
    },
  ],
};
