import type { Step } from '@grove/server';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { integer } from '../../program/index.ts';

/** A step of one command or question, and the option that asks for it. */
interface StepOption {
  readonly flags: string;
  readonly description: string;
  readonly step: (text: string) => Step;
}

const OPTIONS: readonly StepOption[] = [
  {
    flags: '--get <uri>',
    description: 'read a node',
    step: (text) => ({ kind: 'get', uri: text }),
  },
  {
    flags: '--replace <uri[=value]>',
    description: 'change the value of a node; without a value to that of the --content behind it',
    step(text) {
      const { uri, value } = splitAssignment(text);
      return value === undefined ? { kind: 'replace', uri } : { kind: 'replace', uri, value };
    },
  },
  {
    flags: '--add <uri[=value]>',
    description: 'add a node; without a value an interior one',
    step(text) {
      const { uri, value } = splitAssignment(text);
      return value === undefined ? { kind: 'add', uri, format: 'node' } : { kind: 'add', uri, value };
    },
  },
  {
    flags: '--delete <uri>',
    description: 'delete a node and all below it',
    step: (text) => ({ kind: 'delete', uri: text }),
  },
  {
    flags: '--exec <uri[=value]>',
    description: 'execute a node',
    step(text) {
      const { uri, value } = splitAssignment(text);
      return value === undefined ? { kind: 'exec', uri } : { kind: 'exec', uri, value };
    },
  },
  {
    flags: '--copy <from=to>',
    description: 'copy a node over another one',
    step(text) {
      const { uri, value } = splitAssignment(text);
      if (value === undefined) throw new InvalidArgumentError('Expected FROM=TO.');
      return { kind: 'copy', uri, to: value };
    },
  },
  {
    flags: '--list <uri>',
    description: 'read a node and all below it',
    step: (text) => ({ kind: 'list', uri: text, as: 'StructData' }),
  },
  {
    flags: '--display <text>',
    description: 'show the user a text',
    step: (text) => ({ kind: 'ask', question: { kind: 'display', text } }),
  },
  {
    flags: '--confirm <text>',
    description: 'ask the user for yes; the task ends with no',
    step: (text) => ({ kind: 'ask', question: { kind: 'confirm', text } }),
  },
];

/**
 * Adds the options that make up steps, to be given in any number.
 *
 * @returns the steps, filled in the order given as the command line is parsed
 */
export function addStepOptions(command: Command): Step[] {
  const steps: Step[] = [];
  for (const { flags, description, step } of OPTIONS) {
    command.addOption(
      new Option(flags, description).argParser((text) => {
        steps.push(step(text));
        return steps;
      }),
    );
  }
  const lastWritten = () => {
    const last = steps.at(-1);
    if (last === undefined || (last.kind !== 'add' && last.kind !== 'replace' && last.kind !== 'exec')) {
      throw new InvalidArgumentError(
        'Expected after a --replace, --add or --exec, whose value it describes.',
      );
    }
    return last;
  };
  const amend = (name: 'format' | 'type') => (text: string) => {
    Object.assign(lastWritten(), { [name]: text });
    return text;
  };
  const asId = integer(1);
  command.addOption(
    new Option('--content <id>', 'a content as the value in the option before').argParser((text) => {
      const step = lastWritten();
      step.content = asId(text);
      // Without a value, an --add is of an interior node.
      if (step.format === 'node') delete step.format;
      return text;
    }),
  );
  command.addOption(
    new Option(
      '--await <seconds>',
      'wait so long for the alert that tells the outcome of the --exec before',
    ).argParser((text) => {
      const last = steps.at(-1);
      if (last?.kind !== 'exec') throw new InvalidArgumentError('Expected after an --exec.');
      last.await = { seconds: integer(1)(text) };
      return text;
    }),
  );
  command.addOption(
    new Option(
      '--format <format>',
      'format of the value in the option before, such as int, bool or bin (in base64)',
    ).argParser(amend('format')),
  );
  command.addOption(
    new Option('--type <type>', 'MIME type of the value in the option before').argParser(amend('type')),
  );
  return steps;
}

/**
 * Parts a text at its first `=`, but for the one within the query of a URI: `./A?prop=ACL=Get=*` sets the
 * ACL of `./A`.
 */
export function splitAssignment(text: string): { uri: string; value: string | undefined } {
  const match = /^([^=?]*(?:\?[^=]*=[^=]*)?)(?:=(.*))?$/s.exec(text);
  const uri = match?.[1] ?? '';
  if (uri === '') throw new InvalidArgumentError('Expected a URI such as ./DevInfo/Man first.');
  return { uri, value: match?.[2] };
}
