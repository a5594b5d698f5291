import type { Command } from 'commander';

/** Ends the help of a command with examples. */
export function addExamples(command: Command, examples: readonly string[], remarks = ''): Command {
  const lines = examples.map((example) => `  ${example}`);
  return command.addHelpText(
    'after',
    `\nExamples:\n${lines.join('\n')}${remarks === '' ? '' : `\n\n${remarks}`}`,
  );
}
