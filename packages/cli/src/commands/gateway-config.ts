import { ConfigError, type GatewayConfig, readConfig } from '@grove/gateway';
import { BEARERS } from '@grove/push';
import { explainSystemError, UsageError, unreadable } from '../program/index.ts';

/**
 * Reads the configuration of a push gateway.
 *
 * @throws {UsageError} which says all that is wrong in it
 */
export function gatewayConfig(file: string): GatewayConfig {
  try {
    return readConfig(file, BEARERS);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const isUnread = explainSystemError(error) !== undefined;
    throw new UsageError(isUnread ? unreadable(file, error) : error.message, { cause: error });
  }
}
