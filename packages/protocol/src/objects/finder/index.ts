/**
 * Finder: makes a phone that is not to be found ring. Grove's own object, on its virtual phones; what rings at
 * once says so at once.
 */
import { interior, leaf, READ } from '../describe.ts';
import { count, type Fields, fieldNodes, readFields, text } from '../fields.ts';
import type { ManagementObject, NodeValue, TreeReader } from '../object.ts';

const URN = 'com.example.grove/1.0/Finder';
const permanent = { scope: 'Permanent' } as const;

export const FINDER_URI = './Vendor/Grove/Finder';
/** Exec: rings for as many seconds as the Data says, 1 to 300, or 30 without any; 200 once it rings. */
export const FINDER_RING_URI = `${FINDER_URI}/Ring`;

export const FINDER_OBJECT: ManagementObject = {
  urn: URN,
  title: 'Finder',
  ddf: interior(
    'Finder',
    READ,
    'One',
    'Makes the phone ring',
    [
      leaf('Ring', ['Exec', 'Get'], 'One', 'Exec: rings for so many seconds', 'null', permanent),
      leaf('Rings', READ, 'One', 'How often it was made to ring', 'int', permanent),
      leaf(
        'LastRing',
        READ,
        'One',
        'When it last began to ring, as ISO 8601; empty = never',
        'chr',
        permanent,
      ),
      leaf('Duration', READ, 'One', 'For how many seconds it rang or rings', 'int', permanent),
    ],
    { path: './Vendor/Grove', types: [URN], ...permanent },
  ),
};

/** What a finder has done. */
export interface Finder {
  readonly rings: number;
  /** ISO 8601; empty = never. */
  readonly lastRing: string;
  /** Seconds. */
  readonly duration: number;
}

const FIELDS: Fields<Finder> = {
  rings: count('Rings', 'int'),
  lastRing: text('LastRing'),
  duration: count('Duration', 'int'),
};

/** The leaves of what is to change; its interior nodes are permanent. */
export function finderNodes(changed: Partial<Finder>): NodeValue[] {
  return fieldNodes(FIELDS, FINDER_URI, changed);
}

/** What a phone's finder has done, as far as it is known. */
export function readFinder(tree: TreeReader): Partial<Finder> {
  return readFields(FIELDS, FINDER_URI, tree);
}
