import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { explain, type Problem } from '@grove/api';
import type { BearerKind } from '@grove/push';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { parse, YAMLParseError } from 'yaml';
import { addressProblems } from '../directory/index.ts';
import { type BearerConfig, BearerSettings, GatewayConfig } from './schema.ts';

/** A configuration cannot be used; the message, one line, names each thing that is wrong. The cause is why a file cannot be read. */
export class ConfigError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[], options: ErrorOptions & { readonly where: string }) {
    const lines = problems.map(({ field, expected }) => `${field}: expected ${expected}`);
    super(`${options.where} cannot be used: ${lines.join('; ')}`, options);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** Bytes of a configuration, and of a file that it names. */
const LARGEST = 4 * 1024 * 1024;

/**
 * Reads a configuration in YAML or JSON. Files that it names are looked for beside it.
 *
 * @throws {ConfigError} which names every field that is wrong
 */
export function readConfig(file: string, kinds: readonly BearerKind[]): GatewayConfig {
  return checkConfig(parsed(file), kinds, file);
}

function parsed(file: string): unknown {
  try {
    return parse(textOf(file), { maxAliasCount: 100 });
  } catch (error) {
    // What follows the first line is the text around the error, in which there may be a password.
    const expected =
      error instanceof YAMLParseError
        ? `YAML or JSON (${error.message.split(/:?\n/, 1)[0]})`
        : `a file that can be read (${reasonOf(error)})`;
    throw new ConfigError([{ field: 'the file', expected }], { where: file, cause: error });
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Checks a configuration, fetches passwords and tokens from the files that it names, and makes its other paths absolute.
 *
 * @param file what to call it in errors; files that it names are looked for beside it
 * @throws {ConfigError}
 */
export function checkConfig(
  given: unknown,
  kinds: readonly BearerKind[],
  file = 'the configuration',
): GatewayConfig {
  const problems: Problem[] = [];
  const folder = dirname(resolve(file));
  const value = withFiles(given, '', folder, problems);
  problems.push(...problemsOf(GatewayConfig, withBareBearers(value), ''));
  if (problems.length === 0) {
    const config = value as GatewayConfig;
    checkBearers(config, kinds, problems);
    checkNames(config, problems);
    checkDirectory(config, problems);
  }
  if (problems.length > 0) throw new ConfigError(problems, { where: file });
  return withPaths(value as GatewayConfig, kinds, folder);
}

const SQLITE = 'sqlite:';
const IN_MEMORY = ':memory:';

/** The same with the paths in it taken from a folder. */
function withPaths(config: GatewayConfig, kinds: readonly BearerKind[], folder: string): GatewayConfig {
  const { database } = config;
  const path = database?.startsWith(SQLITE) ? database.slice(SQLITE.length) : undefined;
  return {
    ...config,
    ...(path === undefined || path === IN_MEMORY ? {} : { database: `${SQLITE}${resolve(folder, path)}` }),
    bearers: config.bearers.map((bearer) => ({
      ...bearer,
      ...resolved(
        kinds.find(({ kind }) => kind === bearer.kind)?.settings,
        splitBearer(bearer).settings,
        folder,
      ),
    })),
  };
}

function resolved(schema: unknown, settings: Fields, folder: string): Fields {
  const properties = isFields(schema) && isFields(schema.properties) ? schema.properties : {};
  const one = (name: string, value: unknown): unknown => {
    const property = properties[name];
    if (isFields(value)) return resolved(property, value, folder);
    const isPath = isFields(property) && property.isPath === true;
    return isPath && typeof value === 'string' ? resolve(folder, value) : value;
  };
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, one(name, value)]));
}

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Settings that may be in a file of their own: `passwordFile` in place of `password`; authorities are long. */
const IN_FILE = /^(.*(?:password|secret|token|authorities))File$/i;

function withFiles(value: unknown, field: string, folder: string, problems: Problem[]): unknown {
  if (Array.isArray(value)) {
    return value.map((item, index) => withFiles(item, join(field, String(index)), folder, problems));
  }
  if (typeof value !== 'object' || value === null) return value;
  const read: Record<string, unknown> = {};
  for (const [name, one] of Object.entries(value)) {
    const at = join(field, name);
    const [, plain] = IN_FILE.exec(name) ?? [];
    if (plain === undefined) {
      read[name] = withFiles(one, at, folder, problems);
    } else if (Object.hasOwn(value, plain)) {
      problems.push({ field: at, expected: `nothing, as there is a ${plain}` });
    } else {
      // Where there is none, its length and characters are not what is wrong.
      read[plain] = secretIn(one, at, folder, problems) ?? 'a-secret-that-cannot-be-read';
    }
  }
  return read;
}

