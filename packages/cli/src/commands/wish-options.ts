/** How a device is asked to call, as options of the commands that have it asked. */
import { INITIATORS, UI_MODES } from '@grove/protocol';
import type { Wish } from '@grove/server';
import { type Command, Option } from 'commander';
import { integer, UsageError } from '../program/index.ts';
import { addValueOption, type Values } from './value-option.ts';

export interface WishOptions {
  readonly uiMode?: Wish['uiMode'];
  readonly initiator?: Wish['initiator'];
  readonly reason?: string;
  readonly value?: Values;
  readonly text?: string;
  readonly consequence?: string;
  readonly legalNotice?: string;
  readonly language?: string;
  readonly bearers?: string[];
  /** Seconds. */
  readonly callWithin?: number;
  /** Seconds. */
  readonly validFor?: number;
  readonly priority?: Wish['priority'];
  readonly onRefusal?: Wish['onRefusal'];
  readonly dmVersion?: Wish['format'];
}

/** The same for work that need not ask. */
export interface NotifyOptions extends WishOptions {
  readonly notify?: true;
}

/** Seconds of a day. */
const DAY = 86_400;

export function addWishOptions(command: Command): Command {
  command
    .optionsGroup('How the device is asked to call:')
    .addOption(
      new Option(
        '--ui-mode <mode>',
        'how it treats its user (default: user-interaction where he is told something, else background)',
      ).choices(UI_MODES),
    )
    .option('--reason <name>', 'what its user is told, in his language: one of grove reasons');
  addValueOption(command);
  return command
    .option('--text <text>', 'what its user is told, in place of --reason: why the server asks')
    .option('--consequence <text>', 'what it means to refuse, with --text')
    .option('--legal-notice <text>', 'legal notice, with --text')
    .option('--language <tag>', 'language of --text, such as en or de-AT')
    .option('--bearers <names...>', "bearers in the order in which they are tried (default: the server's)")
    .option(
      '--call-within <seconds>',
      "after which the next bearer is tried unless it has called (default: the server's)",
      integer(1, 7 * DAY),
    )
    .option(
      '--valid-for <seconds>',
      "for which the notification is good (default: the server's)",
      integer(1, 30 * DAY),
    )
    .addOption(
      new Option('--priority <priority>', 'for the gateway (default: medium)').choices([
        'high',
        'medium',
        'low',
      ]),
    )
    .addOption(
      new Option(
        '--on-refusal <what>',
        'what becomes of the work when the user refuses (default: fail with user-interaction, else keep)',
      ).choices(['keep', 'fail']),
    )
    .addOption(new Option('--initiator <who>', 'who is the cause (default: server)').choices(INITIATORS))
    .addOption(
      new Option('--dm-version <version>', 'whose notification it is (default: 1.2)').choices([
        '1.1.2',
        '1.2',
        '1.3',
      ]),
    )
    .optionsGroup('Options:');
}

/** Adds the options, with one that says that the device is asked at all. */
export function addNotifyOptions(command: Command): Command {
  command.option('--notify', 'ask devices to call for it, by notifications');
  return addWishOptions(command);
}

/** @throws {UsageError} when options do not go together */
export function wishFrom(options: WishOptions): Wish {
  const {
    uiMode,
    initiator,
    bearers,
    callWithin,
    validFor: expiresIn,
    priority,
    onRefusal,
    dmVersion,
  } = options;
  const wish = {
    uiMode,
    initiator,
    reason: reasonFrom(options),
    format: dmVersion,
    bearers,
    callWithin,
    expiresIn,
    priority,
    onRefusal,
  };
  return Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined));
}

/**
 * How devices are asked to call for some work; undefined where they are not.
 *
 * @throws {UsageError} when options do not go together
 */
export function notifyFrom({ notify, ...options }: NotifyOptions): Wish | undefined {
  const wish = wishFrom(options);
  if (notify) return wish;
  const [given] = Object.keys(wish);
  if (given !== undefined) throw new UsageError(`${OPTIONS[given] ?? given} goes with --notify`);
  return undefined;
}

/** Options by what they give, where they are called otherwise. */
const OPTIONS: Readonly<Record<string, string>> = {
  uiMode: '--ui-mode',
  initiator: '--initiator',
  reason: '--reason, or --text,',
  format: '--dm-version',
  bearers: '--bearers',
  callWithin: '--call-within',
  expiresIn: '--valid-for',
  priority: '--priority',
  onRefusal: '--on-refusal',
};

function reasonFrom({
  reason: template,
  value: values,
  text,
  consequence,
  legalNotice,
  language,
}: WishOptions): Wish['reason'] {
  const others = { consequence, legalNotice, language };
  const given = Object.entries(others).filter(([, value]) => value !== undefined);
  if (template !== undefined) {
    if (text !== undefined || given.length > 0)
      throw new UsageError(
        '--reason has the texts: --text, --consequence, --legal-notice and --language do not go with it',
      );
    return values === undefined ? { template } : { template, values };
  }
  if (values !== undefined) throw new UsageError('--value goes with --reason');
  if (text !== undefined) return { text, ...Object.fromEntries(given) };
  if (given.length > 0) throw new UsageError('--consequence, --legal-notice and --language go with --text');
  return undefined;
}
