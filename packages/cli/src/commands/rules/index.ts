import type { Command } from 'commander';
import { addExamples } from '../../program/index.ts';
import { defineDevices, defineFirings, defineTest } from './found.ts';
import { defineList, defineShow } from './read.ts';
import { defineCreate, defineRemove, defineSwitches, defineUpdate } from './write.ts';

export function define(command: Command): void {
  addExamples(command, [
    'grove rules test -f old-mms.yaml',
    'grove rules create -f old-mms.yaml',
    'grove rules firings old-mms',
  ]);
  const parts = [
    defineList,
    defineShow,
    defineCreate,
    defineUpdate,
    defineRemove,
    defineSwitches,
    defineTest,
    defineFirings,
    defineDevices,
  ];
  for (const part of parts) part(command);
}
