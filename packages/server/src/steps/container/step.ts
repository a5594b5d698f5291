import { type Static, Type } from 'typebox';
import { exactly, stepsWithin } from '../fields.ts';
import type { Step } from '../kinds.ts';

const Atomic = exactly({
  kind: Type.Literal('atomic'),
  steps: stepsWithin('add, copy, delete, replace, and ask without branches'),
  unsupported: Type.Optional(
    Type.Enum(['fail', 'separately'], {
      description:
        'Where the device has no Atomic: fail, or one command after the other up to the first that fails; fail when absent',
    }),
  ),
});

/** Adds, copies, deletes and replaces as one, or not at all; questions in it may call it off. */
export interface AtomicStep extends Omit<Static<typeof Atomic>, 'steps'> {
  steps: Step[];
}
export const AtomicStep = Type.Unsafe<AtomicStep>(Atomic);

const Sequence = exactly({
  kind: Type.Literal('sequence'),
  steps: stepsWithin('get, add, copy, delete, exec without await, replace, atomic, and ask without branches'),
});

/** Commands and questions in this order. A device stops where the user refuses, and may stop at another failure. */
export interface SequenceStep extends Omit<Static<typeof Sequence>, 'steps'> {
  steps: Step[];
}
export const SequenceStep = Type.Unsafe<SequenceStep>(Sequence);
export type ContainerStep = AtomicStep | SequenceStep;
