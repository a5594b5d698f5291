import { InvalidInput, NotFound, type Page, type PageRequest, type Problem, pageOf } from '@grove/api';
import { type Address, AddressError, parseAddress } from '@grove/push';
import type { Params } from '@grove/store';
import { type Static, Type } from 'typebox';
import { keyOf, parseTerminal, shortAddress } from '../address/index.ts';
import type { Terminals } from '../routing/index.ts';
import { type Queries, statement, type UserTable } from '../store/index.ts';

/** What is said of a user. */
export const UserInput = Type.Object(
  {
    addresses: Type.Array(Type.String({ minLength: 1, maxLength: 512 }), {
      minItems: 1,
      maxItems: 16,
      description:
        'Where the terminals are reached, the preferred one first: +441632960001, sip:alice@example.com, 192.0.2.1:2948',
    }),
    bearers: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
        maxItems: 16,
        description: 'Names of the bearers that the terminals take; all when absent',
      }),
    ),
    accepts: Type.Optional(
      Type.Array(Type.String({ minLength: 3, maxLength: 128, pattern: '^[^/\\s;]+/[^/\\s;]+$' }), {
        maxItems: 64,
        description: 'Media types that the terminals take, image/* for all of a kind; all when absent',
      }),
    ),
    capabilities: Type.Optional(
      Type.String({
        maxLength: 65_536,
        description: 'What the terminals can do: a UAProf document (RDF), for initiators that ask',
      }),
    ),
  },
  { additionalProperties: false },
);
export type UserInput = Static<typeof UserInput>;

export interface User extends UserInput {
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly changedAt: number;
}

const byName = statement((q, p: Params<{ name: string }>) =>
  q.selectFrom('push_users').selectAll().where('name', '=', p('name')),
);

/** A user, or undefined. */
export async function findUser(db: Queries, name: string): Promise<User | undefined> {
  const row = await byName.first(db, { name });
  return row === undefined ? undefined : userOf(row);
}

/**
 * Where a push goes that is for this address: the addresses of the user, or itself where it is no user's or the user is
 * unknown, as there are bearers that know users.
 */
export async function terminalsOf(db: Queries, address: Address): Promise<Terminals> {
  if (address.kind !== 'user') return { addresses: [address] };
  const row = await byName.first(db, { name: address.user });
  if (row === undefined) return { addresses: [address] };
  return {
    addresses: listOf(row.addresses).map(parseAddress),
    bearers: row.bearers === null ? undefined : listOf(row.bearers),
    accepts: row.accepts === null ? undefined : listOf(row.accepts),
  };
}

/** Users in the order of their names. */
export async function listUsers(db: Queries, page: PageRequest): Promise<Page<User>> {
  const { after } = page;
  const rows = await db
    .selectFrom('push_users')
    .selectAll()
    .$if(after !== undefined, (query) => query.where('name', '>', after ?? ''))
    .orderBy('name')
    .limit(page.limit + 1)
    .execute();
  const { items, next } = pageOf(rows, page.limit, ({ name }) => name);
  return { items: items.map(userOf), next };
}

/**
 * Makes a user, or replaces what is said of one.
 *
 * @throws {InvalidInput} when an address cannot be understood
 */
export async function putUser(db: Queries, name: string, input: UserInput, now: number): Promise<User> {
  const problems = addressProblems(input.addresses);
  if (problems.length > 0) throw new InvalidInput(problems);
  const row: UserTable = {
    name,
    addresses: JSON.stringify(input.addresses.map((text) => keyOf(parseTerminal(text)))),
    bearers: input.bearers === undefined ? null : JSON.stringify(input.bearers),
    accepts: input.accepts === undefined ? null : JSON.stringify(input.accepts),
    capabilities: input.capabilities ?? null,
    changed_at: now,
  };
  const { name: _, ...changes } = row;
  await db
    .insertInto('push_users')
    .values(row)
    .onConflict((conflict) => conflict.column('name').doUpdateSet(changes))
    .execute();
  return userOf(row);
}

/** @throws {NotFound} */
export async function deleteUser(db: Queries, name: string): Promise<void> {
  const { numDeletedRows } = await db.deleteFrom('push_users').where('name', '=', name).executeTakeFirst();
  if (numDeletedRows === 0n) throw new NotFound('user', name);
}

/** What is wrong with the addresses of a user. */
export function addressProblems(addresses: readonly string[]): Problem[] {
  return addresses.flatMap((text, index) => {
    try {
      parseTerminal(text);
      return [];
    } catch (error) {
      if (!(error instanceof AddressError)) throw error;
      const expected = `an address such as +441632960001, sip:alice@example.com or 192.0.2.1 (${error.message})`;
      return [{ field: `addresses/${index}`, value: text, expected }];
    }
  });
}

function userOf(row: UserTable): User {
  const user: User = {
    name: row.name,
    addresses: listOf(row.addresses).map((key) => shortAddress(parseAddress(key))),
    changedAt: row.changed_at,
  };
  if (row.bearers !== null) user.bearers = listOf(row.bearers);
  if (row.accepts !== null) user.accepts = listOf(row.accepts);
  if (row.capabilities !== null) user.capabilities = row.capabilities;
  return user;
}

const listOf = (json: string): string[] => JSON.parse(json) as string[];
