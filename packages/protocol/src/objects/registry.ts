import { serviceOf } from '../tree/index.ts';
import { DEVDETAIL_OBJECT } from './devdetail/index.ts';
import { DEVINFO_OBJECT } from './devinfo/index.ts';
import { DIAGNOSTICS_OBJECT } from './diagnostics/index.ts';
import { DMACC_OBJECT } from './dmacc/index.ts';
import { FINDER_OBJECT } from './finder/index.ts';
import { MMS_OBJECT } from './mms/index.ts';
import { childUri, type ManagementObject, type TypedTreeReader } from './object.ts';

/** The management objects that Grove knows. A new one is a folder beside this file and a line here. */
export const MANAGEMENT_OBJECTS: readonly ManagementObject[] = [
  DEVINFO_OBJECT,
  DEVDETAIL_OBJECT,
  DMACC_OBJECT,
  MMS_OBJECT,
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
