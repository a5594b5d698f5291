/** A client that Grove did not make, as a file describes it: JSON. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { HttpClientOptions } from './http.ts';
import type { Credentials, Fixture, Scheme } from './subject.ts';

/** The file says something else than a file about a client should. */
export class ClientFileError extends Error {
  override readonly name = 'ClientFileError';
}

const SCHEMES: readonly Scheme[] = ['none', 'basic', 'md5', 'hmac'];
const FIXTURE_NAMES = ['permanent', 'executable', 'deferred', 'guarded', 'fixed', 'account'] as const;
const DEFAULTS = { host: '127.0.0.1', port: 8081, silence: 2000, wait: 60_000 } as const;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads what the file says of a client. `docs/conformance.md` has an example.
 *
 * @throws {ClientFileError} naming the field that is missing or wrong.
 */
export function readClientFile(text: string): HttpClientOptions {
  const file = fieldsOf(parse(text), 'the file');
  const listen = file.listen === undefined ? {} : fieldsOf(file.listen, 'listen');
  const host = optionalText(listen, 'listen.host') ?? DEFAULTS.host;
  const port = optionalNumber(listen, 'listen.port') ?? DEFAULTS.port;
  const account = fieldsOf(file.account, 'account');
  const call = optionalText(file, 'call');
  return {
    name: optionalText(file, 'name') ?? 'a client over HTTP',
    host,
    port,
    encoding: oneOf(file, 'encoding', ['xml', 'wbxml'] as const),
    account: {
      serverID: requiredText(account, 'account.serverID'),
      address: optionalText(account, 'account.address') ?? `http://${host}:${port}/dm`,
      client: credentialsOf(account.client, 'account.client'),
      server: credentialsOf(account.server, 'account.server'),
    },
    fixture: fixtureOf(fieldsOf(file.fixture, 'fixture')),
    silence: optionalNumber(file, 'silence') ?? DEFAULTS.silence,
    wait: optionalNumber(file, 'wait') ?? DEFAULTS.wait,
    ...(call === undefined ? {} : { call: (signal) => runCommand(call, signal) }),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ClientFileError(`not JSON: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

/** Runs until the client is done with its session. */
async function runCommand(command: string, signal: AbortSignal): Promise<void> {
  const child = spawn(command, { shell: true, stdio: 'ignore', signal });
  await once(child, 'close', { signal });
}

function fixtureOf(fields: Fields): Fixture {
  const known: readonly string[] = ['area', ...FIXTURE_NAMES];
  const unknown = Object.keys(fields).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new ClientFileError(`fixture.${unknown}: not known; there are ${known.join(', ')}`);
  }
  const given = FIXTURE_NAMES.flatMap((name) => {
    const uri = optionalText(fields, `fixture.${name}`);
    return uri === undefined ? [] : [[name, uri] as const];
  });
  return { area: requiredText(fields, 'fixture.area'), ...Object.fromEntries(given) };
}

function credentialsOf(value: unknown, name: string): Credentials {
  const fields = fieldsOf(value, name);
  const scheme = oneOf(fields, `${name}.scheme`, SCHEMES);
  if (scheme === 'none') return { scheme, user: '', password: '', nonce: '' };
  return {
    scheme,
    user: requiredText(fields, `${name}.user`),
    password: requiredText(fields, `${name}.password`),
    nonce: optionalText(fields, `${name}.nonce`) ?? '',
  };
}

function fieldsOf(value: unknown, name: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrong(name, value, 'an object');
  return value as Fields;
}

const at = (fields: Fields, path: string): unknown => fields[path.slice(path.lastIndexOf('.') + 1)];

function requiredText(fields: Fields, path: string): string {
  const value = at(fields, path);
  if (typeof value !== 'string' || value === '') throw wrong(path, value, 'a text');
  return value;
}

function optionalText(fields: Fields, path: string): string | undefined {
  return at(fields, path) === undefined ? undefined : requiredText(fields, path);
}

function optionalNumber(fields: Fields, path: string): number | undefined {
  const value = at(fields, path);
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) {
    throw wrong(path, value, 'a number from 0');
  }
  return value;
}

function oneOf<T extends string>(fields: Fields, path: string, values: readonly T[]): T {
  const value = at(fields, path);
  const found = values.find((each) => each === value);
  if (found === undefined) throw wrong(path, value, values.join(', '));
  return found;
}

function wrong(path: string, value: unknown, expected: string): ClientFileError {
  const found = value === undefined ? 'missing' : JSON.stringify(value);
  return new ClientFileError(`${path}: ${found}; expected ${expected}`);
}
