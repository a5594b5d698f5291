import type { Command } from 'commander';
import { addExamples } from '../../program/index.ts';
import { defineCancel, defineList, defineShow } from './read.ts';
import { defineSend } from './send.ts';

export function define(command: Command): void {
  addExamples(command, [
    'grove notifications send +441632960001 --reason mms-settings --wait',
    'grove notifications ls --state failed',
    'grove notifications show 7',
  ]);
  for (const part of [defineList, defineShow, defineSend, defineCancel]) part(command);
}
