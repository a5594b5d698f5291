import type { Check } from '../../framework/index.ts';
import type { Dialogue } from '../dialogue.ts';
import type { ClientCase, ClientGroup, ClientStand } from '../stand.ts';
import { add, escaped, get, remove, replace } from '../xml.ts';

/** The servers of the example; A is the one that plants it. */
type Server = 'A' | 'B' | 'C';
const OTHER = { B: 'second', C: 'third' } as const;

const TREE = { NodeA: { Node1: 'one' }, NodeB: { Node3: { Node4: 'four', Node5: 'five' } } };

const setAcl = (uri: string, acl: string): string => replace(`${uri}?prop=ACL`, escaped(acl));
const getAcl = (uri: string): string => get(`${uri}?prop=ACL`);

/** What a case does with the example: each server says something of its own, in a session of its own. */
type Saying = (
  as: (server: Server, body: (at: string) => string) => Promise<readonly string[]>,
  parts: {
    readonly check: Check;
    readonly read: (server: Server, uri: string) => Promise<string>;
    readonly id: (server: Server) => string;
  },
) => Promise<void>;

/** The tree of the standard's example with its ACLs: of the root, of each node, and none for Node4. */
function exampleCase(id: string, title: string, run: Saying): ClientCase {
  return {
    id,
    title,
    rule: 'DM_TND 1.2.1, ACL example (three servers)',
    async run(stand, check) {
      const ids: Record<Server, string> = {
        A: '',
        B: stand.need('otherServerID'),
        C: stand.need('thirdServerID'),
      };
      const { dialogue, at } = await stand.planted(TREE);
      ids.A = dialogue.account.serverID;
      await grant(dialogue, check, [
        setAcl(`${at}/NodeB/Node3/Node5`, `Get=${ids.A}&Replace=${ids.A}`),
        setAcl(`${at}/NodeB/Node3`, `Get=${ids.B}&Replace=${ids.B}&Delete=${ids.B}`),
        setAcl(`${at}/NodeB`, `Get=${ids.A}&Replace=${ids.A}`),
        setAcl(`${at}/NodeA/Node1`, 'Get=*'),
        setAcl(`${at}/NodeA`, `Get=${ids.C}&Replace=${ids.C}`),
        setAcl(at, 'Add=*&Get=*'),
      ]);
      await dialogue.end();
      try {
        await run((server, body) => say(stand, server, (session) => session.codes(body(at))), {
          check,
          read: (server, uri) => say(stand, server, (session) => session.read(`${at}/${uri}`)),
          id: (server) => ids[server],
        });
      } finally {
        await say(stand, 'A', (session) => session.codes(setAcl(at, '')));
      }
    },
  };
}

async function grant(dialogue: Dialogue, check: Check, acls: readonly string[]): Promise<void> {
  const codes = await dialogue.codes(acls.join(''));
  check.equal(
    codes,
    acls.map(() => 'Replace 200'),
    'statuses of the ACLs that make the example',
  );
}

async function say<T>(
  { meet }: ClientStand,
  server: Server,
  what: (dialogue: Dialogue) => Promise<T>,
): Promise<T> {
  const dialogue = await meet(server === 'A' ? {} : { other: OTHER[server] });
  const said = await what(dialogue);
  await dialogue.end();
  return said;
}

const ALL: readonly Server[] = ['A', 'B', 'C'];

