import { Readable } from 'node:stream';
import { timeOrNull } from '@grove/api';
import type { ExportedDevice } from '../../../campaigns/index.ts';
import { csvLine } from '../csv.ts';

const COLUMNS = ['device', 'devId', 'outcome', 'wave', 'attempts', 'reason', 'session', 'at', 'retryAt'];

/** Where each device of a campaign stands, as CSV (RFC 4180), read as it is sent. */
export function campaignCsv(pieces: AsyncIterable<readonly ExportedDevice[]>): Readable {
  return Readable.from(lines(pieces), { objectMode: false });
}

async function* lines(pieces: AsyncIterable<readonly ExportedDevice[]>): AsyncGenerator<string> {
  yield csvLine(COLUMNS);
  for await (const devices of pieces) yield devices.map(line).join('');
}

function line({
  deviceId,
  devId,
  outcome,
  wave,
  attempts,
  reason,
  sessionId,
  at,
  retryAt,
}: ExportedDevice): string {
  return csvLine([
    deviceId,
    devId,
    outcome,
    wave,
    attempts,
    reason,
    sessionId,
    timeOrNull(at),
    timeOrNull(retryAt),
  ]);
}
