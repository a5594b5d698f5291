import type { Command } from 'commander';
import { addExamples } from '../../program/index.ts';
import { logLevelOption } from '../log-level.ts';
import { GATEWAY_DATA } from './data.ts';

export function defineRun(parent: Command): void {
  const command = parent
    .command('run <file>')
    .description('run a gateway of its own, as a YAML or JSON file configures it')
    .option(
      '--data <dir>',
      `data folder: queue and token, where the file names none (default: ${GATEWAY_DATA})`,
    )
    .option(
      '--db <url>',
      'database of the queue, postgres://… or sqlite:FILE (default: that of the file, else gateway.db in the data folder)',
    )
    .addOption(logLevelOption())
    .option('--json', 'print where things are as JSON');
  addExamples(
    command,
    [
      'grove gateway run gateway.yaml',
      'grove gateway run gateway.yaml --data /var/lib/grove-gateway',
      'grove gateway run gateway.yaml --db postgres://grove:secret@db.example.com/grove',
    ],
    [
      'The smallest file that is of use:',
      '',
      '  clients: [{ name: grove, password: at-least-eight }]',
      '  bearers: [{ kind: sms, host: smsc.example.com, systemId: grove, password: secret }]',
      '',
      'docs/gateway.md describes the rest. The first run makes a token for the API, unless the file has one, and leaves it',
      'in the data folder.',
    ].join('\n'),
  );
  command.action(async (file, options) => {
    const { run } = await import('./run.ts');
    await run(file, options);
  });
}
