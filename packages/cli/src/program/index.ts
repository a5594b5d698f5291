/** The command line as such: dispatch, options, errors, exit codes. */
export { addExamples } from './examples.ts';
export { CommandError, Exit, UsageError } from './exit.ts';
export { explain, explainSystemError, unreadable } from './explain.ts';
export { amount, collect, httpUrl, integer, optionOf, port } from './options.ts';
export { type CommandEntry, createProgram, run } from './program.ts';
