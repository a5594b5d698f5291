/** Alerts that devices sent. */
import { idAfter, type Page, type PageRequest, pageOf } from '../paging/index.ts';
import type { Queries } from '../store/index.ts';

/** A generic alert (1226) or a client event (1224), as it came. */
export interface Alert {
  id: number;
  deviceId: number;
  devId: string;
  sessionId: number;
  /** Milliseconds since the epoch. */
  at: number;
  code: number;
  /** Meta Type of its item: what kind of alert it is. */
  type: string | null;
  format: string | null;
  /** How important it is: fatal, critical, minor, warning, informational, … */
  mark: string | null;
  /** URI of the node that it is about. */
  source: string | null;
  correlator: string | null;
  data: string | null;
}

/** Alerts, the newest first. */
export async function listAlerts(
  db: Queries,
  filter: { deviceId?: number | undefined },
  page: PageRequest,
): Promise<Page<Alert>> {
  const before = idAfter(page);
  const { deviceId } = filter;
  const rows = await db
    .selectFrom('alerts')
    .innerJoin('devices', 'devices.id', 'alerts.device_id')
    .select([
      'alerts.id',
      'alerts.device_id as deviceId',
      'devices.dev_id as devId',
      'alerts.session_id as sessionId',
      'alerts.at',
      'alerts.code',
      'alerts.type',
      'alerts.format',
      'alerts.mark',
      'alerts.source',
      'alerts.correlator',
      'alerts.data',
    ])
    .$if(deviceId !== undefined, (query) => query.where('alerts.device_id', '=', deviceId as number))
    .$if(before !== undefined, (query) => query.where('alerts.id', '<', before as number))
    .orderBy('alerts.id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return pageOf(rows, page.limit, (alert) => alert.id);
}
