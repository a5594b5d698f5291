import type { Command } from 'commander';
import { defineAdd } from './add.ts';
import { defineList, defineShow } from './read.ts';
import { defineRemove } from './remove.ts';
import { defineTree } from './tree.ts';

export function define(command: Command): void {
  for (const part of [defineList, defineShow, defineTree, defineAdd, defineRemove]) part(command);
}
