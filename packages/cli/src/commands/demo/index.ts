import { type Command, Option } from 'commander';
import { addExamples, integer, port } from '../../program/index.ts';
import { AUTHS } from '../account-options.ts';
import { addEncodingOption } from '../encoding-option.ts';

export function define(command: Command): void {
  addEncodingOption(command)
    .option('--devices <n>', 'number of phones', integer(1, 10_000), 25)
    .option('--once', 'end when the campaign has; else the server and the phones stay')
    .option('--json', 'print what came of it as one JSON object')
    .addOption(new Option('--auth <scheme>', 'how both sides prove themselves').choices(AUTHS).default('md5'))
    .option(
      '--db <url>',
      'database, postgres://…; one that is empty or of earlier demos (default: a temporary file)',
    )
    .option('--port <n>', 'port of the server; 0 for any that is free', port, 0);
  addExamples(
    command,
    ['grove demo', 'grove demo --once --devices 200 --encoding wbxml', 'grove demo --once --json'],
    'Everything runs on this machine, in a temporary folder that is removed at the end. The exit code is 0 when\nevery phone has got the new settings, else 1.',
  );
  command.action(async (options) => {
    const { demo } = await import('./demo.ts');
    await demo(options);
  });
}
