import type { Command } from 'commander';
import { addExamples } from '../../program/index.ts';
import { definePreview } from './preview.ts';
import { defineList, defineShow } from './read.ts';
import { defineRemove } from './remove.ts';
import { defineSet } from './set.ts';

export function define(command: Command): void {
  addExamples(command, [
    'grove reasons set mms.yaml',
    'grove reasons preview mms-settings --device IMEI:490154203237518',
  ]);
  for (const part of [defineList, defineShow, defineSet, definePreview, defineRemove]) part(command);
}
