import { checkTemplate, deleteReason, ReasonTemplate, setReason, showReason } from '../../reasons/index.ts';
import { declaredKind } from '../kind.ts';
import { unlessMissing } from '../missing.ts';

/** What users are told when their devices are asked to call. */
export const reason = declaredKind<ReasonTemplate>({
  kind: 'reason',
  schema: ReasonTemplate,
  read: (db, name) => unlessMissing(async () => (await showReason(db, name)).template),
  write: (db, name, template, _exists, { now }) => setReason(db, name, checkTemplate(template), now),
  remove: (db, name) => deleteReason(db, name),
});
