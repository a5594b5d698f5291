import type { Command } from 'commander';
import { addExamples } from '../../program/index.ts';

/** Options that say which keys, and of which database. */
export interface KeyOptions {
  readonly data?: string;
  readonly db?: string;
  readonly json?: true;
}

export function define(command: Command): void {
  addExamples(
    command,
    ['grove keys add', 'grove keys reseal'],
    'To exchange a key: add one, start the servers again, seal anew, and after 15 minutes, or\nlater where users may still think about questions of before, take the older keys out of the file.',
  );
  const adding = command
    .command('add')
    .description(
      'put a new key before the others in the data folder; servers use it when they are started again',
    )
    .option('--data <dir>', 'data folder (GROVE_DATA, else .grove)')
    .option('--json', 'print JSON')
    .action(async (options: KeyOptions) => {
      const { add } = await import('./keys.ts');
      add(options);
    });
  addExamples(adding, ['grove keys add', 'grove keys add --data /var/lib/grove']);
  const resealing = command
    .command('reseal')
    .description('seal all secrets in the database with the first key; servers may run meanwhile')
    .option('--data <dir>', 'data folder (GROVE_DATA, else .grove)')
    .option('--db <url>', 'database, postgres://… or sqlite:FILE (default: grove.db in the data folder)')
    .option('--json', 'print JSON')
    .action(async (options: KeyOptions) => {
      const { reseal } = await import('./keys.ts');
      await reseal(options);
    });
  addExamples(resealing, [
    'grove keys reseal',
    'grove keys reseal --db postgres://grove@db.example.com/grove',
  ]);
}
