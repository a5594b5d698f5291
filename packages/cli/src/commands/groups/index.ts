import type { Command } from 'commander';
import { addExamples } from '../../program/index.ts';
import { defineAdd, defineMembers, defineTakeOut } from './members.ts';
import { defineList, defineShow } from './read.ts';
import { defineCreate, defineRemove, defineUpdate } from './write.ts';

export function define(command: Command): void {
  addExamples(command, [
    `grove groups create old-acme --query 'manufacturer = "Acme" and fw < "2.1"'`,
    'grove groups create sales --devices sales.csv',
    'grove groups members sales',
  ]);
  for (const part of [
    defineList,
    defineShow,
    defineCreate,
    defineUpdate,
    defineRemove,
    defineAdd,
    defineTakeOut,
    defineMembers,
  ])
    part(command);
}
