import { randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { describe, type ListenerOptions, misplaced, papListener } from '../http/index.ts';
import { RESULT, resultOf } from '../message/index.ts';
import type { Answer, ResultNotification } from '../service.ts';

export interface NotificationReceiverOptions<Who> {
  /** Which gateway this is. Called for each request, before its body is read. */
  readonly authenticate: ListenerOptions<Who>['authenticate'];
  /**
   * Resolves once the notification is stored; only then is it acknowledged. With nothing it is 1000; for a push that is not
   * known 2004 is usual. The same notification may come again.
   */
  readonly onNotification: (notification: ResultNotification, from: Who) => Promise<Answer | undefined>;
  /** Told of what should not have happened: `onNotification` rejected. The gateway gets 3000 and may send it again. */
  readonly onFailure: (error: unknown) => void;
  /** Largest body in bytes, 64 KiB unless told otherwise. */
  readonly largest?: number | undefined;
  /** Milliseconds in which a body has to come, 30 000 unless told otherwise. */
  readonly patience?: number | undefined;
}

/** Where gateways report to (`ppg-notify-requested-to`), as a listener for `node:http`. */
export function notificationReceiver<Who>({
  authenticate,
  onNotification,
  onFailure,
  largest = 64 * 1024,
  patience = 30_000,
}: NotificationReceiverOptions<Who>): RequestListener {
  const take = async (notification: ResultNotification, from: Who): Promise<Answer> => {
    try {
      return (await onNotification(notification, from)) ?? RESULT.ok;
    } catch (error) {
      onFailure(error);
      return RESULT.internalError;
    }
  };
  return papListener<Who>({
    authenticate,
    realm: 'push notifications',
    largest,
    patience,
    random: randomBytes,
    onFailure,
    async answer({ document: { message, version } }, { who }) {
      if (message.name !== 'resultnotification-message') {
        return {
          document: { version, message: misplaced(message.name, 'resultnotification-message') },
          parts: [],
        };
      }
      const { name: _, ...notification } = message;
      const { code, desc } = await take(notification, who);
      return {
        document: {
          version,
          message: {
            name: 'resultnotification-response',
            pushId: notification.pushId,
            code,
            desc: describe(desc ?? resultOf(code)?.title ?? ''),
            address: notification.address,
          },
        },
        parts: [],
      };
    },
  });
}
