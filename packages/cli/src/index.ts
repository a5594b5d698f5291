/** The `grove` command, for whoever starts it from another program. */
export { commands } from './commands/index.ts';
export { createProgram, run } from './program/index.ts';
