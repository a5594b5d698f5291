/** Why a profile cannot be brought to a device. */

export const REASON_CODES = [
  'unsupported',
  'missing-value',
  'wrong-value',
  'no-place',
  'no-setting',
  'unknown-node',
  'wrong-format',
  'not-allowed',
  'occurrence',
  'conflict',
  'too-large',
] as const;
export type ReasonCode = (typeof REASON_CODES)[number];

/** One thing for which a profile is refused to a device. */
export interface Reason {
  readonly code: ReasonCode;
  /** The profile in which it is written, which may be one that is required. */
  readonly profile: string;
  /** Where in that profile: `fragments/0/nodes/2/value`. */
  readonly field: string;
  /** URI of the node that it is about, as far as it is known. */
  readonly node?: string | undefined;
  readonly found?: string | undefined;
  readonly expected: string;
}

/** Longest part of a value that is shown. */
const SHOWN = 100;

/** A value as it is shown in reasons. */
export function shown(value: string): string {
  return value.length <= SHOWN ? value : `${value.slice(0, SHOWN)}…`;
}

/** A reason in a sentence. */
export function sentenceOf({ profile, field, node, found, expected }: Reason): string {
  const where = node === undefined ? '' : `, ${node}`;
  const but = found === undefined ? '' : `, not ${JSON.stringify(found)}`;
  return `profile ${profile}, ${field}${where}: expected ${expected}${but}`;
}
