import type { Command } from 'commander';
import { addExamples } from '../../program/index.ts';
import { defineDefinitions } from './definitions.ts';
import { defineCancel, defineList, defineShow } from './read.ts';
import { defineRun } from './run.ts';

export function define(command: Command): void {
  addExamples(command, [
    'grove triggers define game.yaml',
    'grove triggers run game --subscriber +441632960001 --set bandwidth=512',
    'grove triggers show 7',
  ]);
  for (const part of [defineRun, defineList, defineShow, defineCancel, defineDefinitions]) part(command);
}
