import { type Static, Type } from 'typebox';
import { exactly, uri } from '../fields.ts';

/** Finds instances of a management object on the device, and asks for each whether it is Active, Default and Locked. */
export const InstancesStep = exactly({
  kind: Type.Literal('instances'),
  object: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 256,
      description: 'Identifier of the management object, of whatever minor version; all objects when absent',
    }),
  ),
  roots: Type.Optional(
    Type.Array(uri, {
      minItems: 1,
      maxItems: 200,
      description: 'The roots of the instances, where they are known: none is looked for',
    }),
  ),
  uri: Type.Optional({ ...uri, description: 'Where to look for them; in the whole tree when absent' }),
});
export type InstancesStep = Static<typeof InstancesStep>;
