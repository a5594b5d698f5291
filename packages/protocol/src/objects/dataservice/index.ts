/**
 * DataService: what of the network's data service a subscriber has ordered. Grove's own object, on its virtual phones;
 * set by the operator, without the user.
 */
import { interior, leaf, MANAGE } from '../describe.ts';
import { count, type Fields, fieldNodes, readFields, text, word } from '../fields.ts';
import { instanceNode, type ManagementObject, type NodeValue, type TreeReader } from '../object.ts';

const URN = 'com.example.grove/1.0/DataService';

export const DATA_SERVICE_URI = './Vendor/Grove/DataService';

/** Classes of traffic, as 3GPP TS 23.107 has them, the one with the least delay first. */
export const TRAFFIC_CLASSES = ['conversational', 'streaming', 'interactive', 'background'] as const;
export type TrafficClass = (typeof TRAFFIC_CLASSES)[number];

/** 10 Gbit/s. */
const BANDWIDTH = { allowed: { least: 0, most: 10_000_000 } } as const;

export const DATA_SERVICE_OBJECT: ManagementObject = {
  urn: URN,
  title: 'Data service',
  ddf: interior(
    undefined,
    MANAGE,
    'ZeroOrMore',
    'What was ordered of one data service',
    [
      leaf('Name', MANAGE, 'ZeroOrOne', 'Name to show', 'chr', { allowed: { maxLen: 64 } }),
      leaf('ConRef', MANAGE, 'ZeroOrOne', 'URI of the access point that it holds for'),
      leaf('MaxDownlink', MANAGE, 'One', 'Most kbit/s to the device; 0 = no limit', 'int', BANDWIDTH),
      leaf('MaxUplink', MANAGE, 'One', 'Most kbit/s from the device; 0 = no limit', 'int', BANDWIDTH),
      leaf('TrafficClass', MANAGE, 'ZeroOrOne', 'Class of its traffic', 'chr', {
        allowed: { values: TRAFFIC_CLASSES },
      }),
      leaf('Priority', MANAGE, 'ZeroOrOne', 'Handling priority; 1 is the highest', 'int', {
        allowed: { least: 1, most: 3 },
      }),
    ],
    { path: DATA_SERVICE_URI, types: [URN] },
  ),
};

/** What was ordered of a data service. */
export interface DataService {
  /** Name to show. */
  readonly name?: string | undefined;
  /** URI of the access point that it holds for. */
  readonly conRef?: string | undefined;
  /** Most kbit/s to the device; 0 = no limit. */
  readonly maxDownlink: number;
  /** Most kbit/s from the device; 0 = no limit. */
  readonly maxUplink: number;
  readonly trafficClass?: TrafficClass | undefined;
  /** Handling priority, 1…3; 1 is the highest. */
  readonly priority?: number | undefined;
}

const FIELDS: Fields<DataService> = {
  name: text('Name'),
  conRef: text('ConRef'),
  maxDownlink: count('MaxDownlink', 'int'),
  maxUplink: count('MaxUplink', 'int'),
  trafficClass: word('TrafficClass', TRAFFIC_CLASSES),
  priority: count('Priority', 'int'),
};

/**
 * The nodes of a data service.
 *
 * @param root URI of the instance, `./Vendor/Grove/DataService/Mobile`.
 */
export function dataServiceNodes(root: string, service: DataService): NodeValue[] {
  return [instanceNode(root, DATA_SERVICE_OBJECT), ...fieldNodes(FIELDS, root, service)];
}

/** A data service as far as it is known. */
export function readDataService(root: string, tree: TreeReader): Partial<DataService> {
  return readFields(FIELDS, root, tree);
}
