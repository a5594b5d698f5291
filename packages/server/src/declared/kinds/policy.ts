import {
  createPolicy,
  deletePolicy,
  documentOf,
  PolicyDocument,
  showPolicy,
  updatePolicy,
} from '../../policies/index.ts';
import { declaredKind } from '../kind.ts';
import { unlessMissing } from '../missing.ts';

/** Profiles that the devices of a target are to have. One that is being taken back is there no more. */
export const policy = declaredKind<PolicyDocument>({
  kind: 'policy',
  schema: PolicyDocument,
  read: (db, name) =>
    unlessMissing(async () => {
      const found = await showPolicy(db, name);
      return found.state === 'active' ? documentOf(found) : undefined;
    }),
  write: (db, name, document, exists, { now }) =>
    (exists ? updatePolicy : createPolicy)(db, name, document, now),
  remove: (db, name, { now }) => deletePolicy(db, name, now),
});
