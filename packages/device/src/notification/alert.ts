import { NOTIFICATION_ALERT } from '@grove/protocol';
import type { DeviceAlert } from '../alerts/index.ts';
import type { WaitingNotification } from './record.ts';

/** How a server hears that its notification led to no session: a generic alert, in JSON. */
export function notificationAlert(
  { serverID, sessionID }: WaitingNotification,
  outcome: 'refused' | 'unaskable' | 'expired',
): DeviceAlert {
  return {
    server: serverID,
    type: NOTIFICATION_ALERT,
    mark: outcome === 'refused' ? 'informational' : 'warning',
    data: JSON.stringify({ sessionID, outcome }),
    // Whoever has refused a session is not to have one all the same.
    canWait: true,
  };
}
