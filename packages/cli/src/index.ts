/** The `grove` command, for whoever starts it from another program. */
export { type Authority, createAuthority, openAuthority, type Pem } from './certificates/index.ts';
export { commands } from './commands/index.ts';
export { createProgram, run } from './program/index.ts';
