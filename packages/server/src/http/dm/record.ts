/** Writes what a message changed: nothing is answered before this is on disk. */

import { isSecretNode } from '@grove/protocol';
import { type Alert, recordAlerts } from '../../alerts/index.ts';
import { recordNodes } from '../../devices/index.ts';
import { recordMarks } from '../../instances/index.ts';
import { orderKey } from '../../known-values/index.ts';
import { learnQuirks, type Model, modelOf } from '../../quirks/index.ts';
import type { Rules } from '../../rules/index.ts';
import { type Effects, isSame } from '../../session/index.ts';
import type { Queries } from '../../store/index.ts';
import { endWait, keepWait, type Wait, type WorkSources } from '../../work/index.ts';
import { expectUnchanged, Overtaken } from './overtaken.ts';
import { type Caller, claimDevice, type DeviceInfo, updateInfo, updateNonces } from './queries.ts';

/** Characters of what DevInfo says that are kept for searching. */
const MAX_INFO = 256;

/** Whose message it was. */
export interface Circumstances {
  readonly caller: Caller;
  readonly session: number;
  /** Work of the device that waited when the message came, as far as it was read. */
  readonly waits: readonly Wait[];
  /** Where work comes from, and what is told how it goes. */
  readonly work: WorkSources;
  readonly rules: Rules;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * What a message said of its device and of the tree there. It is in the database before anybody looks for work for the
 * device, since that may depend on it: so may the rules, which may make some.
 *
 * @returns the device, with a task where it has got one
 */
export async function recordSaid(
  db: Queries,
  caller: Caller,
  effects: Effects,
  { rules, now }: { readonly rules: Rules; readonly now: number },
): Promise<Caller> {
  const { devInfo } = effects;
  const device = caller.device_id;
  const swv = softwareOf(effects);
  let saysOther = false;
  if (Object.keys(devInfo).length > 0 || swv !== undefined) {
    const info: DeviceInfo = {
      man: devInfo.Man?.slice(0, MAX_INFO) ?? caller.man,
      mod: devInfo.Mod?.slice(0, MAX_INFO) ?? caller.mod,
      dmv: devInfo.DmV?.slice(0, MAX_INFO) ?? caller.dmv,
      lang: devInfo.Lang?.slice(0, MAX_INFO) ?? caller.lang,
      swv: swv?.slice(0, MAX_INFO) ?? caller.swv,
    };
    saysOther = (Object.keys(info) as (keyof DeviceInfo)[]).some((name) => info[name] !== caller[name]);
    if (saysOther) {
      const swv_key = info.swv === null ? null : orderKey(info.swv);
      await updateInfo.run(db, { ...info, swv_key, id: device });
    }
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
  const { gone, marks } = effects;
  const left = news.length > 0 || gone.length > 0 ? await recordNodes(db, device, news, gone, now) : 0;
  if (left > 0)
    effects.deviations.push(`${left} nodes are not kept: the device brings more than a device may in a day`);
  const lacking = effects.lacks.some(({ feature }) => feature === 'instanceState');
  if (gone.length > 0 || marks.length > 0 || lacking)
    await recordMarks(db, device, { marks, gone, lacking }, now);
  const task = await rules.hear(db, caller, { ...effects, nodes: news, saysOther, now });
  return task === undefined ? caller : { ...caller, task: caller.task ?? task };
}

/**
 * What a message changed outside its session, besides what {@link recordSaid} writes.
 *
 * @returns the alerts that it brought, as they are stored
 * @throws {Overtaken} when another session has got the device or its work since they were read
 */
export async function recordEffects(
  db: Queries,
  { caller, session, waits, work, rules, now }: Circumstances,
  effects: Effects,
): Promise<Alert[]> {
  const device = caller.device_id;
  const { clientNonce, serverNonce } = effects;
  // Work is begun by the device's last session alone, so that no two of them send the same command.
  if (effects.authenticated || effects.started.length > 0) {
    const lastSession = caller.last_session;
    expectUnchanged(await claimDevice.run(db, { id: device, session, lastSession, now }));
  }
  if (clientNonce !== undefined || serverNonce !== undefined) {
    await updateNonces.run(db, {
      device,
      clientNonce: clientNonce ?? caller.client_nonce,
      clientNonceBefore: clientNonce === undefined ? caller.client_nonce_before : caller.client_nonce,
      serverNonce: serverNonce ?? caller.server_nonce,
    });
  }
  const model = modelIn(caller, effects);
  if (effects.lacks.length > 0 && model !== undefined)
    await learnQuirks(db, model, effects.lacks, { deviceId: device, sessionId: session, now });
  const alerts = await recordAlerts(db, { id: device, devId: caller.dev_id }, session, effects.alerts, now);
  const touched = [...effects.started, ...effects.parked.map((parked) => parked.work)];
  const isTouched = (wait: Wait) => touched.some((each) => isSame(each, wait));
  for (const { row } of waits.filter(isTouched)) expectUnchanged(await endWait(db, row));
  for (const started of effects.started) {
    if (!(await work.begin(db, started, device, session, now))) throw new Overtaken();
  }
  for (const parked of effects.parked) await keepWait(db, work, device, session, parked);
  for (const ended of effects.finished) await work.finish(db, ended.work, device, session, ended.result, now);
  await rules.follow(db, device, effects, now);
  return alerts;
}

/** The model of a device, after what its message has said of it. */
export function modelIn(caller: Caller, effects: Effects): Model | undefined {
  const { Man = caller.man, Mod = caller.mod } = effects.devInfo;
  const [man = null, mod = null, swv = null] = [Man, Mod, softwareOf(effects) ?? caller.swv].map(
    (name) => name?.slice(0, MAX_INFO) ?? null,
  );
  return modelOf(man, mod, swv);
}

const SOFTWARE = './DevDetail/SwV';

/** The software version that a message tells. */
function softwareOf({ nodes }: Effects): string | undefined {
  return (
    nodes.findLast(({ uri, value }) => uri === SOFTWARE && typeof value === 'string')?.value ?? undefined
  );
}
