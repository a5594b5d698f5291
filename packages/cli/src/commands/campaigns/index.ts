import type { Command } from 'commander';
import { addExamples } from '../../program/index.ts';
import { defineCreate } from './create.ts';
import { defineCancel, defineList, defineShow } from './read.ts';

export function define(command: Command): void {
  addExamples(command, [
    'grove campaigns create "MMS tonight" --profile mms --wait',
    'grove campaigns show 3',
  ]);
  for (const part of [defineList, defineShow, defineCreate, defineCancel]) part(command);
}
