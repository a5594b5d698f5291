import type { Step } from '@grove/server';
import type { Command } from 'commander';
import { segment, type Task } from '../../api/index.ts';
import { UsageError } from '../../program/index.ts';
import { defineCall } from '../call.ts';
import { readSteps } from '../documents.ts';
import { addNotifyOptions, type NotifyOptions, notifyFrom } from '../wish-options.ts';
import { addTaskWaitOption, awaitTask, type TaskWaitOptions } from './await.ts';
import { addStepOptions } from './steps.ts';

interface Options extends NotifyOptions, TaskWaitOptions {
  readonly file?: string;
}

export function defineCreate(parent: Command): void {
  let steps: Step[] = [];
  defineCall<Options>(parent, {
    usage: 'create <device>',
    summary: 'give a device something to do when it calls next',
    examples: [
      'grove tasks create IMEI:490154203237518 --get ./DevInfo/Man --get ./DevDetail/SwV --wait',
      'grove tasks create 7 --replace ./Setting/MMS/Size=300 --format int --exec ./Vendor/Restart',
      'grove tasks create 7 --file task.yaml --wait 300',
      'grove tasks create +441632960001 --get ./DevInfo/Man --notify --reason mms-settings',
    ],
    remarks: [
      'The options that make up the steps may be given in any number, and keep their order.',
      'With --wait the exit code is 0 when the task succeeded, 1 when it failed, 3 when the time was over.',
      'A file holds a list of steps, or an object with "steps":',
      '',
      '  steps:',
      '    - { kind: replace, uri: ./Setting/MMS/Size, value: "300", format: int }',
      '    - { kind: get, uri: ./DevInfo/SwV }',
    ].join('\n'),
    options(command) {
      command.optionsGroup('Steps:');
      steps = addStepOptions(command);
      command
        .option('--file <file>', 'YAML or JSON file with steps; - is standard input')
        .optionsGroup('Options:');
      addTaskWaitOption(addNotifyOptions(command));
    },
    async run(api, [key = ''], options) {
      if (options.file !== undefined && steps.length > 0) {
        throw new UsageError('--file does not go with other steps');
      }
      const asked = options.file === undefined ? steps : readSteps(options.file);
      if (asked.length === 0)
        throw new UsageError('a task needs a step: --get, --replace, --add, …, or --file');
      const notify = notifyFrom(options);
      const made = await api.post<Task>(`devices/${segment(key)}/tasks`, { steps: asked, notify });
      return awaitTask(api, made, options.wait);
    },
  });
}
