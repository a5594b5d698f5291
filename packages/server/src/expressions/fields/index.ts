/** What expressions can ask of a device: the catalogue of fields. */
import { ADDRESS_FIELDS } from './address.ts';
import { DEVICE_FIELDS } from './device.ts';
import type { Field } from './field.ts';
import { GROUP_FIELDS } from './group.ts';
import { HISTORY_FIELDS } from './history.ts';
import { INSTANCE_FIELDS } from './instance.ts';
import { SUBSCRIBER_FIELDS } from './subscriber.ts';
import { TREE_FIELDS } from './tree.ts';

export { checkOf } from './check.ts';
export type {
  Engine,
  Field,
  FieldKind,
  FieldUse,
  IdRange,
  Occurring,
  Sql,
  SqlContext,
} from './field.ts';
export { COUNTED } from './field.ts';
export { LAST } from './last.ts';
export { PATH } from './tree.ts';
export { isBelow } from './uris.ts';

/** Every field. Another one is an entry in the list of its area, or a list of its own. */
export const FIELDS: readonly Field[] = [
  ...DEVICE_FIELDS,
  ...ADDRESS_FIELDS,
  ...SUBSCRIBER_FIELDS,
  ...GROUP_FIELDS,
  ...TREE_FIELDS,
  ...INSTANCE_FIELDS,
  ...HISTORY_FIELDS,
];
