import type { Command } from 'commander';
import type { PushBearer } from '../../api/index.ts';
import { type Column, styleState, tableLines } from '../../output/index.ts';
import { Exit } from '../../program/index.ts';
import { defineCall } from '../call.ts';

const COLUMNS: readonly Column<PushBearer>[] = [
  { title: 'BEARER', value: ({ name }) => name },
  { title: 'KIND', value: ({ kind }) => kind },
  { title: 'STATE', value: ({ state }) => state, style: styleState },
  { title: 'QUEUED', value: ({ queued }) => queued, align: 'right' },
  { title: 'BUSY', value: ({ inFlight, window }) => `${inFlight}/${window}`, align: 'right' },
  { title: 'AWAITED', value: ({ accepted }) => accepted, align: 'right' },
  { title: 'TRIED', value: ({ counters }) => counters.attempts, align: 'right' },
  { title: 'OK', value: ({ counters }) => counters.accepted + counters.delivered, align: 'right' },
  { title: 'AGAIN', value: ({ counters }) => counters.retried, align: 'right' },
  { title: 'FAILED', value: ({ counters }) => counters.failed, align: 'right' },
  { title: 'SAYS', value: ({ text }) => text },
];

export function defineBearers(parent: Command): void {
  defineCall(parent, {
    usage: 'bearers',
    summary: 'show how bearers are, what waits for them, and what they have done',
    examples: ['grove gateway bearers', 'grove gateway bearers --json'],
    remarks: [
      'QUEUED pushes wait for the bearer, BUSY says how many it has and may have at the same time, AWAITED are taken by the',
      'network, which has still to report. Since the gateway was started it has TRIED so many times: taken or delivered (OK),',
      'to be tried AGAIN, FAILED for good. It ends with 1 unless all bearers are up.',
    ].join('\n'),
    async run(api) {
      const { items } = await api.get<{ items: PushBearer[] }>('gateway/bearers');
      return {
        json: items,
        lines: () => tableLines(COLUMNS, items),
        exit: items.every(({ state }) => state === 'up') ? Exit.ok : Exit.failed,
      };
    },
  });
}
