import {
  acceptProfile,
  createProfile,
  deleteProfile,
  ProfileInput,
  showProfile,
  updateProfile,
  withSecrets,
} from '../../profiles/index.ts';
import { declaredKind } from '../kind.ts';
import { unlessMissing } from '../missing.ts';
import { shownAs } from '../shown.ts';

/** Desired configurations; a change makes a version. */
export const profile = declaredKind<ProfileInput>({
  kind: 'profile',
  schema: ProfileInput,
  read: (db, name) => unlessMissing(async () => withSecrets((await showProfile(db, name)).document, shownAs)),
  async write(db, name, document, exists, { now, by }) {
    const accepted = await acceptProfile(db, document, '');
    return (exists ? updateProfile : createProfile)(db, name, accepted, now, { by: by.name });
  },
  remove: (db, name) => deleteProfile(db, name),
});
