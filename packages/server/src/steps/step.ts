/**
 * Steps: what a task or a campaign asks of a device, as data.
 *
 * What to send next is a pure function of the steps, of how far they have come and of what the device
 * answered, so that work survives a restart between any two messages.
 */
import { type Static, Type } from 'typebox';

const uri = Type.String({ minLength: 1, maxLength: 1024, description: 'DM URI, for example ./DevInfo/Man' });
const value = Type.String({ description: 'Value as text; base64 where the format is bin' });
const format = Type.Optional(
  Type.Enum(['b64', 'bin', 'bool', 'chr', 'int', 'node', 'null', 'xml', 'date', 'time', 'float'], {
    description: 'Meta Format; chr when absent',
  }),
);
const type = Type.Optional(Type.String({ description: 'MIME type; text/plain when absent' }));

/** A DM command on one node. Adjacent command steps go to the device together. */
export const CommandStep = Type.Union([
  Type.Object({ kind: Type.Literal('get'), uri }, { additionalProperties: false }),
  Type.Object(
    { kind: Type.Literal('add'), uri, value: Type.Optional(value), format, type },
    { additionalProperties: false },
  ),
  Type.Object({ kind: Type.Literal('replace'), uri, value, format, type }, { additionalProperties: false }),
  Type.Object({ kind: Type.Literal('delete'), uri }, { additionalProperties: false }),
  Type.Object({ kind: Type.Literal('copy'), uri, to: uri }, { additionalProperties: false }),
  Type.Object(
    { kind: Type.Literal('exec'), uri, value: Type.Optional(value), format, type },
    { additionalProperties: false },
  ),
]);

/** Makes the nodes below `root` be as listed: reads them, then replaces what differs and adds what is missing. */
export const ConvergeStep = Type.Object(
  {
    kind: Type.Literal('converge'),
    root: uri,
    /** Type property of the root: the MO's identifier. */
    object: Type.Optional(Type.String()),
    nodes: Type.Array(
      Type.Object(
        { path: Type.String({ minLength: 1, description: 'Relative to root' }), value, format, type },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 1000 },
    ),
  },
  { additionalProperties: false },
);

export const Step = Type.Union([CommandStep, ConvergeStep]);
export type CommandStep = Static<typeof CommandStep>;
export type ConvergeStep = Static<typeof ConvergeStep>;
export type Step = Static<typeof Step>;

/** What a device said of one node, where an answer has several. */
const ResultItem = Type.Object({
  uri: Type.Optional(Type.String()),
  value: Type.Optional(Type.String({ description: 'As text; base64 where the format is bin' })),
  format: Type.Optional(Type.String()),
  type: Type.Optional(Type.String()),
});

/** What a device answered to one command. */
export const CommandResult = Type.Object({
  /** Index of the step in the task. */
  step: Type.Integer(),
  path: Type.Optional(
    Type.String({
      description:
        'Path of a step within a step, such as 2/then/0: which of the lists of steps in it, and where',
    }),
  ),
  command: Type.String({
    description: 'Get, Add, Replace, Delete, Copy, Exec; Alert for a question; Atomic, Sequence',
  }),
  uri: Type.Optional(Type.String({ description: 'Node that the command is for' })),
  text: Type.Optional(Type.String({ description: 'What the user was asked or told' })),
  status: Type.Union([Type.Integer(), Type.Null()], {
    description: 'SyncML status code; null when the device did not answer before the session ended',
  }),
  value: Type.Optional(Type.String({ description: 'What a Get returned; base64 where the format is bin' })),
  format: Type.Optional(Type.String()),
  type: Type.Optional(Type.String()),
  items: Type.Optional(
    Type.Array(ResultItem, { description: 'All that the device said, where that is more than one value' }),
  ),
});
export type CommandResult = Static<typeof CommandResult>;
