import type { Command } from 'commander';
import { addExamples } from '../../program/index.ts';

export function define(command: Command): void {
  command
    .argument('[file]', 'the file; standard input when it is - or not given', '-')
    .option('--json', 'print JSON')
    .option('--xml', 'print it as XML, indented')
    .option('--secrets', 'show credentials, nonces and the values of secret nodes as well');
  addExamples(
    command,
    [
      'grove inspect message.wbxml',
      'curl -i … | grove inspect',
      'xxd message.wbxml | grove inspect --json',
      'echo 02a4 036a 0053… | grove inspect --xml',
    ],
    'Knows SyncML messages, serialized trees (TNDS), device descriptions (DDF), DevInf and MetInf documents, in\nXML or WBXML, one or several in a file: as they are, as captured HTTP messages with their heads, as hex dumps,\ndigits or base64. Documents inside of documents are opened too. What is not as the standard says is marked with\nthe rule that it breaks.',
  );
  command.action(async (file: string, options: { json?: true; xml?: true; secrets?: true }) => {
    const { inspect } = await import('./inspect.ts');
    await inspect(file, options);
  });
}
