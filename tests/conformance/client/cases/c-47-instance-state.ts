import { NotApplicable } from '../../framework/index.ts';
import { checkCodes } from '../command-case.ts';
import type { Dialogue } from '../dialogue.ts';
import type { ClientCase, ClientGroup, ClientStand } from '../stand.ts';
import { add, addNode, atomic, escaped, get, remove, replace } from '../xml.ts';

/** The standard has no wire form for these properties: what is tried is Grove's own. */
const RULE = 'Grove, docs/instance-state.md';

const MAIL = 'urn:oma:mo:ext-grove-mail:1.0';
const MAIL_LATER = 'urn:oma:mo:ext-grove-mail:1.1';
const OTHER = 'urn:oma:mo:ext-grove-news:1.0';

const mark = (uri: string, name: string, value = 'true'): string => replace(`${uri}?prop=${name}`, value);

/** How instances are: of each the names of the properties that are true. */
async function states(dialogue: Dialogue, at: string, ...names: string[]): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of names) {
    const said: string[] = [];
    for (const property of ['Active', 'Default', 'Locked'])
      if ((await dialogue.read(`${at}/${name}?prop=${property}`)) === 'true') said.push(property);
    found[name] = said.join(' ');
  }
  return found;
}

/**
 * Has the instances `One` and `Two` of one service made, and `Three` of another.
 *
 * @throws {NotApplicable} for a client that does not have the properties
 */
async function instances(stand: ClientStand): Promise<{ dialogue: Dialogue; at: string }> {
  const { dialogue, at } = await stand.planted({});
  const made = [addNode(`${at}/One`, MAIL), addNode(`${at}/Two`, MAIL_LATER), addNode(`${at}/Three`, OTHER)];
  await dialogue.codes(made.join('') + add(`${at}/One/Addr`, 'one') + add(`${at}/Two/Addr`, 'two'));
  const value = await dialogue.read(`${at}/One?prop=Active`);
  if (value.startsWith('status '))
    throw new NotApplicable(`the client does not have the property Active (${value})`);
  return { dialogue, at };
}

/** Commands on the instances, what they are answered with, and how the instances are then. */
function stateCase(
  id: string,
  title: string,
  send: (at: string) => string,
  codes: readonly string[],
  after: Readonly<Record<string, string>>,
): ClientCase {
  return {
    id,
    title,
    rule: RULE,
    async run(stand, check) {
      const { dialogue, at } = await instances(stand);
      checkCodes(check, await dialogue.codes(send(at)), codes);
      check.equal(await states(dialogue, at, ...Object.keys(after)), after, 'the instances afterwards');
    },
  };
}

/** What another server, which has all rights by ACL, is answered with where the first one has locked `One`. */
function lockedCase(
  id: string,
  title: string,
  send: (at: string) => string,
  codes: readonly string[],
): ClientCase {
  return {
    id,
    title,
    rule: RULE,
    async run(stand, check) {
      const other = stand.need('otherServerID');
      const { dialogue, at } = await instances(stand);
      const own = dialogue.account.serverID;
      const rights = ['Add', 'Delete', 'Replace'].map((name) => `${name}=${own}+${other}`).join('&');
      const prepared = await dialogue.codes(
        replace(`${at}?prop=ACL`, escaped(`${rights}&Get=*`)) +
          mark(`${at}/One`, 'Active') +
          mark(`${at}/One`, 'Locked'),
      );
      check.equal(prepared, ['Replace 200', 'Replace 200', 'Replace 200'], 'statuses of the lock');
      await dialogue.end();
      const second = await stand.meet({ other: 'second' });
      checkCodes(check, await second.codes(send(at)), codes);
      await second.end();
      const again = await stand.meet();
      check.equal(
        await states(again, at, 'One', 'Two'),
        { One: 'Active Locked', Two: '' },
        'the instances afterwards',
      );
      check.equal(await again.read(`${at}/One/Addr`), 'one', 'a value of the locked one');
      await again.codes(mark(`${at}/One`, 'Locked', 'false') + replace(`${at}?prop=ACL`, ''));
    },
  };
}

