/**
 * Preferences: what the user has chosen. Grove's own object, on its virtual phones: a server may read it, and could set
 * it, but what is here is the user's, so that no profile should write it.
 */
import type { AccessCommand } from '../../tree/index.ts';
import { interior, leaf, READ } from '../describe.ts';
import { count, type Fields, fieldNodes, readFields, text, word } from '../fields.ts';
import type { ManagementObject, NodeValue, TreeReader } from '../object.ts';

const URN = 'com.example.grove/1.0/Preferences';
const CHOSEN: readonly AccessCommand[] = ['Get', 'Replace'];
const permanent = { scope: 'Permanent' } as const;

export const PREFERENCES_URI = './Vendor/Grove/Preferences';

export const THEMES = ['light', 'dark', 'automatic'] as const;
export type Theme = (typeof THEMES)[number];

export const PREFERENCES_OBJECT: ManagementObject = {
  urn: URN,
  title: 'Preferences',
  ddf: interior(
    'Preferences',
    READ,
    'One',
    'What the user has chosen',
    [
      leaf('RingTone', CHOSEN, 'One', 'Name of the ring tone', 'chr', {
        ...permanent,
        defaultValue: 'Meadow',
        allowed: { maxLen: 64 },
      }),
      leaf('Volume', CHOSEN, 'One', 'How loud it rings; 0 = not at all', 'int', {
        ...permanent,
        defaultValue: '5',
        allowed: { least: 0, most: 10 },
      }),
      leaf('Language', CHOSEN, 'One', 'Language tag, such as en-GB; empty = that of the SIM card', 'chr', {
        ...permanent,
        allowed: { maxLen: 35 },
      }),
      leaf('Theme', CHOSEN, 'One', 'Colours of the display', 'chr', {
        ...permanent,
        defaultValue: 'automatic',
        allowed: { values: THEMES },
      }),
    ],
    { path: './Vendor/Grove', types: [URN], ...permanent },
  ),
};

/** What a user has chosen. */
export interface Preferences {
  /** Name of the ring tone. */
  readonly ringTone: string;
  /** 0…10; 0 = silent. */
  readonly volume: number;
  /** Language tag; empty = that of the SIM card. */
  readonly language: string;
  readonly theme: Theme;
}

const FIELDS: Fields<Preferences> = {
  ringTone: text('RingTone'),
  volume: count('Volume', 'int'),
  language: text('Language'),
  theme: word('Theme', THEMES),
};

/** The leaves of what is to change; its interior nodes are permanent. */
export function preferencesNodes(changed: Partial<Preferences>): NodeValue[] {
  return fieldNodes(FIELDS, PREFERENCES_URI, changed);
}

/** What a user has chosen, as far as it is known. */
export function readPreferences(tree: TreeReader): Partial<Preferences> {
  return readFields(FIELDS, PREFERENCES_URI, tree);
}
