import type { Notification, NotificationSummary } from '../../api/index.ts';
import {
  type Column,
  formatFacts,
  formatTime,
  printable,
  style,
  styleState,
  tableLines,
} from '../../output/index.ts';

/** What a device is to call for. */
export function causeOf({ taskId, campaignId }: NotificationSummary): string | null {
  if (taskId !== null) return `task ${taskId}`;
  return campaignId === null ? null : `campaign ${campaignId}`;
}

type Attempt = Notification['attempts'][number];

const ATTEMPTS: readonly Column<Attempt>[] = [
  { title: 'PUSH', value: ({ n }) => n, align: 'right' },
  { title: 'TO', value: ({ address }) => address },
  { title: 'BEARER', value: ({ bearer }) => bearer ?? 'any' },
  { title: 'STATE', value: ({ state }) => state, style: styleState },
  { title: 'SINCE', value: ({ changedAt }) => formatTime(changedAt) },
  { title: 'SAID', value: ({ text }) => text },
];

/** A notification with all that was done about it. */
export function formatNotification(notification: Notification): string[] {
  const { wish, attempts } = notification;
  return [
    ...formatFacts({
      Notification: notification.id,
      Device: notification.devId,
      For: causeOf(notification) ?? undefined,
      'Ui-mode': wish.uiMode,
      Told: toldIn(wish),
      SessionID: notification.sessionID,
      Created: formatTime(notification.createdAt),
      'Good until': formatTime(notification.expiresAt),
      Next: notification.dueAt === null ? undefined : formatTime(notification.dueAt),
      Session: notification.sessionId ?? undefined,
      State: { text: notification.state, style: styleState },
      Reason: notification.reason ?? undefined,
    }),
    ...(attempts.length === 0 ? [] : ['', ...tableLines(ATTEMPTS, attempts)]),
  ];
}

function toldIn({ reason }: Notification['wish']): string | undefined {
  if (reason === undefined) return undefined;
  return 'template' in reason ? `reason ${reason.template}` : reason.text;
}

/** One line of a notification's life. */
export function formatStep(time: string, state: string, text: string): string {
  return `${style('dim', formatTime(time))}  ${styleState(state)}  ${printable(text)}`;
}
