import { type Static, Type } from 'typebox';
import { content, exactly, format, type, uri, value } from '../fields.ts';

/** A DM command on one node, done when it is answered. Adjacent ones go to the device together. */
export const CommandStep = Type.Union([
  exactly({ kind: Type.Literal('get'), uri }),
  exactly({ kind: Type.Literal('add'), uri, value: Type.Optional(value), content, format, type }),
  exactly({ kind: Type.Literal('replace'), uri, value: Type.Optional(value), content, format, type }),
  exactly({ kind: Type.Literal('delete'), uri }),
  exactly({ kind: Type.Literal('copy'), uri, to: uri }),
]);
export type CommandStep = Static<typeof CommandStep>;
