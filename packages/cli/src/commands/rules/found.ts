import { type Command, Option } from 'commander';
import { type Rule, type RuleDevice, type RuleFiring, type RuleTest, segment } from '../../api/index.ts';
import { counted, formatLines, formatTime, note, printable, tableLines } from '../../output/index.ts';
import { integer, UsageError } from '../../program/index.ts';
import { defineCall } from '../call.ts';
import { readRule } from './write.ts';

type Evidence = RuleTest['found'][number]['why'][number];

function evidenceLine(evidence: Evidence): string {
  if ('event' in evidence) return `event ${evidence.event} ${JSON.stringify(evidence.data)}`;
  const what = 'node' in evidence ? evidence.node : evidence.field;
  return `${what} = ${evidence.value === null ? 'unknown' : JSON.stringify(evidence.value)}`;
}

export function defineTest(parent: Command): void {
  defineCall<{ file?: string; device?: string }>(parent, {
    usage: 'test [rule]',
    summary: 'see what a rule, or one in a file, would find; nothing is done',
    examples: ['grove rules test -f old-mms.yaml', 'grove rules test old-mms --device IMEI:490154203237518'],
    options: (command) =>
      void command
        .option('-f, --file <file>', 'the file; - is standard input')
        .option('--device <device>', 'try it on this device alone'),
    async run(api, [name], { file, device }) {
      if ((name === undefined) === (file === undefined))
        throw new UsageError('give the name of a rule, or a file by -f');
      const definition =
        file === undefined
          ? (await api.get<Rule>(`rules/${segment(name ?? '')}`)).definition
          : readRule(file).definition;
      const test = await api.post<RuleTest>('rules/test', {
        definition,
        ...(device === undefined ? {} : { device }),
      });
      return { json: test, lines: () => testLines(test) };
    },
  });
}

function testLines({ devices, found }: RuleTest): string[] {
  const head =
    devices === null
      ? 'It has no condition: it is for all devices to which that happens.'
      : `Its condition holds for ${counted(devices, 'device')}.`;
  return formatLines([
    { spans: [{ text: head }], below: [] },
    ...found.map(({ devId, holds, why }) => ({
      spans: [
        { text: printable(devId), tone: 'strong' as const },
        { text: holds ? '' : ' it does not hold', tone: 'doubtful' as const },
      ],
      below: why.map((each) => ({ spans: [{ text: printable(evidenceLine(each)) }], below: [] })),
    })),
  ]);
}

const LIMIT = 50;

export function defineFirings(parent: Command): void {
  defineCall<{ device?: string; outcome?: string; limit: number }>(parent, {
    usage: 'firings <rule>',
    summary: 'list what a rule has found and why, the newest first',
    examples: ['grove rules firings old-mms', "grove rules firings old-mms --outcome 'still matching'"],
    options(command) {
      command
        .option('--device <device>', 'only on this device')
        .addOption(
          new Option('--outcome <outcome>', 'only with this outcome').choices([
            'acted',
            'dry run',
            'still matching',
            'failed',
          ]),
        )
        .option('--limit <n>', 'how many at most; 0 for all', integer(0), LIMIT);
    },
    async run(api, [name = ''], { device, outcome, limit }) {
      const path = `rules/${segment(name)}/firings`;
      const { items, more } = await api.list<RuleFiring>(path, { device, outcome }, limit);
      if (items.length === 0) note('It has found nothing.');
      if (more) note(`Only the first ${counted(items.length, 'line')}; --limit 0 shows all.`);
      return { json: items, lines: () => formatLines(items.map(firingLine)) };
    },
  });
}

function firingLine({ at, devId, outcome, cause, why, text }: RuleFiring) {
  const line = (words: string) => ({ spans: [{ text: printable(words) }], below: [] });
  return {
    spans: [
      { text: `${formatTime(at)} `, tone: 'faint' as const },
      { text: printable(devId), tone: 'strong' as const },
      { text: ` ${outcome} (${cause})` },
    ],
    below: [line(text), ...why.map((each) => line(evidenceLine(each)))],
  };
}

export function defineDevices(parent: Command): void {
  defineCall<{ state?: string; limit: number }>(parent, {
    usage: 'devices <rule>',
    summary: 'list the devices for which a rule has held, and what it is to each',
    examples: ['grove rules devices old-mms --state still'],
    remarks:
      'fired: it has acted; still: it holds although that succeeded; held: it has to wait; clear: it does not hold any more.',
    options(command) {
      command
        .addOption(
          new Option('--state <state>', 'only in this state').choices(['fired', 'still', 'held', 'clear']),
        )
        .option('--limit <n>', 'how many at most; 0 for all', integer(0), LIMIT);
    },
    async run(api, [name = ''], { state, limit }) {
      const path = `rules/${segment(name)}/devices`;
      const { items, more } = await api.list<RuleDevice>(path, { state }, limit);
      if (items.length === 0) note('There are none.');
      if (more) note(`Only the first ${counted(items.length, 'line')}; --limit 0 shows all.`);
      return { json: items, lines: () => deviceLines(items) };
    },
  });
}

function deviceLines(devices: readonly RuleDevice[]): readonly string[] {
  return tableLines(
    [
      { title: 'DEVICE', value: ({ devId }) => devId },
      { title: 'STATE', value: ({ state }) => state },
      { title: 'TASK', value: ({ taskId }) => taskId, align: 'right' },
      { title: 'ACTED', value: ({ firedAt }) => (firedAt === null ? null : formatTime(firedAt)) },
      { title: 'WAITS UNTIL', value: ({ dueAt }) => (dueAt === null ? null : formatTime(dueAt)) },
    ],
    devices,
  );
}
