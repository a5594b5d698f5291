import { deleteDefinition, setDefinition, showDefinition, TriggerDefinition } from '../../triggers/index.ts';
import { declaredKind } from '../kind.ts';
import { unlessMissing } from '../missing.ts';

/** What other systems may ask for by a name. */
export const trigger = declaredKind<TriggerDefinition>({
  kind: 'trigger',
  schema: TriggerDefinition,
  read: (db, name) => unlessMissing(async () => (await showDefinition(db, name)).definition),
  write: (db, name, definition, _exists, { now }) => setDefinition(db, name, definition, now),
  remove: (db, name) => deleteDefinition(db, name),
});
