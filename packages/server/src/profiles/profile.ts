import { isDeepStrictEqual } from 'node:util';
import { Conflict, InvalidInput, NotFound, type Page, type PageRequest, pageOf } from '@grove/api';
import { MASK } from '../secrets/index.ts';
import type { Queries } from '../store/index.ts';
import { requiringOf } from './closure.ts';
import { lostSecrets, type ProfileDocument, readDocument, unmasked } from './document/index.ts';

/** A desired configuration; each change makes a version. Times are milliseconds since the epoch. */
export interface Profile {
  name: string;
  version: number;
  document: ProfileDocument;
  createdAt: number;
  /** When this version was made. */
  updatedAt: number;
}

/** What is noted of a version. */
export interface VersionNote {
  /** Name of the token with which it is made. */
  readonly by?: string | undefined;
  /** Why it is made. */
  readonly comment?: string | undefined;
}

/** A profile as lists show it. */
export type ProfileSummary = Omit<Profile, 'document'>;

/**
 * Creates a profile.
 *
 * @param document as `checkProfile` returned it
 * @throws {Conflict} when there is one of that name
 */
export async function createProfile(
  db: Queries,
  name: string,
  document: ProfileDocument,
  now: number,
  note: VersionNote = {},
): Promise<Profile> {
  refuseMasks(document);
  const row = await db
    .insertInto('profiles')
    .values({ name, version: 1, created_at: now, updated_at: now })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (row === undefined) {
    throw new Conflict(`there is a profile ${JSON.stringify(name)} already`, [
      { field: 'name', value: name, expected: 'a name that no profile has' },
    ]);
  }
  await addVersion(db, row.id, 1, document, now, note);
  return { name, version: 1, document, createdAt: now, updatedAt: now };
}

/**
 * Gives a profile a new version, unless it is like that already. Campaigns that were made from an older one keep it.
 *
 * @param given as `checkProfile` returned it; what is masked in it stays as it was
 * @throws {NotFound}
 */
export async function updateProfile(
  db: Queries,
  name: string,
  given: ProfileDocument,
  now: number,
  note: VersionNote = {},
): Promise<Profile> {
  const row = await db
    .updateTable('profiles')
    .set((set) => ({ version: set('version', '+', 1), updated_at: now }))
    .where('name', '=', name)
    .returning(['id', 'version', 'created_at'])
    .executeTakeFirst();
  if (row === undefined) throw new NotFound('profile', name);
  const before = await showProfile(db, name, row.version - 1);
  const document = unmasked(given, before.document);
  refuseMasks(document);
  if (isDeepStrictEqual(before.document, document)) {
    await db
      .updateTable('profiles')
      .set({ version: before.version, updated_at: before.updatedAt })
      .where('id', '=', row.id)
      .execute();
    return before;
  }
  await addVersion(db, row.id, row.version, document, now, note);
  return { name, version: row.version, document, createdAt: row.created_at, updatedAt: now };
}

/** @throws {InvalidInput} where a value is masked and nothing is known that it stands for */
function refuseMasks(document: ProfileDocument): void {
  const problems = lostSecrets(document).map((path) => ({
    field: `document/${path}`,
    expected: `a value: ${MASK} stands for one that the profile had before, and it had none`,
  }));
  if (problems.length > 0) throw new InvalidInput(problems);
}

function addVersion(
  db: Queries,
  profileId: number,
  version: number,
  document: ProfileDocument,
  now: number,
  { by, comment }: VersionNote,
): Promise<unknown> {
  return db
    .insertInto('profile_versions')
    .values({
      profile_id: profileId,
      version,
      document: JSON.stringify(document),
      created_at: now,
      made_by: by ?? null,
      comment: comment ?? null,
    })
    .execute();
}

/**
 * @param version which; the newest when absent
 * @throws {NotFound} when there is no such profile or no such version of it
 */
export async function showProfile(db: Queries, name: string, version?: number): Promise<Profile> {
  const found = await find(db, name, version);
  return {
    name,
    version: found.version,
    document: found.document,
    createdAt: found.createdAt,
    updatedAt: found.updatedAt,
  };
}

async function find(db: Queries, name: string, version?: number) {
  const row = await db
    .selectFrom('profiles')
    .innerJoin('profile_versions', (join) => {
      const joined = join.onRef('profile_versions.profile_id', '=', 'profiles.id');
      return version === undefined
        ? joined.onRef('profile_versions.version', '=', 'profiles.version')
        : joined.on('profile_versions.version', '=', version);
    })
    .select([
      'profiles.id',
      'profiles.created_at as createdAt',
      'profile_versions.version',
      'profile_versions.document',
      'profile_versions.created_at as updatedAt',
    ])
    .where('profiles.name', '=', name)
    .executeTakeFirst();
  if (row === undefined) {
    throw new NotFound(version === undefined ? 'profile' : `version ${version} of a profile`, name);
  }
  return { ...row, document: readDocument(row.document) };
}

/** Profiles, by name. */
export async function listProfiles(db: Queries, page: PageRequest): Promise<Page<ProfileSummary>> {
  const { after } = page;
  const rows = await db
    .selectFrom('profiles')
    .select(['name', 'version', 'created_at as createdAt', 'updated_at as updatedAt'])
    .$if(after !== undefined, (query) => query.where('name', '>', after as string))
    .orderBy('name')
    .limit(page.limit + 1)
    .execute();
  return pageOf(rows, page.limit, (profile) => profile.name);
}

/**
 * Deletes a profile that no campaign was made from and no policy brings to devices.
 *
 * @throws {NotFound}
 * @throws {Conflict} when one does
 */
export async function deleteProfile(db: Queries, name: string): Promise<void> {
  const { id } = await find(db, name);
  const campaign = await db
    .selectFrom('campaigns')
    .select(['id', 'name'])
    .where('profile_id', '=', id)
    .limit(1)
    .executeTakeFirst();
  if (campaign !== undefined) {
    throw new Conflict(
      `profile ${JSON.stringify(name)} cannot be deleted: campaign ${campaign.id} (${campaign.name}) was made from it`,
    );
  }
  const [requiring] = await requiringOf(db, name);
  if (requiring !== undefined) {
    throw new Conflict(
      `profile ${JSON.stringify(name)} cannot be deleted: profile ${JSON.stringify(requiring)} requires it`,
    );
  }
  const policy = await db
    .selectFrom('policies')
    .select('name')
    .where('profile_id', '=', id)
    .limit(1)
    .executeTakeFirst();
  if (policy !== undefined) {
    throw new Conflict(
      `profile ${JSON.stringify(name)} cannot be deleted: policy ${JSON.stringify(policy.name)} brings it to devices`,
    );
  }
  await db.deleteFrom('profile_versions').where('profile_id', '=', id).execute();
  await db.deleteFrom('profiles').where('id', '=', id).execute();
}
