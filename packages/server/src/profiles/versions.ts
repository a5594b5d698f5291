import { idAfter, NotFound, type Page, type PageRequest, pageOf } from '@grove/api';
import type { CampaignState, Queries } from '../store/index.ts';
import { requiringOf } from './closure.ts';
import { differencesOf, type ProfileDifference } from './document/index.ts';
import { type Profile, showProfile, updateProfile, type VersionNote } from './profile.ts';

/** A version of a profile as lists show it. */
export interface ProfileVersionSummary {
  version: number;
  /** Milliseconds since the epoch. */
  createdAt: number;
  /** Name of the token with which it was made; null where that is not known. */
  madeBy: string | null;
  /** Why it was made. */
  comment: string | null;
}

/** What uses a profile. */
export interface ProfileUses {
  campaigns: { id: number; name: string; state: CampaignState; version: number }[];
  /** Whether there are more campaigns than are listed. */
  moreCampaigns: boolean;
  /** Policies, with the version that each is bound to; null = the newest. */
  policies: { name: string; version: number | null }[];
  /** Profiles whose newest version requires it. */
  requiredBy: string[];
}

async function idOf(db: Queries, name: string): Promise<number> {
  const row = await db.selectFrom('profiles').select('id').where('name', '=', name).executeTakeFirst();
  if (row === undefined) throw new NotFound('profile', name);
  return row.id;
}

/**
 * Versions of a profile, the newest first.
 *
 * @throws {NotFound}
 */
export async function listVersions(
  db: Queries,
  name: string,
  page: PageRequest,
): Promise<Page<ProfileVersionSummary>> {
  const before = idAfter(page);
  const rows = await db
    .selectFrom('profile_versions')
    .select(['version', 'created_at as createdAt', 'made_by as madeBy', 'comment'])
    .where('profile_id', '=', await idOf(db, name))
    .$if(before !== undefined, (query) => query.where('version', '<', before ?? 0))
    .orderBy('version', 'desc')
    .limit(page.limit + 1)
    .execute();
  return pageOf(rows, page.limit, ({ version }) => String(version));
}

/**
 * What differs between two versions of a profile.
 *
 * @param from the version before `to` when absent
 * @param to the newest when absent
 * @throws {NotFound}
 */
export async function diffVersions(
  db: Queries,
  name: string,
  from: number | undefined,
  to: number | undefined,
): Promise<{ from: number; to: number; differences: ProfileDifference[] }> {
  const after = await showProfile(db, name, to);
  const before = await showProfile(db, name, from ?? Math.max(1, after.version - 1));
  return {
    from: before.version,
    to: after.version,
    differences: differencesOf(before.document, after.document),
  };
}

/**
 * Gives a profile a new version that is as an old one.
 *
 * @throws {NotFound}
 */
export async function rollBack(
  db: Queries,
  name: string,
  version: number,
  note: VersionNote,
  now: number,
): Promise<Profile> {
  const old = await showProfile(db, name, version);
  const comment = note.comment ?? `as version ${version}`;
  return updateProfile(db, name, old.document, now, { ...note, comment });
}

/** Campaigns that are listed of those that use a profile. */
const LISTED = 100;

/**
 * What uses a profile, and which version.
 *
 * @throws {NotFound}
 */
export async function usesOf(db: Queries, name: string): Promise<ProfileUses> {
  const id = await idOf(db, name);
  const campaigns = await db
    .selectFrom('campaigns')
    .select(['id', 'name', 'state', 'profile_version as version'])
    .where('profile_id', '=', id)
    .orderBy('id', 'desc')
    .limit(LISTED + 1)
    .execute();
  return {
    campaigns: campaigns
      .slice(0, LISTED)
      .map(({ version, ...campaign }) => ({ ...campaign, version: version ?? 0 })),
    moreCampaigns: campaigns.length > LISTED,
    policies: await db
      .selectFrom('policies')
      .select(['name', 'profile_version as version'])
      .where('profile_id', '=', id)
      .orderBy('name')
      .execute(),
    requiredBy: await requiringOf(db, name),
  };
}
