import { type Command, InvalidArgumentError, Option } from 'commander';
import { addConnectionOptions } from '../../api/index.ts';
import { addExamples, amount, httpUrl, integer } from '../../program/index.ts';
import { addAnswersOption } from '../../user/index.ts';
import { AUTHS } from '../account-options.ts';
import { addEncodingOption } from '../encoding-option.ts';
import { addCaOption } from '../tls-options.ts';

export function define(command: Command): void {
  addEncodingOption(command)
    .option('--devices <n>', 'how many devices', integer(1, 1_000_000), 100)
    .option(
      '--first <n>',
      'number of the first one: other numbers are other devices',
      integer(0, 999_999_999),
      0,
    )
    .option('--sessions <n>', 'sessions of each device', integer(1), 1)
    .option('--rate <n>', 'sessions begun per second (default: as many as can be)', rate)
    .option('--concurrency <n>', 'sessions under way at the same time', integer(1, 10_000), 64)
    .addOption(new Option('--auth <scheme>', 'how both sides prove themselves').choices(AUTHS).default('md5'))
    .option('--server-id <id>', 'ServerID that the devices know the server by', 'grove')
    .option('--seed <text>', 'another one gives the same devices other passwords', 'grove')
    .option(
      '--models <names>',
      'models that the devices have in turn, separated by commas, or mix for all (default: those with standard trees)',
    )
    .option('--mortality <share>', 'chance that a device dies at a message, 0 to 1, and comes back', share, 0)
    .option(
      '--register',
      'register the devices first; those that are there get the account of the simulation',
    )
    .option(
      '--push <url...>',
      'wait to be notified over these bearers instead of calling; {n} is the number of the device, {n:5} with 5 digits',
    )
    .option(
      '--number <number>',
      'telephone numbers of the devices, for a bearer that serves all: +4416329{n:5}',
    )
    .option('--refuse <share>', 'chance that a user refuses a session that is asked for, 0 to 1', chance)
    .option('--dm <url>', 'DM endpoint, where it is not that of --server', httpUrl)
    .option('--record <file>', 'append what each device was told to do, as lines of JSON')
    .option('--json', 'print the summary as JSON');
  addAnswersOption(command, 'there is no user');
  addCaOption(command)
    .option('--tls-issuer-cert <file>', 'authority that issues the devices their certificates, PEM')
    .option('--tls-issuer-key <file>', 'its private key, PEM (PKCS #8, ECDSA on P-256)');
  addConnectionOptions(command);
  addExamples(
    command,
    [
      'grove simulate --register --devices 1000',
      'grove simulate --devices 1000 --sessions 10 --rate 50 --json',
      'grove simulate --server https://dm.example.com/dm --devices 10 --auth basic',
      'grove simulate --register --push udp://127.0.0.1:0 --devices 100 --refuse 0.2   # each at a free port',
      "grove simulate --register --push 'smpp://fleet:secret@127.0.0.1:2775?number=+4416329*' --number '+4416329{n:5}'",
      'grove simulate --dm https://127.0.0.1:8443 --tls-ca ca.pem --register --auth hmac',
    ],
    'The address of a server stands for its DM endpoint /dm, unless it has a path of its own. What the devices are\nfollows from their numbers, so that the same ones call again. The exit code is 0 when no session failed.',
  );
  command.action(async (options) => {
    const { simulate } = await import('./simulate.ts');
    await simulate(options);
  });
}

function rate(text: string): number {
  const value = amount(text);
  if (value === 0) throw new InvalidArgumentError('Expected more than 0.');
  return value;
}

function chance(text: string): number {
  const value = amount(text);
  if (value > 1) throw new InvalidArgumentError('Expected a number from 0 to 1.');
  return value;
}

function share(text: string): number {
  const value = amount(text);
  if (value >= 1) throw new InvalidArgumentError('Expected a number from 0 to less than 1.');
  return value;
}
