import type { Command } from 'commander';
import { addExamples } from '../../program/index.ts';
import { defineDeviceCompliance } from '../policies/index.ts';
import { defineAdd } from './add.ts';
import { defineAddress } from './address.ts';
import { defineCount, defineExport } from './count.ts';
import { defineImport } from './import/index.ts';
import { defineList, defineShow } from './read.ts';
import { defineRemove } from './remove.ts';
import { defineTree } from './tree.ts';
import { defineUnlock } from './unlock.ts';
import { defineZone } from './zone.ts';

export function define(command: Command): void {
  addExamples(command, [
    'grove devices ls',
    'grove devices add IMEI:490154203237518',
    'grove devices tree IMEI:490154203237518',
  ]);
  for (const part of [
    defineList,
    defineCount,
    defineExport,
    defineShow,
    defineTree,
    defineDeviceCompliance,
    defineAdd,
    defineImport,
    defineAddress,
    defineZone,
    defineUnlock,
    defineRemove,
  ])
    part(command);
}
