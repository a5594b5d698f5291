import {
  checkProfile,
  createProfile,
  deleteProfile,
  ProfileInput,
  showProfile,
  updateProfile,
} from '../../profiles/index.ts';
import { declaredKind } from '../kind.ts';
import { orUndefined } from '../missing.ts';

/** Desired configurations; a change makes a version. */
export const profile = declaredKind<ProfileInput>({
  kind: 'profile',
  schema: ProfileInput,
  read: (db, name) => orUndefined(async () => (await showProfile(db, name)).document),
  write: (db, name, document, exists, { now }) =>
    (exists ? updateProfile : createProfile)(db, name, checkProfile(document), now),
  remove: (db, name) => deleteProfile(db, name),
});
