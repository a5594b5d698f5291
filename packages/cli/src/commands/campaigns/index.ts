import type { Command } from 'commander';
import { defineCreate } from './create.ts';
import { defineCancel, defineList, defineShow } from './read.ts';

export function define(command: Command): void {
  for (const part of [defineList, defineShow, defineCreate, defineCancel]) part(command);
}
