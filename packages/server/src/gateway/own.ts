import { type ClientConfig, type GatewayConfig, type GatewayMeans, openGateway } from '@grove/gateway';
import type { Credentials } from '@grove/push';
import type { Logger } from 'pino';

export interface OwnGatewayOptions {
  /** From `readConfig` or `checkConfig` of `@grove/gateway`. The server adds itself to its clients. */
  readonly config: GatewayConfig;
  /** Where its queue is, unless the configuration says so. */
  readonly db: string;
  /** By what it proves itself to the server where it reports what became of pushes. */
  readonly results: Credentials;
  readonly now: () => number;
  /** Unpredictable bytes. */
  readonly random: (bytes: number) => Uint8Array;
  readonly log: Logger;
}

/** A gateway that listens. */
export interface OwnGateway {
  /** Where it takes PAP. */
  readonly papUrl: string;
  /** How the server proves itself to it. */
  readonly credentials: Credentials;
  /** For its part of the API. */
  readonly means: GatewayMeans;
  close(): Promise<void>;
}

/** The name of the server as a client of its own gateway: its pushes are found by it after a restart. */
const SELF = 'grove';
const PASSWORD_BYTES = 32;

/**
 * Opens the server's own gateway, which it speaks to by PAP as to any other. It listens, and sends what is in its queue
 * from before.
 *
 * @throws {StoreError} when its database cannot be opened
 * @throws {BearerError} when a bearer cannot be opened
 * @throws when a client has the server's name, or the gateway cannot listen
 */
export async function openOwnGateway(options: OwnGatewayOptions): Promise<OwnGateway> {
  const { config, db, results, now, random, log } = options;
  const credentials = { user: SELF, password: random(PASSWORD_BYTES).toBase64() };
  const self: ClientConfig = {
    name: SELF,
    password: credentials.password,
    notify: { user: results.user, password: results.password, accepted: true },
  };
  const others = config.clients ?? [];
  const namesake = others.findIndex(({ name }) => name === SELF);
  if (namesake >= 0) {
    throw new Error(
      `clients/${namesake}/name: expected another name than ${SELF}, which is the server's own`,
    );
  }
  const gateway = await openGateway({
    // Unless told, any port: nobody else needs to know it.
    config: { listen: { port: 0 }, ...config, clients: [self, ...others] },
    db,
    now,
    random,
    log,
  });
  try {
    const { papUrl } = await gateway.listen();
    return { papUrl, credentials, means: gateway.means, close: () => gateway.close() };
  } catch (error) {
    await gateway.close();
    throw new Error('its push gateway cannot listen', { cause: error });
  }
}
