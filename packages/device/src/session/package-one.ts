import {
  DEVINFO_URI,
  devInfoNodes,
  type Item,
  ObjectError,
  readDevInfo,
  type TreeReader,
} from '@grove/protocol';
import type { Whole } from './reply.ts';

/**
 * What a session begins with: why it is held, and what the device is (DM_Protocol 1.2.1, package 1).
 *
 * @param reason 1200: the server asked for the session; 1201: the device wants it.
 */
export function packageOne(tree: TreeReader, reason: 1200 | 1201): Whole[] {
  const items = devInfoNodes(readDevInfo(tree)).map(({ path, value }): Item => {
    const data = value === 'node' ? '' : value.data;
    return { source: { locURI: path }, data };
  });
  return [
    { name: 'Alert', code: reason, items: [] },
    { name: 'Replace', items },
  ];
}

/**
 * The DevId, which is the Source of the device's messages.
 *
 * @throws {ObjectError} when the tree has none.
 */
export function devIdOf(tree: TreeReader): string {
  const { devId } = readDevInfo(tree);
  if (devId === undefined || devId === '') {
    throw new ObjectError(`${DEVINFO_URI}/DevId`, 'missing: expected the identifier of the device');
  }
  return devId;
}
