import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BEARERS, type BearerKind } from '@grove/push';
import { Type } from 'typebox';
import { afterAll, expect, it } from 'vitest';
import { ConfigError, checkConfig, readConfig } from './read.ts';
import { BearerSettings, GatewayConfig } from './schema.ts';

const folder = mkdtempSync(join(tmpdir(), 'grove-gateway-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

const KIND: BearerKind = {
  kind: 'test',
  papNames: [],
  settings: Type.Object(
    {
      host: Type.String({ minLength: 1 }),
      password: Type.Optional(Type.String()),
      tls: Type.Optional(Type.Object({ ca: Type.String({ isPath: true }), serverName: Type.String() })),
    },
    { additionalProperties: false },
  ),
  open: () => Promise.reject(new Error('is not opened here')),
};

function read(text: string) {
  const file = join(folder, 'gateway.yaml');
  writeFileSync(file, text);
  return readConfig(file, [KIND]);
}

const GOOD = `
listen: { host: 0.0.0.0, port: 9090 }
database: sqlite:gateway.db
clients:
  - name: pi
    passwordFile: pi.secret
    addresses: [plmn, user]
    notify: { to: ['https://pi.example/results'], user: ppg, password: told, accepted: true }
bearers:
  - { kind: test, host: smsc.example, passwordFile: smsc.secret, rate: 100, tls: { ca: a/ca.pem, serverName: b } }
  - { kind: test, name: other, host: smsc2.example, retry: { first: 1, longest: 60, attempts: 3 } }
policy: { order: [other, test], byAddress: { sip: [test] }, lifetime: 3600 }
directory:
  alice: { addresses: ['+15550100', 'sip:alice@example.com'], bearers: [test] }
`;

it('reads YAML, and takes paths from its folder', () => {
  writeFileSync(join(folder, 'pi.secret'), 'secret\n');
  writeFileSync(join(folder, 'smsc.secret'), 'hush');
  const config = read(GOOD);
  expect(config.clients?.[0]).toMatchObject({ name: 'pi', password: 'secret' });
  expect(config.database).toBe(`sqlite:${join(folder, 'gateway.db')}`);
  expect(config.bearers).toMatchObject([
    {
      kind: 'test',
      host: 'smsc.example',
      password: 'hush',
      rate: 100,
      tls: { ca: join(folder, 'a/ca.pem'), serverName: 'b' },
    },
    { name: 'other', host: 'smsc2.example' },
  ]);
});

it('reads what the guide shows', () => {
  const guide = readFileSync(join(import.meta.dirname, '../../../../docs/gateway.md'), 'utf8');
  const [, example = ''] = /^```yaml\n(.*?)^```/ms.exec(guide) ?? [];
  for (const [file, ending] of example.matchAll(/\S+\.(secret|token)\b/g)) {
    writeFileSync(join(folder, file), 'x'.repeat(ending === 'token' ? 32 : 8));
  }
  const file = join(folder, 'example.yaml');
  writeFileSync(file, example);
  const shown = readConfig(file, BEARERS);
  expect(new Set(shown.bearers.map(({ kind }) => kind))).toEqual(new Set(BEARERS.map(({ kind }) => kind)));
});

/** Names of all settings in a schema. */
function namesIn(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(namesIn);
  if (typeof schema !== 'object' || schema === null) return [];
  const own = 'properties' in schema && typeof schema.properties === 'object' ? schema.properties : {};
  return [...Object.keys(own ?? {}), ...Object.values(schema).flatMap(namesIn)];
}

it('has every setting described', () => {
  const read = (page: string) => readFileSync(join(import.meta.dirname, `../../../../docs/${page}`), 'utf8');
  const missing = (names: string[], text: string) =>
    names.filter((name) => !new RegExp(`\\b${name}\\b`).test(text));
  expect(missing(namesIn(GatewayConfig), read('gateway.md'))).toEqual([]);
  const kinds = ['sms.md', 'sip.md', 'push.md'].map(read).join('');
  for (const { kind, settings } of BEARERS) expect(missing(namesIn(settings), kinds), kind).toEqual([]);
  expect(namesIn(GatewayConfig)).toContain('papNetworks');
});

it('reads JSON', () => {
  const config = { clients: [{ name: 'pi', password: 'x' }], bearers: [{ kind: 'test', host: 'a' }] };
  expect(read(JSON.stringify(config))).toEqual(config);
});

const BASE = { clients: [{ name: 'pi', password: 'x' }], bearers: [{ kind: 'test', host: 'a' }] };

it.each<[string, unknown, string[]]>([
  ['nothing', null, ['the configuration']],
  ['a list', [], ['the configuration']],
  ['an unknown field', { ...BASE, listne: {} }, ['listne']],
  ['a wrong port', { ...BASE, listen: { port: 70_000 } }, ['listen/port']],
  ['a path without a slash', { ...BASE, papPaths: ['pap'] }, ['papPaths/0']],
  ['an unknown kind', { ...BASE, bearers: [{ kind: 'pigeon' }] }, ['bearers/0/kind']],
  ['no kind', { ...BASE, bearers: [{ host: 'a' }] }, ['bearers/0/kind']],
  ['a setting that is missing', { ...BASE, bearers: [{ kind: 'test' }] }, ['bearers/0/host']],
  [
    'a setting that is unknown',
    { ...BASE, bearers: [{ kind: 'test', host: 'a', port: 1 }] },
    ['bearers/0/port'],
  ],
  ['two bearers of a name', { ...BASE, bearers: [...BASE.bearers, ...BASE.bearers] }, ['bearers/1/name']],
  ['two clients of a name', { ...BASE, clients: [...BASE.clients, ...BASE.clients] }, ['clients/1/name']],
  ['a policy for nobody', { ...BASE, policy: { order: ['sms'] } }, ['policy/order/0']],
  [
    'a user with a wrong bearer',
    { ...BASE, directory: { a: { addresses: ['+15550100'], bearers: ['sms'] } } },
    ['directory/a/bearers/0'],
  ],
  [
    'a user that is nowhere',
    { ...BASE, directory: { a: { addresses: ['nowhere'] } } },
    ['directory/a/addresses/0'],
  ],
  [
    'a password twice',
    { ...BASE, clients: [{ name: 'pi', password: 'x', passwordFile: 'y' }] },
    ['clients/0/passwordFile'],
  ],
  [
    'a file that is not there',
    { ...BASE, clients: [{ name: 'pi', passwordFile: 'nowhere' }] },
    ['clients/0/passwordFile'],
  ],
  [
    'a place that is no URL',
    { ...BASE, clients: [{ name: 'pi', password: 'x', notify: { to: ['ftp://a'] } }] },
    ['clients/0/notify/to/0'],
  ],
  ['a short token', { ...BASE, api: { token: 'x' } }, ['api/token']],
])('says where there is %s', (_, config, fields) => {
  const error = failureOf(() => checkConfig(config, [KIND], join(folder, 'gateway.yaml')));
  expect(error.problems.map(({ field }) => field)).toEqual(fields);
});

it('shows no password', () => {
  const clients = [{ name: 'pi', password: 'hush'.repeat(100) }];
  expect(failureOf(() => checkConfig({ ...BASE, clients }, [KIND])).message).not.toContain('hush');
});

it('says what is no YAML, and what cannot be read', () => {
  const broken = failureOf(() => read('clients: [{ name: pi, password: hush'));
  expect(broken.message).toMatch(
    /^\S+ cannot be used: the file: expected YAML or JSON \(.* at line 1, column \d+\)$/,
  );
  expect(broken.message).not.toContain('hush');
  expect(failureOf(() => readConfig(folder, [KIND])).message).toContain(folder);
});

it('has no settings that a kind of bearers has, too', () => {
  expect(BEARERS.length).toBeGreaterThan(0);
  const own = Object.keys(BearerSettings.properties);
  for (const { kind, settings } of BEARERS) {
    const { properties } = settings as { properties?: object };
    expect(properties, kind).toBeDefined();
    expect(
      Object.keys(properties ?? {}).filter((name) => own.includes(name)),
      kind,
    ).toEqual([]);
  }
});

function failureOf(act: () => unknown): ConfigError {
  try {
    act();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}
