import type { Command } from 'commander';
import { addExamples } from '../../program/index.ts';
import { defineBind, defineUnbind } from './bind.ts';
import { defineCreate, defineUpdate } from './change.ts';
import { defineImport } from './import.ts';
import { defineList, defineRemove, defineShow } from './read.ts';

export function define(command: Command): void {
  addExamples(command, [
    'grove subscribers ls',
    'grove subscribers create C-20391 --msisdn +441632960001 --set qos.maxBandwidth=512',
    'grove subscribers import subscribers.ndjson',
  ]);
  for (const part of [
    defineList,
    defineShow,
    defineCreate,
    defineUpdate,
    defineBind,
    defineUnbind,
    defineImport,
    defineRemove,
  ])
    part(command);
}
