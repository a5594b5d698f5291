import { INITIATORS, UI_MODES } from '@grove/protocol';
import { type Command, Option } from 'commander';
import { addExamples, integer } from '../../program/index.ts';
import { sessionID } from './session-id.ts';

/** The standards by name, as `--format` takes them. */
export const STANDARDS = ['1.1.2', '1.2', '1.3'] as const;

export function define(command: Command): void {
  command
    .addOption(
      new Option('--format <version>', 'of which DM version it is').choices(STANDARDS).default('1.2'),
    )
    .addOption(
      new Option('--ui-mode <mode>', 'how the device treats its user')
        .choices(UI_MODES)
        .default('not-specified'),
    )
    .addOption(
      new Option('--initiator <who>', 'who is the cause of the session')
        .choices(INITIATORS)
        .default('server'),
    )
    .option('--session <id>', 'SessionID in hexadecimal, 1 to FFFF (default: any)', sessionID)
    .optionsGroup('What the user is told:')
    .option('--text <text>', 'why the server asks for a session')
    .option('--consequence <text>', 'what it means to refuse')
    .option('--legal-notice <text>', 'what the law wants said')
    .option('--language <tag>', 'language of the texts, such as en or de-AT')
    .option('--valid-for <seconds>', 'after which the notification is no longer good', integer(1))
    .optionsGroup('How the server proves itself:')
    .option('--account <file>', 'the account: the output of grove devices add --json; - is standard input')
    .option('--server-id <id>', 'ServerID, in place of --account')
    .option('--password <text>', "the server's password, in place of --account")
    .option('--nonce <base64>', "the server's next nonce (default: the one in --account)")
    .addOption(
      new Option(
        '--resync [form]',
        'use the resynchronisation nonce, as four zero bytes or as the text 0x00000000',
      )
        .choices(['zeros', 'text'])
        .preset('zeros')
        .conflicts('nonce'),
    )
    .optionsGroup('Options:')
    .option('--output <file>', 'write its bytes there; - is standard output (default: print it as hex)')
    .option('--json', 'print what it is, as JSON, in place of its bytes');
  addExamples(
    command,
    [
      'grove notify --account phone.json --ui-mode user-interaction --text "New MMS settings" --output n.bin',
      'grove notify --account phone.json --session A | grove inspect --account phone.json',
      'grove notify --account phone.json --resync | grove device --account phone.json --notification -',
      'grove notify --server-id com.example.dm --password p --nonce Tm9uY2U= --format 1.3',
    ],
    'Makes a notification (Package #0) and sends it nowhere. The nonce in the account file is the first one: once the\ndevice has had a session there is another, which only device and server know, and --resync helps.',
  );
  command.action(async (options) => {
    const { notify } = await import('./notify.ts');
    await notify(options);
  });
}
