import { DELIVERY_STATES } from '@grove/gateway';
import type { Command } from 'commander';
import { type Api, type Push, type PushBearer, type PushDetail, segment } from '../../api/index.ts';
import { type Column, formatTime, styleState } from '../../output/index.ts';
import { defineCall } from '../call.ts';
import { defineListing } from '../listing.ts';
import { formatPush } from './format.ts';

const COLUMNS: readonly Column<Push>[] = [
  { title: 'ID', value: ({ id }) => id, align: 'right' },
  { title: 'ADDRESS', value: ({ address }) => address },
  { title: 'STATE', value: ({ state }) => state, style: styleState },
  { title: 'BEARER', value: ({ bearer }) => bearer },
  { title: 'TRIES', value: ({ attempts }) => attempts, align: 'right' },
  { title: 'SUBMITTED', value: ({ submittedAt }) => formatTime(submittedAt) },
  { title: 'CLIENT', value: ({ client }) => client },
  { title: 'PUSH-ID', value: ({ pushId }) => pushId },
  { title: 'LAST', value: ({ text }) => text },
];

export function defineList(parent: Command): void {
  defineListing(parent, {
    summary: 'list pushes, the newest first: one for each address',
    path: 'gateway/pushes',
    columns: COLUMNS,
    empty: 'No pushes.',
    filters: [
      {
        name: 'state',
        argument: 'state',
        description: 'only those in a state',
        choices: DELIVERY_STATES,
      },
      { name: 'bearer', argument: 'name', description: 'only those that go over a bearer, or went last' },
      {
        name: 'address',
        argument: 'address',
        description: 'only those for a number, SIP URI, IP address or user',
      },
      { name: 'client', argument: 'name', description: 'only those of a client' },
      { name: 'pushId', argument: 'id', description: 'only those to which their client gave this id' },
    ],
    examples: [
      'grove gateway ls',
      'grove gateway ls --address +441632960001',
      'grove gateway ls --state queued --bearer sms --limit 0 --json',
    ],
  });
}

export function defineShow(parent: Command): void {
  defineCall(parent, {
    usage: 'show <id>',
    summary: 'show a push: what happened to it, and what its initiator was told',
    examples: ['grove gateway show 40', 'grove gateway show 40 --json'],
    async run(api, [id = '']) {
      const push = await api.get<PushDetail>(`gateway/pushes/${segment(id)}`);
      const bearer = push.state === 'queued' ? await bearerOf(api, push) : undefined;
      return { json: push, lines: () => formatPush(push, bearer) };
    },
  });
}

async function bearerOf(api: Api, { bearer }: Push): Promise<PushBearer | undefined> {
  const { items } = await api.get<{ items: PushBearer[] }>('gateway/bearers');
  return items.find(({ name }) => name === bearer);
}

export function defineCancel(parent: Command): void {
  defineCall(parent, {
    usage: 'cancel <id>',
    summary: 'cancel a push that is queued; its initiator is told',
    examples: ['grove gateway cancel 40'],
    remarks: 'What a network has already cannot be called back; the command then ends with 1.',
    async run(api, [id = '']) {
      const push = await api.post<Push>(`gateway/pushes/${segment(id)}/cancel`);
      return { json: push, lines: () => [`Push ${push.id} to ${push.address} is cancelled.`] };
    },
  });
}
