import { STATUSES } from '@grove/push';
import { type Command, InvalidArgumentError } from 'commander';
import { addExamples, port } from '../../program/index.ts';

export function define(command: Command): void {
  command
    .option('--port <n>', 'port that it listens on; 0 for any that is free', port, 2775)
    .option('--host <address>', 'address that it listens on', '127.0.0.1')
    .option('--system-id <id>', 'who may bind (default: anybody)')
    .option('--password <text>', 'with which password')
    .option('--tls-cert <file>', 'its certificate, PEM: TLS in place of plain TCP')
    .option('--tls-key <file>', 'its private key, PEM')
    .optionsGroup('What it does wrong:')
    .option('--shuffle', 'hand messages over in any order')
    .option('--duplicate <share>', 'of the messages that come twice, 0 to 1', share, 0)
    .option('--lose <share>', 'of the messages that never come, though nobody is told so, 0 to 1', share, 0)
    .option(
      '--refuse <status...>',
      'command_status that submissions are refused with: name or number',
      status,
    )
    .option('--refuse-share <share>', 'of the submissions that are refused, 0 to 1', share, 1)
    .optionsGroup('Options:')
    .option('--json', 'print what passes as lines of JSON, with the bytes of messages');
  addExamples(
    command,
    [
      'grove smsc',
      'grove smsc --system-id lab --password secret --json',
      'grove smsc --shuffle --duplicate 0.2',
      'grove smsc --refuse ESME_RTHROTTLED --refuse-share 0.5',
    ],
    'A simulated SMS centre (SMPP 3.4) for labs: gateways submit to it, phones that are bound as receivers with their\nnumber as address_range get what is for them, from now or once they come. It keeps everything in memory.\nA phone of Grove: grove device --push "smpp://phone:pw@127.0.0.1:2775?number=+441632960001"',
  );
  command.action(async (options) => {
    const { smsc } = await import('./smsc.ts');
    await smsc(options);
  });
}

function share(text: string): number {
  const value = Number(text);
  if (!/^\d*\.?\d+$/.test(text) || value > 1)
    throw new InvalidArgumentError('Expected a number from 0 to 1.');
  return value;
}

function status(text: string, before: readonly number[] = []): number[] {
  const code = /^(0x[\da-f]{1,8}|\d{1,10})$/i.test(text)
    ? Number(text)
    : STATUSES.find(({ name }) => name === text.toUpperCase())?.code;
  if (code === undefined || code === 0 || code > 0xffffffff)
    throw new InvalidArgumentError('Expected a status of SMPP such as ESME_RTHROTTLED or 0x58.');
  return [...before, code];
}
