import type { Command } from 'commander';
import { addExamples } from '../../program/index.ts';
import { defineAdd } from './add.ts';
import { defineList } from './list.ts';
import { defineSet } from './set.ts';

export function define(command: Command): void {
  addExamples(command, [
    'grove instances ls IMEI:490154203237518 --refresh',
    'grove instances set IMEI:490154203237518 ./MMS/Operator --locked --expect-active',
  ]);
  for (const part of [defineList, defineSet, defineAdd]) part(command);
}
