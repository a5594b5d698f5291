import type { Command } from 'commander';
import { addExamples, amount, httpUrl, port } from '../../program/index.ts';
import { addAnswersOption } from '../../user/index.ts';
import { addAccountOptions } from '../account-options.ts';
import { addEncodingOption } from '../encoding-option.ts';
import { addPushOption } from '../push-option.ts';
import { addTlsDeviceOptions } from '../tls-options.ts';

export function define(command: Command): void {
  addEncodingOption(command)
    .option(
      '--account <file>',
      'DevId, address and account from the output of grove devices add --json; - is standard input',
    )
    .option('--dev-id <devid>', 'DevId, such as IMEI:490154203237518')
    .option('--server <url>', 'DM endpoint of the server, such as http://127.0.0.1:8080/dm', httpUrl)
    .option('--store <dir>', 'folder in which the phone keeps itself', '.grove/phones')
    .option('--model <name>', 'model of a new phone (default: birch-2); grove device models lists them')
    .option('--reset', 'begin as from the factory, whatever is kept')
    .option('--ddf <file...>', 'device descriptions of objects that the phone has as well, in XML or WBXML')
    .option('--notification <file>', 'a notification (Package #0) that it gets; - is standard input')
    .option('--once', 'hold one session and end')
    .option(
      '--every <seconds>',
      'time between two sessions (default: 60; on the page and with --push: only when told)',
      amount,
    )
    .option('--page', 'show the phone as a page in a browser on this machine')
    .option('--port <n>', 'port of the page (default: any free one)', port)
    .option('--json', 'print what each session came to, as a line of JSON, in place of the conversation');
  addPushOption(command);
  addAnswersOption(command, 'you are asked, where there is a terminal; else there is no user');
  addAccountOptions(addTlsDeviceOptions(command));
  addExamples(
    command,
    [
      'grove devices add IMEI:490154203237518 --json > phone.json && grove device --account phone.json --once',
      'grove device --dev-id IMEI:490154203237518                                  # goes on with what is kept',
      'grove device --account phone.json --page                                    # a phone in the browser',
      'grove device --account phone.json --model f-90 --store /tmp/f-90 --once     # a phone with a tree of its own',
      'grove notify --account phone.json --text "New settings" | grove device --account phone.json --notification - --once',
      'grove device --account phone.json --page --push udp://127.0.0.1:2948        # waits to be notified',
      'grove device --account phone.json --ddf policy.xml wifi.xml --once          # objects as files describe them',
      'grove device --dev-id IMEI:1 --server http://dm.example.com/dm --auth basic --user u --password p --once',
    ],
    'The phone keeps its tree, its account and its nonces in its folder; account options count for a new one only.\nObjects of --ddf files hold what servers put into them and do nothing; give the same files each time.\nThe exit code is 0 when the last session was completed, else 1.',
  );
  defineModels(command);
  command.action(async (options) => {
    const { device } = await import('./device.ts');
    await device(options);
  });
}

/** Adds what shows the models that a phone may be of. */
function defineModels(parent: Command): void {
  const models = parent.command('models').description('list the models that a phone may be of');
  models.option('--json', 'print JSON').action(async (options: { json?: true }) => {
    const { listModels } = await import('./models.ts');
    listModels(options);
  });
  addExamples(models, ['grove device models', 'grove device models show f-90 --ddf > f-90.xml']);
  const show = models
    .command('show <model>')
    .description('show what a model has, or print its device description')
    .option('--ddf', 'print the description of its tree, in XML (DM DDF 1.2)')
    .option('--json', 'print JSON');
  addExamples(
    show,
    ['grove device models show aspen', 'grove device models show f-90 --ddf > f-90.xml'],
    'Which values a leaf takes is said by AllowedValues, an element in a namespace of Grove.',
  );
  show.action(async (name: string) => {
    const { showModel } = await import('./models.ts');
    showModel(name, show.optsWithGlobals());
  });
}
