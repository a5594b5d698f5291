import { type Static, Type } from 'typebox';
import { exactly, uri } from '../fields.ts';

const PROPERTY = Type.Enum(['ACL', 'Format', 'Name', 'Size', 'Title', 'TStamp', 'Type', 'VerNo', 'Value']);
const properties = (description: string) =>
  Type.Optional(Type.Array(PROPERTY, { minItems: 1, maxItems: 9, description }));

/**
 * Reads a node and all below it: at once, as Struct, StructData or TNDS, or where the device has no such
 * listing node by node.
 */
export const ListStep = exactly({
  kind: Type.Literal('list'),
  uri,
  as: Type.Enum(['Struct', 'StructData', 'TNDS'], {
    description: 'Which nodes there are; also their values; or all as one serialized tree',
  }),
  only: properties('TNDS: the properties wanted'),
  without: properties('TNDS: all properties but these'),
});
export type ListStep = Static<typeof ListStep>;
