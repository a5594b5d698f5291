/**
 * The kinds of step: what a task or a campaign asks of a device, as data. A kind is a folder and its lines here.
 *
 * What to send next is a pure function of the steps, of how far they have come and of what the device
 * answered, so that work survives a restart between any two messages.
 */
import { Type } from 'typebox';
import { AskStep, ask } from './ask/index.ts';
import { CommandStep, command } from './command/index.ts';
import { AtomicStep, container, SequenceStep } from './container/index.ts';
import { ConvergeStep, converge } from './converge/index.ts';
import { ExecStep, exec } from './exec/index.ts';
import { InstanceStep, instance } from './instance/index.ts';
import { InstancesStep, instances } from './instances/index.ts';
import type { StepKind } from './kind.ts';
import { ListStep, list } from './list/index.ts';
import { TreeStep, tree } from './tree/index.ts';

export type Step =
  | CommandStep
  | ExecStep
  | ConvergeStep
  | ListStep
  | TreeStep
  | InstanceStep
  | InstancesStep
  | AtomicStep
  | SequenceStep
  | AskStep;

/** The schema of a step; that of steps within it is this one again, applied when steps are checked. */
export const Step = Type.Union([
  CommandStep,
  ExecStep,
  ConvergeStep,
  ListStep,
  TreeStep,
  InstanceStep,
  InstancesStep,
  AtomicStep,
  SequenceStep,
  AskStep,
]);

const KINDS: Record<Step['kind'], StepKind<Step, unknown>> = {
  get: command,
  add: command,
  replace: command,
  delete: command,
  copy: command,
  exec,
  converge,
  list,
  tree,
  instance,
  instances,
  atomic: container,
  sequence: container,
  ask,
};

export function kindOf(step: Step): StepKind<Step, unknown> {
  return KINDS[step.kind];
}

export type { AskStep, AtomicStep, CommandStep, ConvergeStep, ExecStep, ListStep, SequenceStep, TreeStep };
