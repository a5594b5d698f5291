/** Devices in a table: CSV whose first line names the columns. */
import type { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { UsageError } from '../../../program/index.ts';

/** A device as a line of an import, and where it stood. */
export interface SourceLine {
  /** Number of the line in the file. */
  readonly number: number;
  /** JSON. */
  readonly text: string;
}

/** Where the value of a column goes. A column whose name begins with `./` is a node. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  devId: ['devId'],
  serverId: ['account', 'serverId'],
  auth: ['account', 'client', 'auth'],
  user: ['account', 'client', 'user'],
  password: ['account', 'client', 'password'],
  nonce: ['account', 'client', 'nonce'],
  fingerprint: ['account', 'client', 'fingerprint'],
  serverAuth: ['account', 'server', 'auth'],
  serverUser: ['account', 'server', 'user'],
  serverPassword: ['account', 'server', 'password'],
  serverNonce: ['account', 'server', 'nonce'],
  msisdn: ['addresses', 'msisdn'],
  sip: ['addresses', 'sip'],
  ip: ['addresses', 'ip'],
  pushUser: ['addresses', 'user'],
  timeZone: ['timeZone'],
  man: ['man'],
  mod: ['mod'],
  dmv: ['dmv'],
  lang: ['lang'],
  swv: ['swv'],
  nodesAt: ['nodesAt'],
};

function placeOf(column: string): readonly string[] {
  if (column.startsWith('./')) return ['nodes', column];
  const place = Object.hasOwn(COLUMNS, column) ? COLUMNS[column] : undefined;
  if (place !== undefined) return place;
  throw new UsageError(
    `there is no column ${JSON.stringify(column)}: expected ${Object.keys(COLUMNS).join(', ')}, or a URI that begins with ./`,
  );
}

/**
 * The devices of a table, one by one. An empty field says nothing.
 *
 * @throws {UsageError} when it is no CSV, or has a column that is not known
 */
export async function* csvLines(source: Readable): AsyncGenerator<SourceLine> {
  const rows = source.pipe(parse({ bom: true, info: true, skip_empty_lines: true }));
  // An error of the source would not come through the pipe.
  source.on('error', (error) => rows.destroy(error));
  let places: (readonly string[])[] | undefined;
  try {
    for await (const { record, info } of rows as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>) {
      if (places === undefined) {
        places = record.map((column) => placeOf(column.trim()));
        continue;
      }
      const device: Branch = {};
      record.forEach((value, index) => {
        const place = places?.[index];
        if (place !== undefined && value !== '') put(device, place, value);
      });
      yield { number: info.lines, text: JSON.stringify(device) };
    }
  } catch (error) {
    if (error instanceof CsvError) throw new UsageError(`no CSV: ${error.message}`, { cause: error });
    throw error;
  }
}

interface Branch {
  [name: string]: string | Branch;
}

function put(branch: Branch, [name = '', ...rest]: readonly string[], value: string): void {
  if (rest.length === 0) {
    branch[name] = value;
    return;
  }
  const below = branch[name];
  const next = typeof below === 'object' ? below : {};
  branch[name] = next;
  put(next, rest, value);
}
