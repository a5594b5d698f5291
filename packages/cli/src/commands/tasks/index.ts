import type { Command } from 'commander';
import { addExamples } from '../../program/index.ts';
import { defineCreate } from './create.ts';
import { defineCancel, defineList, defineShow } from './read.ts';

export { addTaskWaitOption, awaitTask, type TaskWaitOptions } from './await.ts';

export function define(command: Command): void {
  addExamples(command, [
    'grove tasks create IMEI:490154203237518 --get ./DevInfo/Man --wait',
    'grove tasks ls --state failed',
  ]);
  for (const part of [defineList, defineShow, defineCreate, defineCancel]) part(command);
}
