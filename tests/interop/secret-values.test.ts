/** Values that profiles mark as secret: they travel to devices, and are shown and told nowhere. */
import { createHttpTransport, createPhone, type HttpTransport, type Phone } from '@grove/device';
import { DEVICE, type Encoding } from '@grove/protocol';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Rig, startRig } from '../rig/rig.testing.ts';

vi.setConfig({ testTimeout: 60_000 });

const SECRET = 'Zq7-wald<&>"kauz"-91';
const OTHERS = 'Kx3-their-own-secret-55';
const OBJECT = 'urn:oma:mo:oma-mms:1.3';

let rig: Rig;
let http: HttpTransport;
let ahead = 0;
let logged = '';
let answered = '';

function keepLog(line: string): void {
  logged += line;
}

beforeAll(async () => {
  http = createHttpTransport();
  const log = pino({ level: 'trace' }, { write: keepLog });
  rig = await startRig({ now: () => Date.now() + ahead, housekeepingInterval: 100, log });
});
afterAll(async () => {
  await http.close();
  await rig.close();
});

/** Asks the API, and keeps what it answers. */
async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await rig.api<T>(method, path, body);
  answered += `\n${method} ${path}\n${JSON.stringify(answer)}`;
  return answer;
}

interface Item {
  readonly id?: number;
  readonly name?: string;
  readonly devId?: string;
}

/** Everything that the API shows: each GET that it describes, of each thing that there is. */
async function everything(): Promise<{ text: string; paths: Set<string> }> {
  const { paths } = await rig.api<{ paths: Record<string, { get?: object }> }>('GET', '/openapi.json');
  const seen = new Set<string>();
  let text = '';
  const show = async (path: string): Promise<Item[]> => {
    const response = await fetch(`${rig.url}/api/v1${path}`, { headers: await authorization() });
    const said = await response.text();
    text += `\n${path}\n${said}`;
    if (!response.ok || response.headers.get('content-type')?.includes('json') !== true) return [];
    // The bytes of messages are base64.
    for (const [, raw] of said.matchAll(/"raw":"([^"]*)"/g))
      text += Buffer.from(raw ?? '', 'base64').toString('latin1');
    const answer = JSON.parse(said) as { items?: Item[] };
    return answer.items ?? [];
  };
  const fill = async (names: readonly string[], path: string): Promise<string[]> => {
    const [name, ...rest] = names;
    if (name === undefined) return [path];
    if (!name.startsWith('{')) return fill(rest, `${path}/${name}`);
    const found = name === '{device}' ? await show('/devices') : await show(path);
    const ids = found.map(({ id, name: named, devId }) => (name === '{device}' ? devId : (id ?? named)));
    if (path === '/rules' || path === '/policies' || path === '/profiles')
      ids.splice(0, ids.length, ...found.map((item) => item.name));
    if (path === '/profile-runs') ids.push(1);
    const filled = await Promise.all(ids.map((id) => fill(rest, `${path}/${encodeURIComponent(id ?? '')}`)));
    return filled.flat();
  };
  for (const [path, { get }] of Object.entries(paths)) {
    if (get === undefined || path.includes('openapi')) continue;
    const plain = path.replace(/^\/api\/v1/, '');
    for (const filled of await fill(plain.split('/').slice(1), '')) {
      seen.add(plain);
      await show(filled);
    }
  }
  return { text, paths: seen };
}

let token = '';
async function authorization(): Promise<Record<string, string>> {
  if (token === '') ({ token } = await rig.api<{ token: string }>('POST', '/tokens', { name: 'reader' }));
  return { authorization: `Bearer ${token}` };
}

async function phoneOf(devId: string, encoding: Encoding): Promise<Phone> {
  await rig.register(devId);
  const account = { serverId: 'grove', addresses: [{ addr: `${rig.url}/dm` }], auth: [] };
  return createPhone({ devId, account, transport: http, encoding });
}

function valueAt({ tree }: Phone, uri: string): unknown {
  const found = tree.get(uri, DEVICE);
  return 'data' in found ? found.data : undefined;
}

function change({ tree }: Phone, uri: string): void {
  tree.replace(uri, { format: 'chr', type: 'text/plain', data: OTHERS }, DEVICE);
}

/** One profile for each way in which work is made, each with the value marked in another way. */
const WAYS = ['campaign', 'trigger', 'rule', 'corrected', 'reported', 'given'] as const;

function documentOf(way: string): object {
  const plain = [
    { path: 'AppID', value: 'w4' },
    { path: 'Name', value: 'Work' },
  ];
  const isVariable = way === 'trigger' || way === 'reported';
  const addr = isVariable
    ? { path: 'Addr', value: '${word}' }
    : { path: 'Addr', value: SECRET, secret: true };
  return {
    root: `./MMS/${way}`,
    object: OBJECT,
    nodes: [...plain, addr],
    ...(isVariable ? { variables: { word: { value: SECRET, secret: true } } } : {}),
    options: { atomic: way === 'corrected' },
  };
}

