import { Conflict, NotFound } from '@grove/api';
import type { Queries } from '../store/index.ts';
import type { ProfileDocument } from './document/index.ts';
import { readDocument } from './document/index.ts';
import type { ProfileVersion } from './render/index.ts';

/** Profiles that one profile may bring with it, directly or not. */
const MOST = 100;

/**
 * A profile with all that it requires, each in its newest version and after those that it requires itself.
 *
 * @param profile the version that is asked for, stored or not
 * @throws {Conflict} when one that is required is not there, or when profiles require one another in a circle, which it
 *   names
 */
export async function closureOf(db: Queries, profile: ProfileVersion): Promise<ProfileVersion[]> {
  const known = new Map<string, ProfileVersion>([[profile.name, profile]]);
  let wanted = missingOf(profile.document, known);
  while (wanted.length > 0) {
    if (known.size + wanted.length > MOST)
      throw new Conflict(`profile ${JSON.stringify(profile.name)} requires more than ${MOST} profiles`);
    const rows = await db
      .selectFrom('profiles')
      .innerJoin('profile_versions', (join) =>
        join
          .onRef('profile_versions.profile_id', '=', 'profiles.id')
          .onRef('profile_versions.version', '=', 'profiles.version'),
      )
      .select(['profiles.name', 'profile_versions.version', 'profile_versions.document'])
      .where('profiles.name', 'in', wanted)
      .execute();
    for (const row of rows) known.set(row.name, { ...row, document: readDocument(row.document) });
    const absent = wanted.filter((name) => !known.has(name));
    if (absent.length > 0) {
      const list = absent.map((name) => JSON.stringify(name)).join(', ');
      throw new Conflict(`profile ${JSON.stringify(profile.name)} requires ${list}, which is not there`, [
        { field: 'document/requires', value: absent[0], expected: 'names of profiles' },
      ]);
    }
    wanted = [...new Set(rows.flatMap(({ name }) => missingOf(known.get(name)?.document, known)))];
  }
  return inOrder(profile.name, known);
}

/**
 * Profiles at the versions that they had when a closure was made of them, in its order.
 *
 * @throws {NotFound} when one of them is gone
 */
export async function closureAt(
  db: Queries,
  versions: readonly { readonly name: string; readonly version: number }[],
): Promise<ProfileVersion[]> {
  const found: ProfileVersion[] = [];
  for (const { name, version } of versions) {
    const row = await db
      .selectFrom('profiles')
      .innerJoin('profile_versions', 'profile_versions.profile_id', 'profiles.id')
      .select('profile_versions.document')
      .where('profiles.name', '=', name)
      .where('profile_versions.version', '=', version)
      .executeTakeFirst();
    if (row === undefined) throw new NotFound(`version ${version} of a profile`, name);
    found.push({ name, version, document: readDocument(row.document) });
  }
  return found;
}

function missingOf(document: ProfileDocument | undefined, known: ReadonlyMap<string, unknown>): string[] {
  return (document?.requires ?? []).filter((name) => !known.has(name));
}

function inOrder(last: string, known: ReadonlyMap<string, ProfileVersion>): ProfileVersion[] {
  const order = new Set<ProfileVersion>();
  const path: string[] = [];
  const visit = (name: string): void => {
    const profile = known.get(name);
    if (profile === undefined || order.has(profile)) return;
    if (path.includes(name)) {
      const circle = [...path.slice(path.indexOf(name)), name].join(' → ');
      throw new Conflict(`profiles require one another in a circle: ${circle}`, [
        { field: 'document/requires', value: name, expected: 'profiles that do not require this one' },
      ]);
    }
    path.push(name);
    for (const required of profile.document.requires ?? []) visit(required);
    path.pop();
    order.add(profile);
  };
  visit(last);
  return [...order];
}

/** Names of the profiles whose newest version requires one. */
export async function requiringOf(db: Queries, name: string): Promise<string[]> {
  const rows = await db
    .selectFrom('profiles')
    .innerJoin('profile_versions', (join) =>
      join
        .onRef('profile_versions.profile_id', '=', 'profiles.id')
        .onRef('profile_versions.version', '=', 'profiles.version'),
    )
    .select(['profiles.name', 'profile_versions.document'])
    .where('profile_versions.document', 'like', '%"requires":[%')
    .orderBy('profiles.name')
    .execute();
  return rows.flatMap((row) => (readDocument(row.document).requires?.includes(name) ? [row.name] : []));
}
