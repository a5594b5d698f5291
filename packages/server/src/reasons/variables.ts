/** What texts may speak of. */

/** What is known of a device, as far as texts may speak of it. */
export interface DeviceFacts {
  readonly devId: string;
  readonly man: string | null;
  readonly mod: string | null;
  readonly swv: string | null;
  readonly msisdn: string | null;
}

/** Variables that stand for a device, by what they are called after `device.`. */
export const DEVICE_VARIABLES: readonly (keyof DeviceFacts)[] = ['devId', 'man', 'mod', 'swv', 'msisdn'];

/** The variable that is known of every device, so that nothing need stand in its place. */
export const KNOWN_OF_ALL = 'device.devId';

export const OPERATOR = 'operator';

/** The variables that every template has. */
export const OWN_VARIABLES: readonly string[] = [
  ...DEVICE_VARIABLES.map((name) => `device.${name}`),
  OPERATOR,
];

/** Characters of what a device says of itself that a text repeats. */
const SHOWN = 64;

/** The value of a variable that stands for a device; undefined where it is not known. */
export function factOf(facts: DeviceFacts, variable: string): string | undefined {
  const name = DEVICE_VARIABLES.find((each) => `device.${each}` === variable);
  const value = name === undefined ? null : facts[name];
  if (value === null) return undefined;
  // Whatever a device says of itself, it is one line of the text.
  const line = [...value.replace(/\p{C}+/gu, ' ').trim()].slice(0, SHOWN).join('');
  return line === '' ? undefined : line;
}
