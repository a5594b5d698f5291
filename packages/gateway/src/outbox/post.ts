import type { Notifier, PapVersion, ResultNotification } from '@grove/push';
import type { Poster } from './outbox.ts';

/** How a client is told of results. */
export interface NotifySettings {
  /** The gateway's credentials there. */
  readonly user?: string | undefined;
  readonly password?: string | undefined;
}

/**
 * Posts result notifications with the credentials of the client that they are for.
 *
 * @param settingsOf the settings of a client; undefined where it is not configured any more
 */
export function posterOf(
  notifier: Notifier,
  settingsOf: (client: string) => NotifySettings | undefined,
): Poster {
  return async ({ client, url, message, version }, closing) => {
    const { user, password = '' } = settingsOf(client) ?? {};
    const target = {
      url,
      credentials: user === undefined ? undefined : { user, password },
      version: version as PapVersion,
    };
    try {
      const outcome = await notifier.notify(target, JSON.parse(message) as ResultNotification, closing);
      const { kind, text } = outcome;
      if (kind === 'taken') return { isDone: true, text: `the initiator was told: ${text}` };
      return {
        isDone: false,
        isUnreachable: kind === 'unreachable',
        text: `the initiator was not told: ${text}`,
      };
    } catch (error) {
      // The gateway closes.
      return { isDone: false, isUnreachable: false, text: `the initiator was not told: ${String(error)}` };
    }
  };
}