function secretIn(file: unknown, field: string, folder: string, problems: Problem[]): string | undefined {
  if (typeof file !== 'string') {
    problems.push({ field, value: file, expected: 'the path of a file' });
    return undefined;
  }
  try {
    return textOf(resolve(folder, file)).trim();
  } catch (error) {
    problems.push({ field, value: file, expected: `a file that can be read (${reasonOf(error)})` });
    return undefined;
  }
}

function textOf(file: string): string {
  const bytes = readFileSync(file);
  if (bytes.length > LARGEST) throw new Error(`it has more than ${LARGEST} bytes`);
  return bytes.toString('utf8');
}

/** The configuration without what only the kinds of bearers know. */
function withBareBearers(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('bearers' in value)) return value;
  if (!Array.isArray(value.bearers)) return value;
  return { ...value, bearers: value.bearers.map((bearer: unknown) => splitBearer(bearer).own) };
}

const OWN = new Set(Object.keys(BearerSettings.properties));

/** What all bearers have, and the settings of the kind. */
export function splitBearer(bearer: unknown): { own: unknown; settings: Fields } {
  if (typeof bearer !== 'object' || bearer === null) return { own: bearer, settings: {} };
  const entries = Object.entries(bearer);
  return {
    own: Object.fromEntries(entries.filter(([name]) => OWN.has(name))),
    settings: Object.fromEntries(entries.filter(([name]) => !OWN.has(name))),
  };
}

function checkBearers({ bearers }: GatewayConfig, kinds: readonly BearerKind[], problems: Problem[]): void {
  for (const [index, bearer] of bearers.entries()) {
    const field = `bearers/${index}`;
    const kind = kinds.find((known) => known.kind === bearer.kind);
    if (kind === undefined) {
      const known = kinds.map(({ kind }) => JSON.stringify(kind)).join(', ');
      const expected = `one of ${known}, not ${JSON.stringify(bearer.kind)}`;
      problems.push({ field: `${field}/kind`, value: bearer.kind, expected });
      continue;
    }
    problems.push(...problemsOf(kind.settings, splitBearer(bearer).settings, field));
  }
}

/** Name of a bearer: its own, or that of its kind. */
export const nameOf = ({ name, kind }: BearerConfig): string => name ?? kind;

function checkNames(config: GatewayConfig, problems: Problem[]): void {
  const names = config.bearers.map(nameOf);
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) < index) {
      const expected = `a name that no other bearer has; ${JSON.stringify(name)} is bearers/${names.indexOf(name)}`;
      problems.push({ field: `bearers/${index}/name`, value: name, expected });
    }
  }
  const clients = (config.clients ?? []).map(({ name }) => name);
  for (const [index, name] of clients.entries()) {
    if (clients.indexOf(name) < index) {
      problems.push({
        field: `clients/${index}/name`,
        value: name,
        expected: 'a name that no other client has',
      });
    }
  }
  const { order = [], byAddress = {} } = config.policy ?? {};
  const lists: [string, readonly string[]][] = [
    ['policy/order', order],
    ...Object.entries(byAddress).map(([kind, list]): [string, readonly string[]] => [
      `policy/byAddress/${kind}`,
      list,
    ]),
    ...Object.entries(config.directory ?? {}).map(([user, { bearers = [] }]): [string, readonly string[]] => [
      `directory/${user}/bearers`,
      bearers,
    ]),
  ];
  for (const [field, list] of lists) {
    for (const [index, name] of list.entries()) {
      if (names.includes(name)) continue;
      const expected = `the name of a bearer (${names.join(', ')}), not ${JSON.stringify(name)}`;
      problems.push({ field: `${field}/${index}`, value: name, expected });
    }
  }
}

function checkDirectory({ directory = {} }: GatewayConfig, problems: Problem[]): void {
  for (const [name, { addresses }] of Object.entries(directory)) {
    const found = addressProblems(addresses);
    problems.push(...found.map((problem) => ({ ...problem, field: `directory/${name}/${problem.field}` })));
  }
}

function problemsOf(schema: TSchema, value: unknown, field: string): Problem[] {
  if (Compile(schema).Check(value)) return [];
  return explain(schema, value, 'the configuration').map((problem) => ({
    ...problem,
    field:
      field === '' ? problem.field : join(field, problem.field === 'the configuration' ? '' : problem.field),
  }));
}

const join = (field: string, name: string): string =>
  field === '' ? name : name === '' ? field : `${field}/${name}`;
