import type { Command } from 'commander';
import { addExamples } from '../../program/index.ts';
import { defineActions } from './act.ts';
import { defineCreate } from './create.ts';
import { defineExplain } from './explain.ts';
import { defineOutcomes } from './outcomes.ts';
import { defineList, defineShow } from './read.ts';
import { defineWatch } from './watch.ts';

export function define(command: Command): void {
  addExamples(command, [
    'grove campaigns create "MMS tonight" --profile mms --wait',
    'grove campaigns show 3',
    'grove campaigns explain 3',
  ]);
  const parts = [
    defineList,
    defineShow,
    defineCreate,
    defineActions,
    defineWatch,
    defineExplain,
    defineOutcomes,
  ];
  for (const part of parts) part(command);
}
