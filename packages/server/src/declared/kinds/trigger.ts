import { withoutSecrets } from '../../secrets/index.ts';
import { deleteDefinition, setDefinition, showDefinition, TriggerDefinition } from '../../triggers/index.ts';
import { declaredKind } from '../kind.ts';
import { unlessMissing } from '../missing.ts';
import { shownAs } from '../shown.ts';

/** What other systems may ask for by a name. */
export const trigger = declaredKind<TriggerDefinition>({
  kind: 'trigger',
  schema: TriggerDefinition,
  read: (db, name) =>
    unlessMissing(async () => withoutSecrets((await showDefinition(db, name)).definition, shownAs)),
  write: (db, name, definition, _exists, { now }) => setDefinition(db, name, definition, now),
  remove: (db, name) => deleteDefinition(db, name),
});
