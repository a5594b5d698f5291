import type { Command } from 'commander';

export { defineDeviceCompliance } from './compliance.ts';

import { addExamples } from '../../program/index.ts';
import { defineCompliance, defineDrift } from './compliance.ts';
import { defineList, defineShow } from './read.ts';
import { defineCreate, defineRemove, defineUpdate } from './write.ts';

export function define(command: Command): void {
  addExamples(command, [
    'grove policies create sales-mail --profile mail --group sales',
    'grove policies compliance sales-mail',
    'grove policies drift sales-mail',
  ]);
  for (const part of [
    defineList,
    defineShow,
    defineCreate,
    defineUpdate,
    defineRemove,
    defineCompliance,
    defineDrift,
  ])
    part(command);
}
