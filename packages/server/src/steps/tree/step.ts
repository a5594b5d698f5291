import { type Static, Type } from 'typebox';
import { exactly, format, type, uri, value } from '../fields.ts';

/** Brings a whole sub-tree to a device, as one value where it takes a serialized tree. */
export const TreeStep = exactly({
  kind: Type.Literal('tree'),
  uri,
  mode: Type.Enum(['add', 'replace'], {
    description: 'add: the node must not be there; replace: what is below it goes',
  }),
  object: Type.Optional(
    Type.String({ maxLength: 256, description: 'Type of the node: identifier of the management object' }),
  ),
  nodes: Type.Array(
    exactly({
      path: Type.String({ minLength: 1, description: 'Relative to uri' }),
      value: Type.Optional(value),
      format,
      type,
      acl: Type.Optional(Type.String({ minLength: 1, maxLength: 4096, description: 'Its ACL' })),
      title: Type.Optional(Type.String({ minLength: 1, maxLength: 255, description: 'Its Title' })),
    }),
    { minItems: 1, maxItems: 1000, description: 'Leaves, and with format node interior nodes' },
  ),
});
export type TreeStep = Static<typeof TreeStep>;
