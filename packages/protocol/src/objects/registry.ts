import { serviceOf } from '../tree/index.ts';
import { BROWSER_OBJECT } from './browser/index.ts';
import { DATA_SERVICE_OBJECT } from './dataservice/index.ts';
import { DEVDETAIL_OBJECT } from './devdetail/index.ts';
import { DEVINFO_OBJECT } from './devinfo/index.ts';
import { DIAGNOSTICS_OBJECT } from './diagnostics/index.ts';
import { DMACC_OBJECT } from './dmacc/index.ts';
import { EMAIL_OBJECT } from './email/index.ts';
import { FINDER_OBJECT } from './finder/index.ts';
import { MMS_OBJECT } from './mms/index.ts';
import { NAP_OBJECT } from './nap/index.ts';
import { childUri, type ManagementObject, type TypedTreeReader } from './object.ts';
import { POLICY_OBJECT } from './policy/index.ts';
import { PREFERENCES_OBJECT } from './preferences/index.ts';
import { PROXY_OBJECT } from './proxy/index.ts';

/** The management objects that Grove knows. A new one is a folder beside this file and a line here. */
export const MANAGEMENT_OBJECTS: readonly ManagementObject[] = [
  DEVINFO_OBJECT,
  DEVDETAIL_OBJECT,
  DMACC_OBJECT,
  NAP_OBJECT,
  PROXY_OBJECT,
  MMS_OBJECT,
  BROWSER_OBJECT,
  EMAIL_OBJECT,
  DATA_SERVICE_OBJECT,
  POLICY_OBJECT,
  PREFERENCES_OBJECT,
  FINDER_OBJECT,
  DIAGNOSTICS_OBJECT,
];

const byMajor = new Map(MANAGEMENT_OBJECTS.map((object) => [serviceOf(object.urn), object]));

/** The object with this identifier, of whatever minor version; undefined when Grove does not know it. */
export function objectOf(urn: string): ManagementObject | undefined {
  return byMajor.get(serviceOf(urn));
}

/**
 * URIs of the instances of an object in a tree, wherever they stand: a device chooses the place and says
 * the identifier in the Type of the root (OMA-TS-DM-StdObj 1.2.1). Objects within objects are not
 * looked for.
 */
export function findObjects(object: ManagementObject, tree: TypedTreeReader, from = '.'): string[] {
  const wanted = serviceOf(object.urn);
  const type = tree.type(from) ?? '';
  if (type !== '' && from !== '.' && serviceOf(type) === wanted) return [from];
  return tree.children(from).flatMap((name) => findObjects(object, tree, childUri(from, name)));
}
