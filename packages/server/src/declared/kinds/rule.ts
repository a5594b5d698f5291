import { type Static, Type } from 'typebox';
import {
  changeRule,
  checkRule,
  createRule,
  deleteRule,
  findRule,
  RuleDefinition,
} from '../../rules/index.ts';
import { withoutSecrets } from '../../secrets/index.ts';
import { declaredKind } from '../kind.ts';
import { unlessMissing } from '../missing.ts';
import { shownAs } from '../shown.ts';

const RuleDocument = Type.Object(
  {
    ...RuleDefinition.properties,
    enabled: Type.Optional(Type.Boolean({ description: 'true when absent' })),
  },
  { additionalProperties: false },
);
type RuleDocument = Static<typeof RuleDocument>;

/** What finds devices and gives them something to do. */
export const rule = declaredKind<RuleDocument>({
  kind: 'rule',
  schema: RuleDocument,

  read: (db, name) =>
    unlessMissing(async (): Promise<RuleDocument> => {
      const { definition: written, enabled } = await findRule(db, name);
      const definition = withoutSecrets(written, shownAs);
      return enabled ? definition : { ...definition, enabled };
    }),

  async write(db, name, { enabled = true, ...given }, exists, { now }) {
    const definition = await checkRule(db, given);
    if (exists) await changeRule(db, name, { enabled, definition }, now);
    else await createRule(db, { name, enabled, definition }, now);
  },

  remove: (db, name) => deleteRule(db, name),
});
