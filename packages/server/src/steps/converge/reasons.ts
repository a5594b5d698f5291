/** What went wrong with a node, in a sentence. */
import { STATUS } from '@grove/protocol';
import type { Place } from './places.ts';

/** What was to be done with a node. */
export type Operation = 'add' | 'replace' | 'delete';

const DONE: Readonly<Record<Operation, string>> = { add: 'added', replace: 'changed', delete: 'deleted' };
const RIGHT: Readonly<Record<Operation, string>> = { add: 'Add', replace: 'Replace', delete: 'Delete' };

/** Why an operation failed. */
export function whyRefused(
  { uri, kind }: Pick<Place, 'uri' | 'kind'>,
  operation: Operation,
  status: number | null,
  reason: string | undefined,
): string {
  if (reason !== undefined) return reason;
  const what = `${uri} was not ${DONE[operation]}`;
  switch (status) {
    case null:
      return `${what}: the device did not answer`;
    case STATUS.PERMISSION_DENIED:
      return `${what}: the ACL there does not give the server ${RIGHT[operation]}, or the node is locked (425)`;
    case STATUS.NOT_ALLOWED:
      return `${what}: the device does not allow ${RIGHT[operation]} there, the node is permanent or read-only (405)`;
    case STATUS.NOT_FOUND:
      return operation === 'add'
        ? `${what}: what it would be below is not there, or it cannot be there (404)`
        : `${what}: it is not there (404)`;
    case STATUS.ALREADY_EXISTS:
      return `${what}: the device says by turns that it is there and that it is not (418)`;
    case STATUS.DEVICE_FULL:
      return `${what}: the device has no room for it (420)`;
    default:
      return kind === 'mark' && status === STATUS.NOT_SUPPORTED
        ? `${what}: the device does not have this property (${status})`
        : `${what}: the device answered ${RIGHT[operation]} with ${status}`;
  }
}

/** Characters of a value that a sentence shows. */
const SHOWN = 100;

export function shownValue(value: string): string {
  return JSON.stringify(value.length <= SHOWN ? value : `${value.slice(0, SHOWN)}…`);
}
