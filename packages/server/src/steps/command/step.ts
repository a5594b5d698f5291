import { type Static, Type } from 'typebox';
import { exactly, format, type, uri, value } from '../fields.ts';

/** A DM command on one node, done when it is answered. Adjacent ones go to the device together. */
export const CommandStep = Type.Union([
  exactly({ kind: Type.Literal('get'), uri }),
  exactly({ kind: Type.Literal('add'), uri, value: Type.Optional(value), format, type }),
  exactly({ kind: Type.Literal('replace'), uri, value, format, type }),
  exactly({ kind: Type.Literal('delete'), uri }),
  exactly({ kind: Type.Literal('copy'), uri, to: uri }),
]);
export type CommandStep = Static<typeof CommandStep>;
