// The program behind `grove`.
import { enableCompileCache } from 'node:module';
import { commands } from './commands/index.ts';
import { run } from './program/index.ts';

enableCompileCache();
process.exitCode = await run(commands, process.argv.slice(2));
