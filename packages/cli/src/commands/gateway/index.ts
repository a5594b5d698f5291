import type { Command } from 'commander';
import { addExamples } from '../../program/index.ts';
import { defineBearers } from './bearers.ts';
import { defineCancel, defineList, defineShow } from './pushes.ts';
import { defineRun } from './run-options.ts';
import { defineUsers } from './users.ts';

export function define(command: Command): void {
  addExamples(
    command,
    [
      'grove gateway run gateway.yaml',
      'grove gateway bearers',
      'grove gateway ls --state undeliverable',
      'grove gateway show 40',
      'grove gateway bearers --server http://127.0.0.1:8090 --data .grove-gateway',
    ],
    'All but "run" ask a gateway that runs: that within "grove serve", or, with --server and --data, one of its own.',
  );
  defineRun(command);
  defineList(command);
  defineShow(command);
  defineCancel(command);
  defineBearers(command);
  defineUsers(command);
}
