import { join } from 'node:path';
import { DM_PATH, type Grove, type GroveOptions, openGrove } from '@grove/server';
import pino from 'pino';
import { dataFolder, TOKEN_FILE } from '../../api/index.ts';
import { formatFacts, note, print, printJson } from '../../output/index.ts';
import { CommandError, explain } from '../../program/index.ts';
import { ended } from '../signal.ts';
import { makeFolder } from './folder.ts';

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

/** Runs the server until it is told to end. */
export async function serve(options: Options): Promise<void> {
  const { port, host, apiHost, publicUrl, db } = options;
  const data = dataFolder(options.data);
  const log = pino({ level: options.logLevel }, pino.destination({ fd: 2, sync: true }));
  const keys = process.env.GROVE_KEYS || undefined;
  const grove = await open({ port, host, apiHost, publicUrl, data, db, keys, log });
  let url: string;
  try {
    ({ url } = await grove.listen());
  } catch (error) {
    await grove.close();
    throw new CommandError(`the server cannot listen: ${explain(error)}`, { cause: error });
  }

  const token = join(data, TOKEN_FILE);
  const places = { dm: publicUrl ?? `${url}${DM_PATH}`, api: `${url}/api/v1`, data, token };
  if (options.json) printJson({ url, ...places });
  else {
    print(
      ...formatFacts({
        Devices: places.dm,
        API: places.api,
        Data: data,
        Token: grove.firstToken === undefined ? token : `${token} (made just now)`,
      }),
    );
  }
  await ended();
  note('Ending …');
  await grove.close();
}

async function open(options: GroveOptions & { data: string }): Promise<Grove> {
  try {
    makeFolder(options.data);
    return await openGrove(options);
  } catch (error) {
    throw new CommandError(`the server cannot start: ${explain(error)}`, { cause: error });
  }
}
