import type { Command } from 'commander';
import { addExamples } from '../../program/index.ts';
import { defineAdd, defineRemove, defineRotate, defineSwitches } from './change.ts';
import { defineDeliveries, defineDelivery, definePing, defineResend } from './deliveries.ts';
import { defineList } from './read.ts';

export function define(command: Command): void {
  addExamples(command, [
    'grove webhooks add https://crm.example.com/grove --types care trigger.finished',
    'grove webhooks ping 1',
    'grove webhooks deliveries 1 --state failed',
  ]);
  for (const part of [
    defineList,
    defineAdd,
    definePing,
    defineDeliveries,
    defineDelivery,
    defineResend,
    defineRotate,
    defineSwitches,
    defineRemove,
  ])
    part(command);
}
