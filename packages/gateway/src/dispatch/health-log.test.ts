import type { Bearer, Health } from '@grove/push';
import pino from 'pino';
import { expect, it } from 'vitest';
import { HealthLog } from './health-log.ts';

it('tells of each change, and of what happens while a bearer is down now and then', () => {
  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => lines.push(line) });
  let health: Health = { state: 'connecting', text: '' };
  const bearer: Bearer = {
    name: 'sms',
    window: 1,
    reaches: () => true,
    send: async () => ({ kind: 'delivered', text: '' }),
    health: () => health,
    close: async () => {},
  };
  let now = 0;
  const healthLog = new HealthLog([bearer], log, () => now);
  const seen: [seconds: number, Health][] = [
    [0, { state: 'connecting', text: '' }],
    [0, { state: 'up', text: 'bound' }],
    [1, { state: 'up', text: 'sent something' }],
    [2, { state: 'down', text: 'refused; the next attempt is in 2 s' }],
    [3, { state: 'down', text: 'refused; the next attempt is in 1 s' }],
    [4, { state: 'connecting', text: 'connecting' }],
    [5, { state: 'up', text: 'up for a moment' }],
    [70, { state: 'down', text: 'wrong password' }],
    [150, { state: 'down', text: 'refused' }],
    [999, { state: 'down', text: 'wrong password' }],
    [1000, { state: 'up', text: 'bound' }],
  ];
  for (const [seconds, one] of seen) {
    now = seconds * 1_000;
    health = one;
    healthLog.look();
  }
  expect(lines.map((line) => JSON.parse(line)).map(({ level, msg, reason }) => [level, msg, reason])).toEqual(
    [
      [30, 'a bearer is up', 'bound'],
      [40, 'a bearer is down', 'refused; the next attempt is in 2 s'],
      [40, 'a bearer is down', 'wrong password'],
      [40, 'a bearer is up again', 'bound'],
    ],
  );
});
