import { createHmac, randomBytes } from 'node:crypto';
import {
  acceptProfile,
  createProfile,
  deleteProfile,
  MASK,
  ProfileInput,
  showProfile,
  updateProfile,
  withSecrets,
} from '../../profiles/index.ts';
import { declaredKind } from '../kind.ts';
import { unlessMissing } from '../missing.ts';

/** Tells secret values apart without showing them; another one in each process. */
const KEY = randomBytes(32);

/** A secret value as differences show it. */
function shownAs(value: string | number | boolean): string {
  return `${MASK}-${createHmac('sha256', KEY).update(String(value)).digest('hex').slice(0, 8)}`;
}

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
