import type { Command } from 'commander';
import { type Subscriber, type SubscriberDetail, segment } from '../../api/index.ts';
import { type Column, formatFacts, formatTime, printable, tableLines } from '../../output/index.ts';
import { defineCall } from '../call.ts';
import { defineListing } from '../listing.ts';

const COLUMNS: readonly Column<Subscriber>[] = [
  { title: 'ID', value: ({ id }) => id, align: 'right' },
  { title: 'NAME', value: ({ name }) => name ?? '' },
  { title: 'NUMBERS', value: ({ msisdns }) => msisdns.join(', ') },
  { title: 'IMSI', value: ({ imsi }) => imsi ?? '' },
  { title: 'ATTRIBUTES', value: ({ attributes }) => attributesOf(attributes).join(', ') },
];

const DEVICES: readonly Column<SubscriberDetail['devices'][number]>[] = [
  { title: 'ID', value: ({ id }) => id, align: 'right' },
  { title: 'DEVICE', value: ({ devId }) => devId },
  { title: 'BY', value: ({ origin }) => origin },
  { title: 'SINCE', value: ({ fromAt }) => formatTime(fromAt) },
];

/** `qos.maxBandwidth=512` for each value. */
function attributesOf(attributes: object, path = ''): string[] {
  return Object.entries(attributes).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null
      ? attributesOf(value, `${path}${name}.`)
      : [`${path}${name}=${String(value)}`],
  );
}

/** A subscriber with his devices, for people. */
export function formatSubscriber(subscriber: SubscriberDetail): string[] {
  const { name, msisdns, imsi, sip, lang, timeZone, attributes, devices } = subscriber;
  const facts = {
    Name: name ?? undefined,
    Numbers: msisdns.length === 0 ? undefined : msisdns.join(', '),
    IMSI: imsi ?? undefined,
    SIP: sip ?? undefined,
    Language: lang ?? undefined,
    'Time zone': timeZone ?? undefined,
    Attributes: Object.keys(attributes).length === 0 ? undefined : attributesOf(attributes).join(', '),
  };
  return [
    `Subscriber ${subscriber.id}`,
    ...formatFacts(facts),
    '',
    ...(devices.length === 0 ? ['No devices.'] : tableLines(DEVICES, devices)),
  ];
}

export function defineList(parent: Command): void {
  defineListing(parent, {
    summary: 'list subscribers, or search them',
    path: 'subscribers',
    columns: COLUMNS,
    empty: 'No subscribers.',
    filters: [
      {
        name: 'text',
        argument: 'text',
        description: 'only those whose number (with +), IMSI (digits) or name begins with it',
      },
    ],
    examples: ['grove subscribers ls', 'grove subscribers ls --text +441632'],
  });
}

export function defineShow(parent: Command): void {
  defineCall(parent, {
    usage: 'show <subscriber>',
    summary: 'show a subscriber, by id, name, number, IMSI or SIP URI',
    examples: ['grove subscribers show C-20391', 'grove subscribers show +441632960001'],
    async run(api, [subscriber = '']) {
      const shown = await api.get<SubscriberDetail>(`subscribers/${segment(subscriber)}`);
      return { json: shown, lines: () => formatSubscriber(shown) };
    },
  });
}

export function defineRemove(parent: Command): void {
  defineCall(parent, {
    usage: 'rm <subscriber>',
    summary: "delete a subscriber; the devices stay, and are nobody's",
    examples: ['grove subscribers rm C-20391'],
    async run(api, [subscriber = '']) {
      await api.delete(`subscribers/${segment(subscriber)}`);
      return {
        json: { deleted: subscriber },
        lines: () => [`Subscriber ${printable(subscriber)} is deleted.`],
      };
    },
  });
}
