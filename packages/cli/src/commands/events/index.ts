import type { Command } from 'commander';
import { addConnectionOptions } from '../../api/index.ts';
import { addExamples, integer } from '../../program/index.ts';
import { defineSend } from './send.ts';

export function define(command: Command): void {
  command
    .option('--follow', 'go on with what happens, until it is interrupted')
    .option('--type <types>', 'only those of types, or what they begin with: task.failed,campaign')
    .option('--device <device>', 'only those about a device, by its DevId, id, number or SIP URI')
    .option('--notification <id>', 'only those about a notification', integer(1))
    .option('--task <id>', 'only those about a task', integer(1))
    .option('--campaign <id>', 'only those about a campaign', integer(1))
    .option('--limit <n>', 'how many of those that have happened, the newest', integer(0, 10_000), 20)
    .option('--json', 'print JSON; with --follow an object on each line');
  addConnectionOptions(command);
  addExamples(
    command,
    [
      'grove events',
      'grove events --follow --type campaign,task.failed',
      'grove events --follow --limit 0 --json',
      'grove events send gateway.wrong-address --msisdn +441632960001',
    ],
    'The newest is at the end. With --follow nothing is missed while the server is away.',
  );
  defineSend(command);
  command.action(async (options) => {
    const { showEvents } = await import('./events.ts');
    await showEvents(options);
  });
}
