import type { Command } from 'commander';
import { addExamples } from '../../program/index.ts';

export function define(command: Command): void {
  command
    .argument('[file]', 'the file; standard input when it is - or not given', '-')
    .option('--json', 'print JSON')
    .option('--xml', 'print it as XML, indented');
  addExamples(
    command,
    ['grove inspect message.wbxml', 'curl … | grove inspect', 'echo 02a4 036a 0053… | grove inspect --xml'],
    'Knows SyncML messages, serialized trees (TNDS), device descriptions (DDF), DevInf and MetInf documents, in\nXML or WBXML, as they are or in hexadecimal or base64 text. Documents inside of documents are opened too.',
  );
  command.action(async (file: string, options: { json?: true; xml?: true }) => {
    const { inspect } = await import('./inspect.ts');
    await inspect(file, options);
  });
}
