import { DM_PATH, mayUseApi } from '@grove/server';
import pino from 'pino';
import { dataFolder } from '../../api/index.ts';
import { host } from '../../hosting/index.ts';
import { formatFacts, note, print, printJson } from '../../output/index.ts';
import { ended } from '../signal.ts';

interface Options {
  readonly port: number;
  readonly host: string;
  readonly apiHost?: string;
  readonly publicUrl?: string;
  readonly data?: string;
  readonly db?: string;
  readonly logLevel: string;
  readonly json?: true;
}

/** Addresses at which a server listens on loopback, too. */
const WILDCARDS: ReadonlySet<string> = new Set(['0.0.0.0', '::', 'localhost']);

/** Runs the server until it is told to end. */
export async function serve(options: Options): Promise<void> {
  const { port, apiHost, publicUrl, db, logLevel, json } = options;
  const data = dataFolder(options.data);
  const log = pino({ level: logLevel }, pino.destination({ fd: 2, sync: true }));
  process.prependListener('uncaughtException', (err) => log.fatal({ err }, 'the server fails'));
  const keys = process.env.GROVE_KEYS || undefined;
  const server = await host({ port, host: options.host, apiHost, publicUrl, data, db, keys, log });
  const { url, tokenFile, isNewToken } = server;
  const answers = mayUseApi(options.host, apiHost) || WILDCARDS.has(options.host);
  const places = { dm: publicUrl ?? `${url}${DM_PATH}`, api: `${url}/api/v1`, data, token: tokenFile };
  if (json) printJson({ url, ...places });
  else {
    print(
      ...formatFacts({
        Devices: places.dm,
        API: answers ? places.api : `nowhere: ${options.host} is not loopback; see --api-host`,
        Data: data,
        Token: isNewToken ? `${tokenFile} (made just now)` : tokenFile,
      }),
    );
  }
  await ended();
  note('Ending …');
  await server.close();
}
