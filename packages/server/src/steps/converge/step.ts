import { type Static, Type } from 'typebox';
import { exactly, format, type, uri, value } from '../fields.ts';

/** Makes the nodes below `root` be as listed: reads them, then replaces what differs and adds what is missing. */
export const ConvergeStep = exactly({
  kind: Type.Literal('converge'),
  root: uri,
  /** Type property of the root: the MO's identifier. */
  object: Type.Optional(Type.String()),
  nodes: Type.Array(
    exactly({ path: Type.String({ minLength: 1, description: 'Relative to root' }), value, format, type }),
    { minItems: 1, maxItems: 1000 },
  ),
});
export type ConvergeStep = Static<typeof ConvergeStep>;
