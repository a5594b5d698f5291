/** What is known of devices, as variables of profiles call it. Pure. */
import type { Attributes } from '../../subscribers/index.ts';
import type { Scalar } from '../document/index.ts';

/** Names of the columns that hold what a device has told. */
export const DEVICE_COLUMNS = {
  'device.id': 'id',
  'device.devId': 'dev_id',
  'device.manufacturer': 'man',
  'device.model': 'mod',
  'device.software': 'swv',
  'device.dmVersion': 'dmv',
  'device.language': 'lang',
} as const;

/** Names of the columns that hold what is known of a subscriber. Attributes of these names are hidden by them. */
export const SUBSCRIBER_COLUMNS = {
  'subscriber.name': 'subscriber_name',
  'subscriber.imsi': 'subscriber_imsi',
  'subscriber.sip': 'subscriber_sip',
  'subscriber.language': 'subscriber_lang',
  'subscriber.timeZone': 'subscriber_time_zone',
  'subscriber.msisdn': 'subscriber_msisdn',
} as const;

/** The values in an object of objects, each under its names with dots between them. */
export function flattened(values: Attributes, above: string): [string, Scalar][] {
  return Object.entries(values).flatMap(([name, value]): [string, Scalar][] =>
    typeof value === 'object' ? flattened(value, `${above}.${name}`) : [[`${above}.${name}`, value]],
  );
}

/** Variables of groups, as far as the groups of one device agree on them. */
export function agreed(groups: readonly { readonly name: string; readonly variables: Attributes }[]): {
  values: [string, Scalar][];
  disputed: Map<string, string[]>;
} {
  const set = new Map<string, { value: Scalar; by: string[]; disputed: boolean }>();
  for (const { name, variables } of groups) {
    for (const [variable, value] of flattened(variables, 'group')) {
      const known = set.get(variable);
      if (known === undefined) set.set(variable, { value, by: [name], disputed: false });
      else
        set.set(variable, {
          ...known,
          by: [...known.by, name],
          disputed: known.disputed || known.value !== value,
        });
    }
  }
  const entries = [...set];
  return {
    values: entries.flatMap(([name, { value, disputed }]) =>
      disputed ? [] : [[name, value] as [string, Scalar]],
    ),
    disputed: new Map(entries.flatMap(([name, { by, disputed }]) => (disputed ? [[name, by] as const] : []))),
  };
}
