import { isDeepStrictEqual } from 'node:util';
import { Conflict } from '@grove/api';
import { Type } from 'typebox';
import {
  type CampaignDocument,
  campaignSchema,
  cancelCampaign,
  createCampaign,
  readCampaign,
  writtenCampaign,
} from '../../campaigns/index.ts';
import { withoutSecrets } from '../../secrets/index.ts';
import { Step } from '../../steps/index.ts';
import { declaredKind } from '../kind.ts';
import { shownAs } from '../shown.ts';

/**
 * Campaigns, each of a name of its own. One that was made stays as it is: what is to be done otherwise is another campaign,
 * under another name. One that is to be deleted is ended, and stays in the history.
 */
export const campaign = declaredKind<CampaignDocument>({
  kind: 'campaign',
  schema: campaignSchema({}, Type.Array(Step, { minItems: 1, maxItems: 1000 })),

  read: async (db, name) => withoutSecrets((await writtenCampaign(db, name))?.document, shownAs),

  async write(db, name, document, exists, { by, now }) {
    const given = await readCampaign(db, name, document, by);
    const made = exists ? await writtenCampaign(db, name) : undefined;
    if (made === undefined) {
      await createCampaign(db, given, now);
      return;
    }
    const { start: _, ...before } = made.document;
    const { start: __, ...wanted } = document;
    const steps = 'steps' in given.work ? { steps: [...given.work.steps] } : {};
    if (!isDeepStrictEqual(before, { ...wanted, ...steps }))
      throw new Conflict('it was made with something else, and campaigns stay as they are; use another name');
  },

  async remove(db, name, { by, now }) {
    const made = await writtenCampaign(db, name);
    if (made !== undefined && !made.hasEnded) await cancelCampaign(db, made.id, { by, now });
  },

  async settle(db, name, { start = true }, { campaigns, by }) {
    const made = start ? await writtenCampaign(db, name) : undefined;
    if (made?.document.start === false) await campaigns.start(made.id, by);
  },
});
