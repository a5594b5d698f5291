/**
 * Diagnostics: a phone looks itself over. Grove's own object, on its virtual phones; the run is accepted at once
 * and its outcome told by a generic alert when it has ended.
 */
import { interior, leaf, READ } from '../describe.ts';
import { type Fields, fieldNodes, readFields, text, word } from '../fields.ts';
import type { ManagementObject, NodeValue, TreeReader } from '../object.ts';

const URN = 'com.example.grove/1.0/Diagnostics';
const permanent = { scope: 'Permanent' } as const;

export const DIAGNOSTICS_URI = './Vendor/Grove/Diagnostics';
/** Exec: begins a run; 202, or 403 while one is under way. */
export const DIAGNOSTICS_RUN_URI = `${DIAGNOSTICS_URI}/Run`;
/** Meta Type of the generic alert that tells the outcome of a run; its Data is the report. */
export const DIAGNOSTICS_ALERT = 'com.example.grove.diagnostics';

export const DIAGNOSTICS_OBJECT: ManagementObject = {
  urn: URN,
  title: 'Diagnostics',
  ddf: interior(
    'Diagnostics',
    READ,
    'One',
    'Looks the phone over',
    [
      leaf('Run', ['Exec', 'Get'], 'One', 'Exec: begins a run', 'null', permanent),
      leaf('State', READ, 'One', 'idle or running', 'chr', { ...permanent, defaultValue: 'idle' }),
      leaf('LastRun', READ, 'One', 'When the last run ended, as ISO 8601; empty = never', 'chr', permanent),
      leaf('Report', READ, 'One', 'What the last run has found', 'chr', permanent),
      leaf('Request', [], 'One', 'For the phone alone: who asked for the run under way', 'chr', permanent),
    ],
    { path: './Vendor/Grove', types: [URN], ...permanent },
  ),
};

/** What a phone's diagnostics have found. */
export interface Diagnostics {
  readonly state: 'idle' | 'running';
  /** ISO 8601; empty = never. */
  readonly lastRun: string;
  readonly report: string;
}

const FIELDS: Fields<Diagnostics> = {
  state: word('State', ['idle', 'running']),
  lastRun: text('LastRun'),
  report: text('Report'),
};

/** The leaves of what is to change; its interior nodes are permanent. */
export function diagnosticsNodes(changed: Partial<Diagnostics>): NodeValue[] {
  return fieldNodes(FIELDS, DIAGNOSTICS_URI, changed);
}

/** What a phone's diagnostics have found, as far as it is known. */
export function readDiagnostics(tree: TreeReader): Partial<Diagnostics> {
  return readFields(FIELDS, DIAGNOSTICS_URI, tree);
}
