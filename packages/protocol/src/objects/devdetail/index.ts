/**
 * DevDetail: further facts of a device, read on demand (OMA-TS-DM-StdObj 1.2.1, at `./DevDetail`).
 */
import { interior, leaf, READ } from '../describe.ts';
import { count, type Fields, fieldNodes, flag, readFields, text } from '../fields.ts';
import type { ManagementObject, NodeValue, TreeReader } from '../object.ts';

const permanent = { scope: 'Permanent' } as const;
const limit = { ...permanent, defaultValue: '0' } as const;

export const DEVDETAIL_URI = './DevDetail';

export const DEVDETAIL_OBJECT: ManagementObject = {
  urn: 'urn:oma:mo:oma-dm-devdetail:1.0',
  title: 'Device details',
  ddf: interior(
    'DevDetail',
    READ,
    'One',
    'Facts about the device',
    [
      interior(
        'URI',
        READ,
        'One',
        'Limits of the URIs that the device takes; 0 = none',
        [
          leaf('MaxDepth', READ, 'One', 'Most segments', 'chr', limit),
          leaf('MaxTotLen', READ, 'One', 'Most characters', 'chr', limit),
          leaf('MaxSegLen', READ, 'One', 'Most characters of one segment', 'chr', limit),
        ],
        permanent,
      ),
      leaf('DevTyp', READ, 'One', 'Kind of device, such as phone or pda', 'chr', permanent),
      leaf('OEM', READ, 'One', 'Who built it', 'chr', permanent),
      leaf('FwV', READ, 'One', 'Version of the firmware', 'chr', permanent),
      leaf('SwV', READ, 'One', 'Version of the software', 'chr', permanent),
      leaf('HwV', READ, 'One', 'Version of the hardware', 'chr', permanent),
      leaf('LrgObj', READ, 'One', 'Whether large objects are taken in parts', 'bool', permanent),
      interior('Bearer', READ, 'ZeroOrOne', 'What belongs to one bearer'),
      interior('Ext', READ, 'ZeroOrOne', 'Extensions by the manufacturer'),
    ],
    { types: ['urn:oma:mo:oma-dm-devdetail:1.0'], ...permanent },
  ),
};

/** Further facts of a device. */
export interface DevDetail {
  /** Most segments of a URI; 0 = no limit. */
  readonly maxDepth: number;
  /** Most characters of a URI; 0 = no limit. */
  readonly maxTotLen: number;
  /** Most characters of one segment; 0 = no limit. */
  readonly maxSegLen: number;
  readonly devTyp: string;
  readonly oem: string;
  readonly fwV: string;
  readonly swV: string;
  readonly hwV: string;
  /** Whether the device takes large objects in parts. */
  readonly lrgObj: boolean;
}

const FIELDS: Fields<DevDetail> = {
  maxDepth: count('URI/MaxDepth'),
  maxTotLen: count('URI/MaxTotLen'),
  maxSegLen: count('URI/MaxSegLen'),
  devTyp: text('DevTyp'),
  oem: text('OEM'),
  fwV: text('FwV'),
  swV: text('SwV'),
  hwV: text('HwV'),
  lrgObj: flag('LrgObj'),
};

/** The leaves of DevDetail; its interior nodes are permanent. */
export function devDetailNodes(detail: Partial<DevDetail>): NodeValue[] {
  return fieldNodes(FIELDS, DEVDETAIL_URI, detail);
}

/** DevDetail as far as it is known. */
export function readDevDetail(tree: TreeReader): Partial<DevDetail> {
  return readFields(FIELDS, DEVDETAIL_URI, tree);
}
