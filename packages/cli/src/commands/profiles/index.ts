import type { Command } from 'commander';
import { defineApply } from './apply.ts';
import { defineList, defineRemove, defineShow } from './read.ts';

export { applyProfile } from './apply.ts';

export function define(command: Command): void {
  for (const part of [defineList, defineShow, defineApply, defineRemove]) part(command);
}