const addrOf = (way: string) => `./MMS/${way}/Addr`;

describe.each<Encoding>(['xml', 'wbxml'])('a secret value, in %s', (encoding) => {
  it('reaches the device by all ways, and is shown by none', async () => {
    const devId = `IMEI:99000000000000${encoding.length}`;
    const phone = await phoneOf(devId, encoding);
    const named = (way: string) => `${way}-${encoding}`;
    const target = { devices: [devId] };
    for (const way of WAYS) await ask('POST', '/profiles', { name: named(way), document: documentOf(way) });
    await ask('POST', '/profiles/check', { document: documentOf('campaign'), devices: [devId] });
    const dry = await ask<{ id: number }>('POST', `/profiles/${named('campaign')}/dry-run`, { target });
    await expect.poll(() => ask('GET', `/profile-runs/${dry.id}`)).toMatchObject({ state: 'finished' });
    await ask('POST', '/webhooks', { url: 'https://crm.example.invalid/' });
    await ask('POST', '/campaigns', { name: named('campaign'), profile: named('campaign'), target });
    await ask('POST', '/triggers', { to: { device: devId }, profile: named('trigger') });
    for (const way of ['corrected', 'reported']) {
      const drift = way === 'corrected' ? 'correct' : 'report';
      const document = { profile: named(way), target, drift, verifyEvery: 60 };
      await ask('POST', '/policies', { name: named(way), document });
    }
    const when = `./MMS/campaign/Name = "Work"`;
    await ask('POST', '/rules', {
      name: named('rule'),
      definition: { when, do: { profile: named('rule') } },
    });
    const nodes = [{ path: 'Addr', value: SECRET, secret: true }];
    const steps = [{ kind: 'converge', root: './MMS/given', object: OBJECT, nodes, verify: true }];
    await ask('PUT', `/trigger-definitions/${named('given')}`, { steps });
    await ask('POST', '/triggers', { to: { device: devId }, trigger: named('given') });
    const other = [{ ...steps[0], nodes: [{ path: 'Addr', value: OTHERS, secret: true }] }];
    const declared = { kind: 'trigger', name: named('given'), document: { steps: other } };
    const plan = await ask('POST', '/apply', { resources: [declared], dryRun: true });
    expect(plan).toMatchObject({
      changes: [{ change: 'update', differences: [{ path: 'steps/0/nodes/0/value' }] }],
    });
    await ask('POST', `/devices/${devId}/tasks`, { steps });
    for (let n = 0; n < 3; n++) await phone.session();
    for (const way of WAYS) expect([way, valueAt(phone, addrOf(way))]).toEqual([way, SECRET]);

    // The device has another value, which is read and is put right where that is wished.
    for (const way of WAYS) change(phone, addrOf(way));
    ahead += 61_000;
    await ask('POST', '/campaigns', { name: named('again'), profile: named('campaign'), target });
    for (let n = 0; n < 3; n++) await phone.session();
    expect(valueAt(phone, addrOf('corrected'))).toBe(SECRET);
    expect(valueAt(phone, addrOf('campaign'))).toBe(SECRET);
    expect(valueAt(phone, addrOf('reported'))).toBe(OTHERS);
    const rows = await ask<{ items: { policy: string; state: string; drift: object[] }[] }>(
      'GET',
      `/devices/${devId}/compliance`,
    );
    const text = `${addrOf('reported')} has another value`;
    expect(rows.items.find(({ policy }) => policy === named('reported'))).toMatchObject({
      state: 'drifted',
      drift: [{ uri: addrOf('reported'), text }],
    });
    expect(rows.items.find(({ policy }) => policy === named('corrected'))?.state).toBe('compliant');

    await ask('GET', `/profiles/${named('campaign')}/dry-run?device=${devId}`);
    const all = await everything();
    for (const path of ['/tasks/{id}', '/sessions/{id}/messages', '/campaigns/{id}/export', '/events'])
      expect(all.paths).toContain(path);
    expect(all.text).toContain('"value":"********"');
    expect(all.text).toContain(addrOf('reported'));
    const forms = [SECRET, OTHERS, JSON.stringify(SECRET).slice(1, -1), 'wald', 'kauz', 'their-own'];
    for (const form of forms) {
      for (const [where, said] of Object.entries({ shown: all.text, answered, logged })) {
        const at = said.indexOf(form);
        const context = at < 0 ? '' : said.slice(said.lastIndexOf('\n', at), at + 100).slice(0, 400);
        expect([where, context]).toEqual([where, '']);
      }
    }
    expect(logged).not.toBe('');
  });
});
