import { Readable } from 'node:stream';
import { timeOrNull } from '@grove/api';
import { listCompliance, type Policy } from '../../policies/index.ts';
import type { ComplianceState, Store } from '../../store/index.ts';
import { csvLine } from './csv.ts';

const COLUMNS = ['device', 'devId', 'state', 'reason', 'checkedAt', 'changedAt', 'session'];
/** Rows that are read at once. */
const PAGE = 1000;

/** How each device is with a policy, as CSV (RFC 4180), read as it is sent. */
export function complianceCsv(store: Store, policy: Policy, state: ComplianceState | undefined): Readable {
  return Readable.from(lines(store, policy, state));
}

async function* lines(
  store: Store,
  policy: Policy,
  state: ComplianceState | undefined,
): AsyncGenerator<string> {
  yield csvLine(COLUMNS);
  for (let after: string | undefined; ; ) {
    const { items, next } = await listCompliance(store.reader, policy, { state }, { limit: PAGE, after });
    for (const { deviceId, devId, state: is, reason, checkedAt, changedAt, sessionId } of items)
      yield csvLine([deviceId, devId, is, reason, timeOrNull(checkedAt), timeOrNull(changedAt), sessionId]);
    if (next === null) return;
    after = next;
  }
}
