import type { Command } from 'commander';
import { addExamples } from '../../program/index.ts';
import type { Options } from './inspect.ts';

export function define(command: Command): void {
  command
    .argument('[file]', 'the file; standard input when it is - or not given', '-')
    .option('--json', 'print JSON')
    .option('--xml', 'print it as XML, indented')
    .option(
      '--account <file>',
      'the account with which the digest of a notification is checked: the output of grove devices add --json',
    )
    .option('--secrets', 'show credentials, nonces and the values of secret nodes as well');
  addExamples(
    command,
    [
      'grove inspect message.wbxml',
      'curl -i … | grove inspect',
      'xxd message.wbxml | grove inspect --json',
      'echo 02a4 036a 0053… | grove inspect --xml',
      'grove inspect notification.bin --account phone.json',
      'grove inspect short-messages.hex',
    ],
    'Knows SyncML messages, serialized trees (TNDS), device descriptions (DDF), DevInf and MetInf documents, in\nXML or WBXML, one or several in a file: as they are, as captured HTTP messages with their heads, as hex dumps,\ndigits or base64. Documents inside of documents are opened too. What is not as the standard says is marked with\nthe rule that it breaks. Knows notifications (Package #0) as well, and what carries them: pushes of WSP, short\nmessages (one a line; those that belong together are joined), SMPP, SIP, OTA-HTTP and PAP.',
  );
  command.action(async (file: string, options: Options) => {
    const { inspect } = await import('./inspect.ts');
    await inspect(file, options);
  });
}
