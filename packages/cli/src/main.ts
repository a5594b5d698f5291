// The program behind `grove`: each command is added here by its own file.
import { readFileSync } from 'node:fs';
import { Command } from 'commander';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

const program = new Command('grove')
  .description('OMA Device Management: server, devices and tools')
  .version(version);

await program.parseAsync();
