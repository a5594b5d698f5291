import type { Tables } from '@grove/store';
import { tables } from './0001-tables.ts';
import { failures } from './0002-failures.ts';
import { contents } from './0003-contents.ts';
import { nonces } from './0004-nonces.ts';
import { waits } from './0005-waits.ts';
import { quirks } from './0006-quirks.ts';
import { sessionEnds } from './0007-session-ends.ts';
import { strangers } from './0008-strangers.ts';
import { notifications } from './0009-notifications.ts';
import { addresses } from './0010-addresses.ts';
import { notifiedCampaigns } from './0011-notified-campaigns.ts';
import { events } from './0012-events.ts';
import { reasons } from './0013-reasons.ts';
import { quirkWitnesses } from './0014-quirk-witnesses.ts';
import { trees } from './0015-trees.ts';
import { groups } from './0016-groups.ts';
import { software } from './0016-software.ts';
import { profiles } from './0017-profiles.ts';
import { renderings } from './0018-renderings.ts';
import { policies } from './0018-s-policies.ts';
import { campaigns } from './0019-campaigns.ts';
import { instances } from './0020-instances.ts';
import { subscribers } from './0021-subscribers.ts';
import { idempotency } from './0022-a-idempotency.ts';
import { care } from './0022-b-care.ts';
import { webhooks } from './0022-c-webhooks.ts';
import { triggers } from './0022-d-triggers.ts';
import { cursors } from './0022-e-cursors.ts';
import { rules } from './0023-rules.ts';
import { declared } from './0024-declared.ts';

/** What each version of Grove brought, in order: names, once published, neither change nor go. */
export const MIGRATIONS: Tables['migrations'] = {
  '0001-tables': tables,
  '0002-failures': failures,
  '0003-contents': contents,
  '0004-nonces': nonces,
  '0005-waits': waits,
  '0006-quirks': quirks,
  '0007-session-ends': sessionEnds,
  '0008-strangers': strangers,
  '0009-notifications': notifications,
  '0010-addresses': addresses,
  '0011-notified-campaigns': notifiedCampaigns,
  '0012-events': events,
  '0013-reasons': reasons,
  '0014-quirk-witnesses': quirkWitnesses,
  '0015-trees': trees,
  '0016-groups': groups,
  '0016-software': software,
  '0017-profiles': profiles,
  '0018-renderings': renderings,
  '0018-s-policies': policies,
  '0019-campaigns': campaigns,
  '0020-instances': instances,
  '0021-subscribers': subscribers,
  '0022-a-idempotency': idempotency,
  '0022-b-care': care,
  '0022-c-webhooks': webhooks,
  '0022-d-triggers': triggers,
  '0022-e-cursors': cursors,
  '0023-rules': rules,
  '0024-declared': declared,
};
