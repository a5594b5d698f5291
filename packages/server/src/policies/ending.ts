/** What becomes of a policy on a device once what was under way has ended. */
import { recordEvent } from '../events/index.ts';
import { stepsOfRendering } from '../renderings/index.ts';
import type { CommandResult, NodeDifference, WorkRef, WorkResult } from '../steps/index.ts';
import type { Queries } from '../store/index.ts';
import { keepBefore, noteChanges } from './before.ts';
import { driftSentence } from './drift.ts';
import type { Policy } from './policy.ts';
import { type Compliance, findCompliance, keepCompliance } from './rows.ts';
import { urisOf } from './wanted.ts';

/** How a policy is on a device on which it has been brought about, and what of it does not count there. */
export interface Standing {
  readonly state: 'compliant' | 'conflicting';
  readonly reason: string | null;
}

/** Milliseconds before what has failed is tried again: twice as long each time, a day at the most. */
const FIRST_RETRY = 15 * 60_000;
const LONGEST_RETRY = 24 * 60 * 60_000;

interface About {
  readonly deviceId: number;
  readonly sessionId: number;
  readonly now: number;
}

/** Writes down what work for a policy came to. Work for one that is gone leaves nothing. */
export async function endPolicy(
  db: Queries,
  policy: Policy | undefined,
  work: WorkRef,
  about: About,
  result: WorkResult,
): Promise<void> {
  const { deviceId, sessionId, now } = about;
  const row = await findCompliance(db, deviceId, work.id);
  if (row === undefined || policy === undefined || row.purpose === null) return;
  const keep = (change: Partial<Compliance>) =>
    keepCompliance(db, row, { ...change, deviceId, policyId: work.id, session_id: sessionId }, now);
  const steps = work.rendering == null ? [] : ((await stepsOfRendering(db, work.rendering)) ?? []);
  const wanted = row.wanted_id === null ? [] : ((await stepsOfRendering(db, row.wanted_id)) ?? []);
  const noted = row.purpose === 'observe' ? row.before : noteChanges(row.before, steps, result.results);
  const ended = { purpose: null, stands: null };

  if (result.state === 'failed') {
    const attempts = row.attempts + 1;
    const retry_at = now + Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** Math.min(attempts - 1, 10));
    if (row.purpose === 'observe') {
      await keep({ ...ended, attempts, retry_at });
      return;
    }
    const reason = row.purpose === 'remove' ? `it could not be taken back: ${result.reason}` : result.reason;
    // What is to be tried again is told from what is wanted anew by its purpose.
    await keep({
      purpose: row.purpose,
      stands: null,
      state: 'failed',
      reason,
      attempts,
      retry_at,
      before: noted,
    });
    if (row.state !== 'failed' || row.reason !== reason) {
      const text = `Policy ${policy.name} failed: ${reason}`;
      await recordEvent(db, {
        type: 'policy.failed',
        at: now,
        text,
        deviceId,
        sessionId,
        data: { policy: policy.name, reason },
      });
    }
    return;
  }

  const stands = row.stands === null ? COMPLIANT : (JSON.parse(row.stands) as Standing);
  const done = { ...ended, attempts: 0, retry_at: null, checked_at: now };
  switch (row.purpose) {
    case 'remove':
      await keep({
        ...done,
        state: 'removed',
        reason: null,
        detail: null,
        before: {},
        wanted_id: null,
        rendering_id: null,
      });
      return;
    case 'observe': {
      const drift = result.results.flatMap(({ differences = [] }) => differences);
      if (drift.length === 0) {
        await keep({ ...done, ...stands, detail: null });
        return;
      }
      const detail = JSON.stringify(drift);
      await keep({ ...done, state: 'drifted', reason: driftSentence(drift), detail });
      if (row.detail !== detail)
        await tellDrift(db, { name: policy.name, deviceId, sessionId, drift, isCorrected: false, at: now });
      return;
    }
    case 'apply': {
      const uris = urisOf(wanted);
      // What was set for an earlier wish and has been undone is nobody's business any more.
      const before = keepBefore(
        noted,
        (uri) => uris.has(uri) || [...uris].some((each) => each.startsWith(`${uri}/`)),
      );
      await keep({ ...done, ...stands, detail: null, before, rendering_id: row.wanted_id });
      const drift =
        row.applied === row.tried && row.applied !== null ? correctedIn(result.results, uris) : [];
      if (drift.length > 0)
        await tellDrift(db, { name: policy.name, deviceId, sessionId, drift, isCorrected: true, at: now });
      return;
    }
  }
}

const COMPLIANT: Standing = { state: 'compliant', reason: null };

/** What was not as a policy had made it before, and is so again. */
function correctedIn(results: readonly CommandResult[], uris: ReadonlySet<string>): NodeDifference[] {
  return results.flatMap(({ changes = [] }) =>
    changes.flatMap(({ uri, did, was, now, secret }): NodeDifference[] => {
      // What was written without having been read, as it cannot be or was not to be, says nothing of drift.
      const isBlind = did === 'replace' && was === undefined && secret !== true;
      if (!uris.has(uri) || isBlind) return [];
      const said = did === 'add' ? 'was not there' : did === 'delete' ? 'was there' : 'had another value';
      const text = was === undefined ? said : `was ${JSON.stringify(was)}`;
      return [
        {
          uri,
          ...(now === undefined ? {} : { wanted: now }),
          ...(was === undefined ? {} : { found: was }),
          text: `${uri} ${text}`,
        },
      ];
    }),
  );
}

/** Tells that a device is, or was, not as a policy has made it. */
export async function tellDrift(
  db: Queries,
  {
    name,
    deviceId,
    sessionId,
    drift,
    isCorrected,
    at,
  }: {
    readonly name: string;
    readonly deviceId: number;
    readonly sessionId?: number | undefined;
    readonly drift: readonly NodeDifference[];
    readonly isCorrected: boolean;
    readonly at: number;
  },
): Promise<void> {
  const what = driftSentence(drift);
  await recordEvent(db, {
    type: 'policy.drifted',
    at,
    text: `The device is not as policy ${name} has made it: ${what}${isCorrected ? '; this was corrected' : ''}.`,
    deviceId,
    sessionId,
    data: { policy: name, corrected: isCorrected, nodes: drift.slice(0, SHOWN) },
  });
}

/** Nodes that an event names. */
const SHOWN = 20;