export const THREE_SERVERS: ClientGroup = {
  id: 'C-46',
  title: 'Three servers on one tree',
  cases: [
    exampleCase('C-46.1', 'Every server may Get the value of Node1', async (as, { check }) => {
      for (const server of ALL) {
        const codes = await as(server, (at) => get(`${at}/NodeA/Node1`));
        check.equal(codes, ['Get 200'], `Get of server ${server}`);
      }
    }),
    exampleCase('C-46.2', 'Only server C may change the ACL of Node1 in one step', async (as, { check }) => {
      for (const server of ALL) {
        const codes = await as(server, (at) => setAcl(`${at}/NodeA/Node1`, 'Get=*'));
        check.equal(codes, [server === 'C' ? 'Replace 200' : 'Replace 425'], `Replace of server ${server}`);
      }
    }),
    exampleCase(
      'C-46.3',
      'No server may delete Node1 or replace its value without changing its ACL first',
      async (as, { check }) => {
        for (const server of ALL) {
          const codes = await as(
            server,
            (at) => replace(`${at}/NodeA/Node1`, 'x') + remove(`${at}/NodeA/Node1`),
          );
          check.equal(codes, ['Replace 425', 'Delete 425'], `statuses for server ${server}`);
        }
      },
    ),
    exampleCase('C-46.4', 'Server C may do so after it has changed the ACL', async (as, { check, id }) => {
      const codes = await as(
        'C',
        (at) =>
          setAcl(`${at}/NodeA/Node1`, `Get=*&Replace=${id('C')}`) + replace(`${at}/NodeA/Node1`, 'by C'),
      );
      check.equal(codes, ['Replace 200', 'Replace 200'], 'statuses');
    }),
    exampleCase(
      'C-46.5',
      'The ACL of Node4 reads empty, and that of Node3 holds for it: not those of nodes above',
      async (as, { check, read }) => {
        check.equal(await read('B', 'NodeB/Node3/Node4?prop=ACL'), '', 'ACL of Node4');
        const write = (at: string): string => replace(`${at}/NodeB/Node3/Node4`, 'x');
        check.equal(await as('B', write), ['Replace 200'], 'Replace of server B');
        check.equal(await as('A', write), ['Replace 425'], 'Replace of server A');
        check.equal(await as('C', (at) => getAcl(`${at}/NodeB/Node3/Node4`)), ['Get 425'], 'Get of server C');
      },
    ),
    exampleCase('C-46.6', 'Server A may replace Node5, and server B may not', async (as, { check }) => {
      const write = (at: string): string => replace(`${at}/NodeB/Node3/Node5`, 'x');
      check.equal(await as('A', write), ['Replace 200'], 'Replace of server A');
      check.equal(await as('B', write), ['Replace 425'], 'Replace of server B');
    }),
    exampleCase(
      'C-46.7',
      'Server A, which may replace NodeB, takes Node3 over; server C cannot',
      async (as, { check, id }) => {
        const take = (server: Server) => (at: string) =>
          setAcl(`${at}/NodeB/Node3`, `Get=${id(server)}&Replace=${id(server)}`) +
          replace(`${at}/NodeB/Node3/Node4`, 'taken');
        check.equal(await as('C', take('C')), ['Replace 425', 'Replace 425'], 'statuses for server C');
        check.equal(await as('A', take('A')), ['Replace 200', 'Replace 200'], 'statuses for server A');
      },
    ),
    exampleCase(
      'C-46.8',
      'Every server may add below the root of the example, and none below NodeB',
      async (as, { check }) => {
        for (const server of ALL) {
          const codes = await as(
            server,
            (at) => add(`${at}/of${server}`, 'x') + add(`${at}/NodeB/of${server}`, 'x'),
          );
          check.equal(codes, ['Add 200', 'Add 425'], `statuses for server ${server}`);
        }
      },
    ),
    exampleCase('C-46.9', 'Server B may delete Node4, and no server NodeB', async (as, { check }) => {
      const below = (at: string): string => remove(`${at}/NodeB/Node3/Node4`);
      check.equal(await as('A', below), ['Delete 425'], 'Delete of server A');
      check.equal(await as('B', below), ['Delete 200'], 'Delete of server B');
      for (const server of ALL) {
        check.equal(await as(server, (at) => remove(`${at}/NodeB`)), ['Delete 425'], `server ${server}`);
      }
    }),
  ],
};
