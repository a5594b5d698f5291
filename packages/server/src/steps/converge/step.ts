import { type Static, Type } from 'typebox';
import { exactly, format, type, uri } from '../fields.ts';
import { stateFields } from '../instance-state/index.ts';

export const NODE_POLICIES = ['enforce', 'default', 'keep', 'absent'] as const;
/** What becomes of a node: see {@link ConvergeNode}. */
export type NodePolicy = (typeof NODE_POLICIES)[number];

/** A node below the root of a converge step. */
export const ConvergeNode = exactly({
  path: Type.String({ minLength: 1, description: 'Relative to root' }),
  value: Type.Optional(
    Type.String({
      description: 'Value as text; base64 where the format is bin. Not of what is kept or absent',
    }),
  ),
  format,
  type,
  policy: Type.Optional(
    Type.Enum([...NODE_POLICIES], {
      description:
        "enforce: it has this value; default: it is added where it is missing, and the user's from then on; keep: it is never touched; absent: it is deleted, with what is below it. enforce when absent",
    }),
  ),
  secret: Type.Optional(
    Type.Boolean({
      description: 'Whether its value is for the device alone: what is shown or kept of it does not tell it',
    }),
  ),
});
export type ConvergeNode = Static<typeof ConvergeNode>;

/** Makes the nodes below `root` be as listed, with the least that has to be changed. */
export const ConvergeStep = exactly({
  kind: Type.Literal('converge'),
  root: uri,
  /** Type property of the root: the MO's identifier. */
  object: Type.Optional(Type.String()),
  nodes: Type.Array(ConvergeNode, { maxItems: 1000 }),
  ...stateFields,
  observe: Type.Optional(
    Type.Boolean({ description: 'Whether it is only told what differs, and nothing is changed' }),
  ),
  unconditional: Type.Optional(
    Type.Union([Type.Boolean(), Type.Literal('renew')], {
      description:
        'true: everything is written without asking first what is there; renew: the root is deleted, then all of it added',
    }),
  ),
  verify: Type.Optional(
    Type.Boolean({ description: 'Whether it is read back at the end, and fails where it differs' }),
  ),
  atomic: Type.Optional(
    Type.Boolean({ description: 'Whether all changes go in one Atomic, if the device has that' }),
  ),
});
export type ConvergeStep = Static<typeof ConvergeStep>;
