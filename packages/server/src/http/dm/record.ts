/** Writes what a message changed: nothing is answered before this is on disk. */

import { recordNodes } from '../../devices/index.ts';
import type { Effects } from '../../session/index.ts';
import type { Queries } from '../../store/index.ts';
import { finishWork, markRunning } from '../../tasks/index.ts';
import { expectUnchanged, Overtaken } from './overtaken.ts';
import { type Caller, claimDevice, type DeviceInfo, updateInfo, updateNonces } from './queries.ts';
import { isSecretNode } from './secrets.ts';

/** Characters of what DevInfo says that are kept for searching. */
const MAX_INFO = 256;
/** Rows in one INSERT: well below the engines' limits on parameters. */
const BATCH = 500;

/**
 * What a message changed outside its session.
 *
 * @throws {Overtaken} when another session has got the device or its work since they were read
 */
export async function recordEffects(
  db: Queries,
  caller: Caller,
  session: number,
  effects: Effects,
  now: number,
): Promise<void> {
  const device = caller.device_id;
  const { clientNonce, serverNonce, devInfo } = effects;
  // Work is begun by the device's last session alone, so that no two of them send the same command.
  if (effects.authenticated || effects.started.length > 0) {
    const lastSession = caller.last_session;
    expectUnchanged(await claimDevice.run(db, { id: device, session, lastSession, now }));
  }
  if (Object.keys(devInfo).length > 0) {
    const info: DeviceInfo = {
      man: devInfo.Man?.slice(0, MAX_INFO) ?? caller.man,
      mod: devInfo.Mod?.slice(0, MAX_INFO) ?? caller.mod,
      dmv: devInfo.DmV?.slice(0, MAX_INFO) ?? caller.dmv,
      lang: devInfo.Lang?.slice(0, MAX_INFO) ?? caller.lang,
    };
    const isNews = (Object.keys(info) as (keyof DeviceInfo)[]).some((name) => info[name] !== caller[name]);
    if (isNews) await updateInfo.run(db, { ...info, id: device });
  }
  if (clientNonce !== undefined || serverNonce !== undefined) {
    await updateNonces.run(db, {
      device,
      clientNonce: clientNonce ?? caller.client_nonce,
      clientNonceBefore: clientNonce === undefined ? caller.client_nonce_before : caller.client_nonce,
      serverNonce: serverNonce ?? caller.server_nonce,
    });
  }
  const known: Record<string, string | null> = {
    // Of a device that has not called before, not even this is in what is known of its tree.
    './DevInfo/DevId': caller.man === null ? null : caller.dev_id,
    './DevInfo/Man': caller.man,
    './DevInfo/Mod': caller.mod,
    './DevInfo/DmV': caller.dmv,
    './DevInfo/Lang': caller.lang,
  };
  const news = effects.nodes
    .filter(({ uri, value }) => known[uri] === undefined || known[uri] !== value)
    .map((node) => (isSecretNode(node.uri) ? { ...node, value: null } : node));
  if (news.length > 0 || effects.gone.length > 0) await recordNodes(db, device, news, effects.gone, now);
  const alerts = effects.alerts.map((alert) => ({
    ...alert,
    device_id: device,
    session_id: session,
    at: now,
  }));
  for (let from = 0; from < alerts.length; from += BATCH) {
    await db
      .insertInto('alerts')
      .values(alerts.slice(from, from + BATCH))
      .execute();
  }
  const tasks = effects.started.filter(({ kind }) => kind === 'task').map(({ id }) => id);
  const marked = await markRunning(db, tasks, session);
  // One that is missing was cancelled, or begun elsewhere, since it was read.
  if (marked.length < tasks.length) throw new Overtaken();
  for (const { work, result } of effects.finished) await finishWork(db, work, device, session, result, now);
}
