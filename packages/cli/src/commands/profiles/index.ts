import type { Command } from 'commander';
import { addExamples } from '../../program/index.ts';
import { defineWrite } from './apply.ts';
import { defineCheck } from './check.ts';
import { defineDryRun } from './dry-run.ts';
import { defineList, defineRemove, defineShow } from './read.ts';
import { defineVersions } from './versions.ts';

export { applyProfile } from './apply.ts';
export { sumLines } from './dry-run.ts';

export function define(command: Command): void {
  addExamples(command, [
    'grove profiles apply -f mms.yaml',
    "grove profiles check mms --model 'Arbor/Birch 2'",
    'grove profiles dry-run mms --all',
    'grove profiles diff mms',
  ]);
  for (const part of [
    defineList,
    defineShow,
    defineWrite,
    defineCheck,
    defineDryRun,
    defineVersions,
    defineRemove,
  ])
    part(command);
}
