import type { Bearer, Health } from '@grove/push';
import pino from 'pino';
import { expect, it } from 'vitest';
import { HealthLog } from './health-log.ts';

it('tells of each change once, and of what happens while a bearer is down', () => {
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
  const healthLog = new HealthLog([bearer], log);
  const seen: Health[] = [
    health,
    { state: 'up', text: 'bound' },
    { state: 'up', text: 'sent something' },
    { state: 'down', text: 'refused' },
    { state: 'down', text: 'refused' },
    { state: 'connecting', text: 'connecting' },
    { state: 'down', text: 'wrong password' },
    { state: 'up', text: 'bound' },
  ];
  for (const one of seen) {
    health = one;
    healthLog.look();
  }
  expect(lines.map((line) => JSON.parse(line)).map(({ level, msg, reason }) => [level, msg, reason])).toEqual(
    [
      [30, 'a bearer is up', 'bound'],
      [40, 'a bearer is down', 'refused'],
      [40, 'a bearer is down', 'wrong password'],
      [40, 'a bearer is up again', 'bound'],
    ],
  );
});
