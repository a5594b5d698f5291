import type { Command } from 'commander';
import { addExamples } from '../../program/index.ts';
import { defineApply } from './apply.ts';
import { defineList, defineRemove, defineShow } from './read.ts';

export { applyProfile } from './apply.ts';

export function define(command: Command): void {
  addExamples(command, ['grove profiles apply -f mms.yaml', 'grove profiles show mms']);
  for (const part of [defineList, defineShow, defineApply, defineRemove]) part(command);
}
