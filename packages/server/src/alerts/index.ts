/** Alerts that devices sent. */
import { idAfter, type Page, type PageRequest, pageOf } from '@grove/api';
import { type NewEvent, recordEvents } from '../events/index.ts';
import type { DeviceAlert } from '../session/index.ts';
import type { WorkRef } from '../steps/index.ts';
import type { Queries } from '../store/index.ts';

export { trimAlerts } from './housekeeping.ts';

/** A generic alert (1226) or a client event (1224). */
export interface Alert {
  id: number;
  deviceId: number;
  devId: string;
  sessionId: number;
  /** Milliseconds since the epoch. */
  at: number;
  code: number;
  /** What kind of alert it is: Meta Type of its Item, without a prefix such as `Reversed-Domain-Name:`. */
  type: string | null;
  /** Meta Type as it came, where that is more than `type`. */
  saidType: string | null;
  format: string | null;
  /** How important it is: fatal, critical, minor, warning, informational, … */
  mark: string | null;
  /** URI of the node that it is about. */
  source: string | null;
  correlator: string | null;
  /** Null also where it is so large that it is a content. */
  data: string | null;
  /** Id of the content that holds the data. */
  contentId: number | null;
  /** The task, or the campaign, that waited for it, or that its correlator names. */
  taskId: number | null;
  campaignId: number | null;
}

/** Rows in one INSERT: well below the engines' limits on parameters. */
const BATCH = 500;

/** Keeps the alerts of a message. @returns them as they are kept */
export async function recordAlerts(
  db: Queries,
  device: { readonly id: number; readonly devId: string },
  sessionId: number,
  alerts: readonly DeviceAlert[],
  at: number,
): Promise<Alert[]> {
  const kept: Alert[] = [];
  for (let from = 0; from < alerts.length; from += BATCH) {
    const batch: Omit<Alert, 'id'>[] = [];
    for (const { work, named, ...said } of alerts.slice(from, from + BATCH)) {
      const about = work ?? (await ownWork(db, device.id, named));
      batch.push({
        deviceId: device.id,
        devId: device.devId,
        sessionId,
        at,
        ...said,
        taskId: about?.kind === 'task' ? about.id : null,
        campaignId: about?.kind === 'campaign' ? about.id : null,
      });
    }
    const rows = await db.insertInto('alerts').values(batch.map(rowOf)).returning('id').execute();
    rows.forEach(({ id }, index) => {
      const alert = batch[index];
      if (alert !== undefined) kept.push({ id, ...alert });
    });
  }
  if (kept.length > 0) await recordEvents(db, kept.map(eventOf));
  return kept;
}

/** Characters of a type that an event repeats. */
const SHOWN = 200;

function eventOf(alert: Alert): NewEvent & { devId: string } {
  const { id, code, at, deviceId, devId, sessionId } = alert;
  const type =
    alert.type === null || alert.type.length <= SHOWN ? alert.type : `${alert.type.slice(0, SHOWN)}…`;
  return {
    type: 'alert.received',
    at,
    text: `The device sent an alert ${code}${type === null ? '' : ` of type ${type}`}.`,
    deviceId,
    devId,
    sessionId,
    taskId: alert.taskId ?? undefined,
    campaignId: alert.campaignId ?? undefined,
    data: { alert: id, code, type, mark: alert.mark },
  };
}

function rowOf({
  deviceId,
  sessionId,
  saidType,
  contentId,
  taskId,
  campaignId,
  devId: _,
  ...said
}: Omit<Alert, 'id'>) {
  return {
    ...said,
    device_id: deviceId,
    session_id: sessionId,
    said_type: saidType,
    task_id: taskId,
    campaign_id: campaignId,
    content_id: contentId,
  };
}

/** Work that a correlator names, if it is or was this device's: whoever sends an alert may write any number. */
async function ownWork(
  db: Queries,
  deviceId: number,
  named: WorkRef | undefined,
): Promise<WorkRef | undefined> {
  if (named === undefined) return undefined;
  const row =
    named.kind === 'task'
      ? await db
          .selectFrom('tasks')
          .select('id')
          .where('id', '=', named.id)
          .where('device_id', '=', deviceId)
          .executeTakeFirst()
      : await db
          .selectFrom('outcomes')
          .select('campaign_id')
          .where('campaign_id', '=', named.id)
          .where('device_id', '=', deviceId)
          .executeTakeFirst();
  return row === undefined ? undefined : named;
}

/** Alerts, the newest first. */
export async function listAlerts(
  db: Queries,
  filter: { deviceId?: number | undefined; taskId?: number | undefined; campaignId?: number | undefined },
  page: PageRequest,
): Promise<Page<Alert>> {
  const before = idAfter(page);
  const { deviceId, taskId, campaignId } = filter;
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
      'alerts.said_type as saidType',
      'alerts.format',
      'alerts.mark',
      'alerts.source',
      'alerts.correlator',
      'alerts.data',
      'alerts.task_id as taskId',
      'alerts.campaign_id as campaignId',
      'alerts.content_id as contentId',
    ])
    .$if(deviceId !== undefined, (query) => query.where('alerts.device_id', '=', deviceId as number))
    .$if(taskId !== undefined, (query) => query.where('alerts.task_id', '=', taskId as number))
    .$if(campaignId !== undefined, (query) => query.where('alerts.campaign_id', '=', campaignId as number))
    .$if(before !== undefined, (query) => query.where('alerts.id', '<', before as number))
    .orderBy('alerts.id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return pageOf(rows, page.limit, (alert) => alert.id);
}
