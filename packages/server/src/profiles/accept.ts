import { InvalidInput } from '@grove/api';
import { checkQuery } from '../groups/index.ts';
import { describedObjects } from '../models/index.ts';
import type { Queries } from '../store/index.ts';
import { checkProfile } from './check.ts';
import { closureOf } from './closure.ts';
import type { ProfileDocument, ProfileInput } from './document/index.ts';

/**
 * Checks a profile that somebody has sent, also against what is there: groups that its conditions name, descriptions of
 * models.
 *
 * @param field where it stands in what was sent
 * @returns it in the form in which it is kept
 * @throws {InvalidInput} naming each field, such as `document/fragments/0/nodes/2/path`
 */
export async function acceptProfile(
  db: Queries,
  input: ProfileInput,
  field: string,
): Promise<ProfileDocument> {
  const document = checkProfile(input, await describedObjects(db), field);
  for (const [index, { when }] of (document.variants ?? []).entries())
    await checkQuery(db, when, `${field}${field === '' ? '' : '/'}variants/${index}/when`);
  return document;
}

/**
 * Checks that all that a profile requires is there, and that nothing of it requires the profile in turn.
 *
 * @throws {InvalidInput} when the profile requires itself
 * @throws {Conflict} naming what is missing, or the circle
 */
export async function checkRequired(db: Queries, name: string, document: ProfileDocument): Promise<void> {
  if (document.requires?.includes(name))
    throw new InvalidInput([
      { field: 'document/requires', value: name, expected: 'other profiles than itself' },
    ]);
  await closureOf(db, { name, version: 0, document });
}
