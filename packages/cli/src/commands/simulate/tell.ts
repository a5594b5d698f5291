import type { FleetStatistics, ReachedBy } from '@grove/device';
import {
  counted,
  formatBar,
  formatBytes,
  formatDuration,
  formatTable,
  printable,
  style,
} from '../../output/index.ts';

/** What goes on, in a few lines that stay on the screen. */
export function describeFleet(statistics: FleetStatistics, total: number): string[] {
  const { sessions, messageTimes, sessionsPerSecond, duration } = statistics;
  const { succeeded, failed, running } = sessions;
  return [
    `Sessions ${formatBar(succeeded + failed, total)}`,
    `${running} running, ${failed} failed, ${sessionsPerSecond.toFixed(1)} per second, ${formatDuration(duration)}`,
    `Answers within ${formatDuration(messageTimes.p50)} (half), ${formatDuration(messageTimes.p99)} (99 %)`,
  ];
}

/** The same of devices that wait to be notified. */
export function describeNotified(
  statistics: FleetStatistics,
  bearers: readonly ReachedBy[],
  total: number,
): string[] {
  const { notifications, sessions } = statistics;
  const { held, refused, expired } = notifications;
  const up = bearers.filter(({ state }) => state === 'up').length;
  return [
    `Notifications ${formatBar(held + refused + expired, total)}`,
    `${notifications.came} came, ${held} accepted and held, ${refused} refused; ${sessions.running} running, ${sessions.failed} failed`,
    `${up} of ${counted(bearers.length, 'bearer')} up`,
  ];
}

/** What came of it. */
export function summaryLines(statistics: FleetStatistics): string[] {
  const { devices, sessions, messages, bytes, deaths, duration, sessionsPerSecond } = statistics;
  const result = `${sessions.succeeded} of ${counted(sessions.begun, 'session')} succeeded`;
  return [
    `${style(sessions.failed === 0 ? 'green' : 'red', result)}, on ${counted(devices, 'device')}, in ${formatDuration(duration)} (${sessionsPerSecond.toFixed(1)} per second)`,
    `${counted(messages.sent + messages.received, 'message')}, ${formatBytes(bytes.sent + bytes.received)}${deaths === 0 ? '' : `, ${counted(deaths, 'death')}`}`,
    ...notificationLines(statistics),
    '',
    ...timeLines(statistics),
    ...countLines('COMMANDS', statistics.commands),
    ...countLines('FAILURES', statistics.failures),
  ];
}

function notificationLines({ notifications }: FleetStatistics): string[] {
  const { came, held, refused, expired, postponed, ignored } = notifications;
  if (came === 0 && Object.keys(ignored).length === 0) return [];
  const why = Object.entries(ignored).map(([because, count]) => `${count} ignored (${because})`);
  const all = [
    `${held} accepted and held`,
    `${refused} refused`,
    `${expired} expired`,
    `${postponed} put off`,
    ...why,
  ];
  return [`${counted(came, 'notification')}: ${all.join(', ')}`];
}

function timeLines({ sessionTimes, messageTimes }: FleetStatistics): string[] {
  const rows = [
    { name: 'session', times: sessionTimes },
    { name: 'answer', times: messageTimes },
  ];
  const shares = ['p50', 'p90', 'p99', 'max'] as const;
  return formatTable<(typeof rows)[number]>(
    [
      { title: 'TIME', value: ({ name }) => name },
      ...shares.map((share) => ({
        title: share.toUpperCase(),
        value: ({ times }: (typeof rows)[number]) => formatDuration(times[share]),
        align: 'right' as const,
      })),
    ],
    rows,
  );
}

function countLines(title: string, counts: Readonly<Record<string, number>>): string[] {
  const rows = Object.entries(counts).sort(([, a], [, b]) => b - a);
  if (rows.length === 0) return [];
  return [
    '',
    style('bold', title),
    ...rows.map(([name, count]) => `${String(count).padStart(8)}  ${printable(name)}`),
  ];
}
