import { DEFAULT_LIMITS, DEFAULT_LOCKOUT, DM_PATH, type LockoutPolicy, RESULTS_PATH } from '@grove/server';
import type { Logger } from 'pino';
import { dataFolder } from '../../api/index.ts';
import { answersApi, type Hosted, host } from '../../hosting/index.ts';
import { formatFacts, note, print, printJson } from '../../output/index.ts';
import { openLog } from '../log-level.ts';
import { ended } from '../signal.ts';
import { leaveResults, type PushServeOptions, pushFrom } from './push.ts';
import { type RetentionOptions, retentionFrom } from './retention.ts';
import { type TlsServeOptions, tlsFrom } from './tls.ts';

interface Options extends TlsServeOptions, RetentionOptions, PushServeOptions {
  readonly port: number;
  readonly host: string;
  readonly apiHost?: string;
  readonly publicUrl?: string;
  readonly data?: string;
  readonly db?: string;
  readonly lockoutAfter?: number;
  /** Seconds. */
  readonly lockoutLongest?: number;
  readonly maxMsgSize?: number;
  readonly maxObjSize?: number;
  readonly deviceQuota?: number;
  readonly approveAbove?: number;
  readonly webhookNetworks?: readonly string[];
  readonly logLevel: string;
  readonly json?: true;
}

const LOOPBACK = '127.0.0.1';

/** Runs the server until it is told to end. */
export async function serve(options: Options): Promise<void> {
  const { port, apiHost, publicUrl, db, logLevel, json } = options;
  const data = dataFolder(options.data);
  const log = openLog(logLevel, 'the server');
  const keys = process.env.GROVE_KEYS || undefined;
  const tls = tlsFrom(options, options.host);
  // Who asks for HTTPS does not want to be reached without it.
  const plainHost = tls === undefined ? options.host : LOOPBACK;
  const { maxMsgSize = DEFAULT_LIMITS.maxMsgSize, maxObjSize = DEFAULT_LIMITS.maxObjSize } = options;
  const { deviceQuota = DEFAULT_LIMITS.deviceQuota } = options;
  const limits = {
    lockout: lockoutFrom(options),
    maxMsgSize,
    maxObjSize,
    deviceQuota,
    contentLimit: maxObjSize,
  };
  const listening = { port, host: plainHost, tls, apiHost, publicUrl };
  const push = pushFrom(options);
  const server = await host({
    ...listening,
    push,
    data,
    db,
    keys,
    log,
    limits,
    approveAbove: options.approveAbove,
    retention: retentionFrom(options),
    webhooks: { networks: options.webhookNetworks ?? [] },
  });
  const { url, tlsUrl = url, tokenFile, isNewToken } = server;
  const answers = answersApi(plainHost, apiHost);
  const results =
    push === undefined || 'config' in push
      ? undefined
      : leaveResults(data, push.notifyUrl ?? `${url}${RESULTS_PATH}`, server.resultCredentials);
  const places = {
    dm: publicUrl ?? `${tlsUrl}${DM_PATH}`,
    api: `${url}/api/v1`,
    data,
    token: tokenFile,
    ...(results === undefined ? {} : { results }),
  };
  if (json) printJson({ url, ...places });
  else {
    print(
      ...formatFacts({
        Devices: places.dm,
        API: answers ? places.api : `nowhere: ${options.host} is not loopback; see --api-host`,
        Data: data,
        Token: isNewToken ? `${tokenFile} (made just now)` : tokenFile,
        ...(results === undefined
          ? {}
          : { Results: `the gateway's name and password for its results: ${results}` }),
      }),
    );
  }
  await ended(tls === undefined ? undefined : () => void reload(server, log));
  note('Ending …');
  await server.close();
}

function lockoutFrom({ lockoutAfter, lockoutLongest }: Options): LockoutPolicy {
  const { after, first, longest } = DEFAULT_LOCKOUT;
  const most = lockoutLongest === undefined ? longest : lockoutLongest * 1000;
  return { after: lockoutAfter ?? after, first: Math.min(first, most), longest: most };
}

/** Reads the certificates again, on SIGHUP. */
async function reload(server: Hosted, log: Logger): Promise<void> {
  try {
    if (await server.reloadCertificates()) log.warn('other certificates for HTTPS are in use now');
  } catch (err) {
    log.error({ err }, 'the certificates for HTTPS are those of before');
  }
}