export const INSTANCE_STATE: ClientGroup = {
  id: 'C-47',
  title: 'Active, Default and Locked of instances',
  cases: [
    stateCase(
      'C-47.1',
      'The three properties are false on a new instance, and are set by Replace',
      (at) => mark(`${at}/One`, 'Active') + mark(`${at}/One`, 'Default') + mark(`${at}/One`, 'Locked'),
      ['Replace 200', 'Replace 200', 'Replace 200'],
      { One: 'Active Default Locked', Two: '', Three: '' },
    ),
    stateCase(
      'C-47.2',
      'One instance of a service is Active, whatever its minor version: the last that was set',
      (at) => mark(`${at}/One`, 'Active') + mark(`${at}/Two`, 'Active'),
      ['Replace 200', 'Replace 200'],
      { One: '', Two: 'Active' },
    ),
    stateCase(
      'C-47.3',
      'One instance of a service is Default, which need not be the Active one',
      (at) => mark(`${at}/One`, 'Active') + mark(`${at}/One`, 'Default') + mark(`${at}/Two`, 'Default'),
      ['Replace 200', 'Replace 200', 'Replace 200'],
      { One: 'Active', Two: 'Default' },
    ),
    stateCase(
      'C-47.4',
      'Instances of another service keep their own',
      (at) => mark(`${at}/One`, 'Active') + mark(`${at}/Three`, 'Active'),
      ['Replace 200', 'Replace 200'],
      { One: 'Active', Three: 'Active' },
    ),
    stateCase(
      'C-47.5',
      'A property is taken away by false',
      (at) => mark(`${at}/One`, 'Active') + mark(`${at}/One`, 'Active', 'false'),
      ['Replace 200', 'Replace 200'],
      { One: '' },
    ),
    stateCase(
      'C-47.6',
      'A value other than true and false is answered with 400',
      (at) => mark(`${at}/One`, 'Active', 'perhaps') + mark(`${at}/One`, 'Locked', ''),
      ['Replace 400', 'Replace 400'],
      { One: '' },
    ),
    {
      id: 'C-47.7',
      title: 'A leaf, and an interior node that is no object, have no such properties: 405',
      rule: RULE,
      async run(stand, check) {
        const { dialogue, at } = await instances(stand);
        const codes = await dialogue.codes(
          addNode(`${at}/Plain`) + get(`${at}/Plain?prop=Active`) + mark(`${at}/One/Addr`, 'Locked'),
        );
        check.equal(codes, ['Add 200', 'Get 405', 'Replace 405'], 'statuses');
      },
    },
    stateCase(
      'C-47.8',
      'An instance is added and made Active, Default and Locked in one Atomic',
      (at) =>
        mark(`${at}/One`, 'Active') +
        atomic(
          addNode(`${at}/New`, MAIL),
          add(`${at}/New/Addr`, 'new'),
          mark(`${at}/New`, 'Active'),
          mark(`${at}/New`, 'Default'),
          mark(`${at}/New`, 'Locked'),
        ),
      ['Replace 200', 'Atomic 200', 'Add 200', 'Add 200', 'Replace 200', 'Replace 200', 'Replace 200'],
      { One: '', New: 'Active Default Locked' },
    ),
    stateCase(
      'C-47.9',
      'An Atomic that fails leaves every instance as it was',
      (at) =>
        mark(`${at}/One`, 'Active') +
        atomic(mark(`${at}/Two`, 'Active'), mark(`${at}/Two`, 'Locked'), replace(`${at}/Nowhere`, 'x')),
      ['Replace 200', 'Atomic 507', 'Replace 216', 'Replace 216', 'Replace 404'],
      { One: 'Active', Two: '' },
    ),
    stateCase(
      'C-47.10',
      'The authority that has locked an instance changes it as before, and unlocks it',
      (at) =>
        mark(`${at}/One`, 'Locked') +
        replace(`${at}/One/Addr`, 'new') +
        mark(`${at}/One`, 'Active') +
        mark(`${at}/One`, 'Locked', 'false'),
      ['Replace 200', 'Replace 200', 'Replace 200', 'Replace 200'],
      { One: 'Active' },
    ),
    stateCase(
      'C-47.11',
      'The Default instance stays so when the Active one is deleted',
      (at) => mark(`${at}/One`, 'Active') + mark(`${at}/Two`, 'Default') + remove(`${at}/One`),
      ['Replace 200', 'Replace 200', 'Delete 200'],
      { Two: 'Default' },
    ),
    {
      id: 'C-47.12',
      title: 'Setting a property is a change of the nodes concerned: their VerNo goes on',
      rule: RULE,
      async run(stand, check) {
        const { dialogue, at } = await instances(stand);
        await dialogue.codes(mark(`${at}/One`, 'Active'));
        const before = await dialogue.read(`${at}/One?prop=VerNo`);
        if (before.startsWith('status '))
          throw new NotApplicable(`the client does not have VerNo (${before})`);
        await dialogue.codes(mark(`${at}/Two`, 'Active'));
        const after = await dialogue.read(`${at}/One?prop=VerNo`);
        check.equal(Number(after), Number(before) + 1, 'VerNo of the instance that is Active no more');
      },
    },
    lockedCase(
      'C-47.13',
      'Another server may not change a locked instance: 425',
      (at) =>
        replace(`${at}/One/Addr`, 'x') +
        add(`${at}/One/More`, 'x') +
        replace(`${at}/One?prop=Name`, 'Else') +
        remove(`${at}/One`),
      ['Replace 425', 'Add 425', 'Replace 425', 'Delete 425'],
    ),
    lockedCase(
      'C-47.14',
      'Another server may not unlock it, take Active from it, or give that to another: 425',
      (at) =>
        mark(`${at}/One`, 'Locked', 'false') +
        mark(`${at}/One`, 'Active', 'false') +
        mark(`${at}/Two`, 'Active'),
      ['Replace 425', 'Replace 425', 'Replace 425'],
    ),
    lockedCase(
      'C-47.15',
      'Another server may read a locked instance and what it is',
      (at) => get(`${at}/One/Addr`) + get(`${at}/One?prop=Locked`),
      ['Get 200', 'Get 200'],
    ),
    {
      id: 'C-47.16',
      title: 'Reading takes the right to Get, setting that to Replace: else 425',
      rule: RULE,
      async run(stand, check) {
        const { dialogue, at } = await instances(stand);
        const other = 'com.example.other';
        const codes = await dialogue.codes(
          replace(`${at}/One?prop=ACL`, escaped(`Get=*&Replace=${other}`)) +
            get(`${at}/One?prop=Active`) +
            mark(`${at}/One`, 'Active') +
            replace(`${at}/Two?prop=ACL`, escaped(`Get=${other}&Replace=*`)) +
            get(`${at}/Two?prop=Active`) +
            mark(`${at}/Two`, 'Active'),
        );
        const expected = ['Replace 200', 'Get 200', 'Replace 425', 'Replace 200', 'Get 425', 'Replace 200'];
        check.equal(codes, expected, 'statuses');
      },
    },
  ],
};
