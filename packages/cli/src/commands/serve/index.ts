import type { Command } from 'commander';
import { addExamples, httpUrl, integer, port } from '../../program/index.ts';
import { logLevelOption } from '../log-level.ts';
import { networks } from './networks.ts';
import { addPushOptions } from './push.ts';
import { addRetentionOptions } from './retention.ts';
import { addTlsOptions } from './tls.ts';

export function define(command: Command): void {
  command
    .option('--port <n>', 'port to listen on; 0 for any that is free', port, 8080)
    .option('--host <address>', 'address to listen on; 0.0.0.0 or :: for all', '127.0.0.1')
    .option('--api-host <address>', 'address at which the API answers too, besides loopback; * for all')
    .option(
      '--public-url <url>',
      'where devices reach the DM endpoint (default: as they address it)',
      httpUrl,
    )
    .option('--data <dir>', 'data folder: database, keys, token (GROVE_DATA, else .grove)')
    .option('--db <url>', 'database, postgres://… or sqlite:FILE (default: grove.db in the data folder)')
    .addOption(logLevelOption())
    .option(
      '--lockout-after <n>',
      'wrong credentials for a device from one address that lock that address out; 0 for never (default: 5)',
      integer(0, 1_000_000),
    )
    .option(
      '--lockout-longest <seconds>',
      'the longest time for which it is locked out, to which the time doubles from 10 seconds on (default: 900)',
      integer(1, 31_536_000),
    )
    .option(
      '--max-msg-size <bytes>',
      'message of a device that is taken (default: 1 MiB)',
      integer(8 * 1024, 64 * 1024 * 1024),
    )
    .option(
      '--max-obj-size <bytes>',
      'value that is taken in pieces from a device, or as a content through the API (default: 1 GiB)',
      integer(8 * 1024),
    )
    .option(
      '--device-quota <bytes>',
      'large values that are kept of one device and that no task has asked for (default: 1 GiB)',
      integer(0),
    )
    .option(
      '--webhook-networks <networks...>',
      'networks such as 10.20.0.0/16 that webhooks may be in, besides the Internet',
      networks,
    )
    .option(
      '--approve-above <n>',
      'campaigns for more devices wait for the approval of a second person (default: none does)',
      integer(0),
    )
    .option('--json', 'print where things are as JSON');
  addRetentionOptions(command);
  addPushOptions(command);
  addTlsOptions(command);
  addExamples(
    command,
    [
      'grove serve',
      'grove serve --host 0.0.0.0 --public-url https://dm.example.com/dm --data /var/lib/grove',
      'grove serve --host 0.0.0.0 --tls-cert cert.pem --tls-key key.pem --public-url https://dm.example.com:8443/dm',
      'grove serve --db postgres://grove:secret@db.example.com/grove',
      'grove serve --gateway gateway.yaml --bearers sms sip --call-within 600',
      'grove serve --ppg-url https://ppg.example.com/pap --ppg-user grove --ppg-password-file ppg.secret',
    ],
    'The first run makes a token for the API and leaves it in the data folder, readable for you alone. Keys for\nsecrets in the database lie there too, unless GROVE_KEYS holds them.',
  );
  command.action(async (options) => {
    const { serve } = await import('./serve.ts');
    await serve(options);
  });
}
