import type { Command } from 'commander';
import { type SubscriberDetail, segment } from '../../api/index.ts';
import { UsageError } from '../../program/index.ts';
import { defineCall } from '../call.ts';
import { scalarOf } from '../values.ts';
import { formatSubscriber } from './read.ts';

interface Options {
  readonly name?: string;
  readonly msisdn?: string[];
  readonly imsi?: string;
  readonly sip?: string;
  readonly lang?: string;
  readonly timeZone?: string;
  readonly set?: string[];
  readonly unset?: string[];
}

function addOptions(command: Command): Command {
  return command
    .option('--msisdn <numbers...>', 'telephone numbers, in international form')
    .option('--imsi <digits>', 'IMSI')
    .option('--sip <uri>', 'SIP URI')
    .option('--lang <tag>', 'language, such as pt-BR')
    .option('--time-zone <name>', 'time zone, such as Europe/London')
    .option('--set <attributes...>', 'attributes, such as qos.maxBandwidth=512');
}

/** What the API takes of the options, as a merge patch. */
function patchOf({ name, msisdn, imsi, sip, lang, timeZone, set, unset }: Options): object {
  const attributes: Tree = {};
  for (const one of set ?? []) {
    const at = one.indexOf('=');
    if (at < 1)
      throw new UsageError(`--set ${one}: expected a name and a value, such as qos.maxBandwidth=512`);
    put(attributes, one.slice(0, at).split('.'), scalarOf(one.slice(at + 1)));
  }
  for (const one of unset ?? []) put(attributes, one.split('.'), null);
  const said = { name, msisdns: msisdn, imsi, sip, lang, timeZone };
  return {
    ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)),
    ...(set === undefined && unset === undefined ? {} : { attributes }),
  };
}

interface Tree {
  [name: string]: Tree | string | number | boolean | null;
}

function put(tree: Tree, [name = '', ...rest]: readonly string[], value: Tree[string]): void {
  if (rest.length === 0) {
    tree[name] = value;
    return;
  }
  const within = tree[name];
  const below = typeof within === 'object' && within !== null ? within : {};
  tree[name] = below;
  put(below, rest, value);
}

export function defineCreate(parent: Command): void {
  defineCall<Options>(parent, {
    usage: 'create [name]',
    summary: 'make a subscriber',
    examples: [
      'grove subscribers create C-20391 --msisdn +441632960001 --set qos.maxBandwidth=512 plan=gold',
      'grove subscribers create --imsi 234150999999999 --time-zone Europe/London',
    ],
    options: addOptions,
    async run(api, [name], options) {
      const body = patchOf({ ...options, ...(name === undefined ? {} : { name }) });
      const made = await api.post<SubscriberDetail>('subscribers', body);
      return { json: made, lines: () => formatSubscriber(made) };
    },
  });
}

export function defineUpdate(parent: Command): void {
  defineCall<Options>(parent, {
    usage: 'update <subscriber>',
    summary: 'change what is known of a subscriber; what is not given stays',
    examples: [
      'grove subscribers update C-20391 --set qos.maxBandwidth=1024 --unset plan',
      'grove subscribers update +441632960001 --msisdn +441632960001 +441632960002',
    ],
    options: (command) =>
      addOptions(command.option('--name <name>', 'another name')).option(
        '--unset <attributes...>',
        'attributes that are taken away',
      ),
    async run(api, [subscriber = ''], options) {
      const changed = await api.patch<SubscriberDetail>(
        `subscribers/${segment(subscriber)}`,
        patchOf(options),
      );
      return { json: changed, lines: () => formatSubscriber(changed) };
    },
  });
}
