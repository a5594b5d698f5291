/** Active, Default and Locked as steps name them, and as devices do. */
import { type AclCommand, formatAcl, type Mark, STATUS } from '@grove/protocol';
import { type Static, Type } from 'typebox';
import { exactly, uri } from '../fields.ts';
import type { Answer } from '../kind.ts';
import type { NodeRequest } from '../request.ts';

/** What is to be made of an instance, or what is known of it. What is absent is left as it is, or not known. */
export const InstanceState = exactly({
  active: Type.Optional(Type.Boolean({ description: 'Whether the device uses it, of those of its service' })),
  default: Type.Optional(Type.Boolean({ description: 'Whether the device uses it where none is Active' })),
  locked: Type.Optional(
    Type.Boolean({ description: 'Whether its user and other authorities may not change it' }),
  ),
});
export type InstanceState = Static<typeof InstanceState>;

/** How a state is set on a device that does not have the three properties. */
export const stateFields = {
  state: Type.Optional(
    Type.Unsafe<InstanceState>({
      ...InstanceState,
      description: 'What the instance is to be, of Active, Default and Locked',
    }),
  ),
  reference: Type.Optional({
    ...uri,
    description:
      'Where the device has no property Active: the leaf in which it says which instance it uses, by its URI',
  }),
  unsupported: Type.Optional(
    Type.Enum(['instead', 'continue', 'fail'], {
      description:
        'Where the device has no such properties: set what stands for them, and fail where nothing does (when absent); set what stands for them, and pass over the others; or fail',
    }),
  ),
};

/** Names of the properties in a step, in the order in which they are set. */
export const MARK_NAMES = ['active', 'default', 'locked'] as const;
export type MarkName = (typeof MARK_NAMES)[number];

const PROPERTY: Readonly<Record<MarkName, Mark>> = {
  active: 'Active',
  default: 'Default',
  locked: 'Locked',
};

export function propertyOf(name: MarkName): Mark {
  return PROPERTY[name];
}

/** The properties that a state speaks of. */
export function marksIn(state: InstanceState): MarkName[] {
  return MARK_NAMES.filter((name) => state[name] !== undefined);
}

export function markUri(root: string, name: MarkName): string {
  return `${root}?prop=${PROPERTY[name]}`;
}

/** Which property of an instance an address is of; undefined = of none. */
export function markAt(address: string): { root: string; name: MarkName } | undefined {
  const [root = '', query = ''] = address.split('?', 2);
  const name = MARK_NAMES.find((each) => query.toLowerCase() === `prop=${each}`);
  return name === undefined ? undefined : { root, name };
}

export function readMark(id: string, root: string, name: MarkName): NodeRequest {
  return { id, command: 'Get', uri: markUri(root, name) };
}

export function writeMark(id: string, root: string, name: MarkName, on: boolean): NodeRequest {
  return { id, command: 'Replace', uri: markUri(root, name), value: String(on) };
}

/** What a device says of a property; undefined where that is neither `true` nor `false`. */
export function markValue({ value, format }: Pick<Answer, 'value' | 'format'>): boolean | undefined {
  const said = format === 'node' ? undefined : value?.trim().toLowerCase();
  return said === 'true' || said === 'false' ? said === 'true' : undefined;
}

/** Statuses by which devices say that they do not know a property. 405 speaks of the node: it is no instance. */
const LACKING: ReadonlySet<number> = new Set([
  STATUS.BAD_REQUEST,
  STATUS.NOT_FOUND,
  STATUS.NOT_SUPPORTED,
  STATUS.UNSUPPORTED_FORMAT,
  STATUS.FAILED,
  501,
]);

/** Whether an answer to a request for one of the properties, on a node that is there, says that the device has none. */
export function lacksMarks({ uri, command }: Pick<NodeRequest, 'uri' | 'command'>, answer: Answer): boolean {
  const { status } = answer;
  if (markAt(uri) === undefined || status === null) return false;
  // A device that passes over the query answers with the node.
  if (command === 'Get' && status === STATUS.OK) return markValue(answer) === undefined;
  return LACKING.has(status);
}

/** What stands for a property on a device that does not have it. */
export interface Substitute {
  readonly uri: string;
  readonly value: string;
  /** In words, for those who are told. */
  readonly says: string;
}

/**
 * What can be done for a property that the device does not have: Active by the node that refers to the instance in use,
 * Locked by an ACL which keeps other servers out, and not the user. Nothing stands for Default.
 *
 * @param serverID the server that is to be the only one with rights
 */
export function substituteFor(
  name: MarkName,
  on: boolean,
  { root, reference, serverID }: { root: string; reference?: string | undefined; serverID: string },
): Substitute | undefined {
  if (name === 'active' && on && reference !== undefined) {
    return { uri: reference, value: root, says: `Active by ${reference}` };
  }
  if (name !== 'locked') return undefined;
  return {
    uri: `${root}?prop=ACL`,
    value: on ? onlyFor(serverID) : '',
    says: 'Locked by its ACL, against other servers and not against the user',
  };
}

function onlyFor(serverID: string): string {
  const own = [serverID];
  return formatAcl(
    new Map<AclCommand, readonly string[]>([
      ['Add', own],
      ['Delete', own],
      ['Get', ['*']],
      ['Replace', own],
    ]),
  );
}
