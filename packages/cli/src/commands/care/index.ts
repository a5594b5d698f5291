import type { Command } from 'commander';
import { addExamples } from '../../program/index.ts';
import { defineAct } from './act.ts';
import { defineOutcomes } from './outcomes.ts';
import { defineList, defineShow } from './read.ts';

export function define(command: Command): void {
  addExamples(command, [
    'grove care ls --state unresolved',
    'grove care take 12',
    'grove care resolve 12 "the APN was mistyped"',
    'grove care explain status-420',
  ]);
  for (const part of [defineList, defineShow, defineAct, defineOutcomes]) part(command);
}
