/**
 * DevInfo: what a device says of itself in package #1 (OMA-TS-DM-StdObj 1.2.1, at `./DevInfo`).
 */
import { interior, leaf, READ } from '../describe.ts';
import { type Fields, fieldNodes, readFields, text } from '../fields.ts';
import type { ManagementObject, NodeValue, TreeReader } from '../object.ts';

const permanent = { scope: 'Permanent' } as const;

export const DEVINFO_URI = './DevInfo';

export const DEVINFO_OBJECT: ManagementObject = {
  urn: 'urn:oma:mo:oma-dm-devinfo:1.0',
  title: 'Device information',
  ddf: interior(
    'DevInfo',
    READ,
    'One',
    'What the device says of itself at the start of each session',
    [
      leaf('DevId', READ, 'One', 'Identifier of the device, such as IMEI:…', 'chr', permanent),
      leaf('Man', READ, 'One', 'Manufacturer', 'chr', permanent),
      leaf('Mod', READ, 'One', 'Model', 'chr', permanent),
      leaf('DmV', READ, 'One', 'Version of the DM client', 'chr', permanent),
      leaf('Lang', READ, 'One', 'Language of the user interface, such as en-GB', 'chr', permanent),
      interior('Bearer', READ, 'ZeroOrOne', 'What belongs to one bearer'),
      interior('Ext', READ, 'ZeroOrOne', 'Extensions by the manufacturer'),
    ],
    { types: ['urn:oma:mo:oma-dm-devinfo:1.0'], ...permanent },
  ),
};

/** What a device says of itself. */
export interface DevInfo {
  /** `IMEI:…`, `MEID:…`, `urn:uuid:…`; the Source of its messages. */
  readonly devId: string;
  readonly man: string;
  readonly mod: string;
  /** Version of the DM client, as its maker counts. */
  readonly dmV: string;
  /** Language tag, `en-GB`. */
  readonly lang: string;
}

const FIELDS: Fields<DevInfo> = {
  devId: text('DevId'),
  man: text('Man'),
  mod: text('Mod'),
  dmV: text('DmV'),
  lang: text('Lang'),
};

/** The leaves of DevInfo, in the order in which package #1 has them. */
export function devInfoNodes(info: Partial<DevInfo>): NodeValue[] {
  return fieldNodes(FIELDS, DEVINFO_URI, info);
}

/** DevInfo as far as it is known. */
export function readDevInfo(tree: TreeReader): Partial<DevInfo> {
  return readFields(FIELDS, DEVINFO_URI, tree);
}
