import type { Command } from 'commander';
import { addExamples } from '../../program/index.ts';
import { defineDelete, defineList, defineShow } from './read.ts';
import { defineGet, definePut } from './transfer.ts';

export function define(command: Command): void {
  addExamples(command, [
    'grove contents put firmware.bin',
    'grove tasks create IMEI:490154203237518 --replace ./FUMO/1/Update/PkgData --content 12',
    'grove contents get 13 --output log.txt',
  ]);
  for (const part of [defineList, defineShow, definePut, defineGet, defineDelete]) part(command);
}
