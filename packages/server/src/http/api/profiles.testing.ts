import { serializeTnds, Uri } from '@grove/protocol';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { recordNodes } from '../../devices/index.ts';
import { createGroup } from '../../groups/index.ts';
import {
  closureOf,
  DryRuns,
  factsOf,
  type Rendering,
  renderForDevice,
  sentenceOf,
  showProfile,
} from '../../profiles/index.ts';
import { showTask } from '../../tasks/index.ts';
import { type Client, openClient } from './client.testing.ts';

interface Body {
  version: number;
  document: { fragments: { name: string; nodes: { path: string; value?: string }[] }[] };
}
interface Check {
  subject: string;
  accepted: boolean;
  reasons: { text: string; code: string }[];
  nodes: { uri: string; value?: string; policy: string }[];
}
interface ProblemBody {
  detail: string;
  errors?: { field: string; expected: string }[];
}

const account = {
  client: { auth: 'md5', user: 'phone', password: 'phone secret' },
  server: { auth: 'basic', user: 'grove', password: 'server secret' },
};
const NAP = 'urn:oma:mo:oma-connmo-nap:1.0';
const MMS = 'urn:oma:mo:oma-mms:1.3';

/** The description of a phone that has its MMS settings elsewhere. */
const DDF = `<MgmtTree><VerDTD>1.2</VerDTD><Node><NodeName>Set</NodeName><DFProperties><AccessType><Get/></AccessType>
<DFFormat><node/></DFFormat><Scope><Permanent/></Scope><DFType><DDFName/></DFType></DFProperties>
<Node><NodeName>MMSC</NodeName><DFProperties><AccessType><Get/><Replace/></AccessType><DFFormat><chr/></DFFormat><Scope><Permanent/></Scope><DFType><MIME>text/plain</MIME></DFType></DFProperties></Node>
<Node><NodeName>Size</NodeName><DFProperties><AccessType><Get/></AccessType><DFFormat><int/></DFFormat><Scope><Permanent/></Scope><DFType><MIME>text/plain</MIME></DFType></DFProperties></Node>
</Node></MgmtTree>`;

/** Profiles and models, on whatever database. */
export function profilesSuite(url: () => Promise<string>): void {
  let client: Client;
  beforeAll(async () => {
    client = await openClient(await url());
  });
  afterAll(() => client.close());
  beforeEach(() =>
    client.store.transaction(async (db) => {
      for (const table of [
        'campaigns',
        'profiles',
        'models',
        'device_groups',
        'subscribers',
        'devices',
      ] as const)
        await db.deleteFrom(table).execute();
    }),
  );

  async function register(
    devId: string,
    said: { man?: string; mod?: string; swv?: string } = {},
  ): Promise<number> {
    const { body } = await client.call<{ ids: [number] }>('POST', '/devices/bulk', {
      devices: [{ devId, account }],
    });
    const [id] = body.ids;
    await client.store.transaction((db) =>
      db
        .updateTable('devices')
        .set({ man: null, mod: null, swv: null, ...said })
        .where('id', '=', id)
        .execute(),
    );
    return id;
  }
  const create = (name: string, document: unknown) =>
    client.call<Body & ProblemBody>('POST', '/profiles', { name, document });
  const renderedFor = async (name: string, device: number, given = {}): Promise<unknown> => {
    const rendering = await renderForDevice(client.store.reader, { name }, device, given, client.clock.now);
    return outcomeOf(rendering);
  };
  const outcomeOf = (rendering: Rendering): unknown =>
    rendering.refused
      ? rendering.reasons.map(sentenceOf)
      : Object.fromEntries(
          rendering.fragments.flatMap(({ root, nodes }) =>
            nodes.map(({ path, value, policy }) => [`${root}/${path}`, value ?? policy]),
          ),
        );

  it('renders what subscribers, groups and variants say of a device', async () => {
    const sold = await register('IMEI:1', { man: 'Acme', mod: 'One' });
    const other = await register('IMEI:2', { man: 'Other', mod: 'Two' });
    await client.store.transaction((db) =>
      createGroup(
        db,
        {
          name: 'sales',
          query: 'manufacturer = "Acme"',
          variables: { apn: 'sales.example', qos: { max: 7 } },
        },
        0,
      ),
    );
    const subscriber = await client.call<{ id: number }>('POST', '/subscribers', {
      name: 'alice',
      attributes: { qos: { maxBandwidth: 512 } },
    });
    expect(subscriber.status).toBe(201);
    await client.store.transaction((db) =>
      db
        .insertInto('subscriber_devices')
        .values({
          device_id: sold,
          subscriber_id: subscriber.body.id,
          from_at: 0,
          to_at: null,
          origin: 'set',
        })
        .execute(),
    );
    const made = await create('apn', {
      variables: { apn: { value: '${group.apn}', default: 'internet.example' } },
      fragments: [
        {
          name: 'nap',
          object: NAP,
          instance: 'Op',
          nodes: [
            { path: 'Addr', value: '${apn}' },
            { path: 'Name', value: '${subscriber.qos.maxBandwidth} of ${subscriber.name}, ${device.model}' },
          ],
        },
      ],
      variants: [
        {
          when: 'manufacturer = "Other"',
          fragments: [{ name: 'nap', nodes: [{ path: 'Name', value: 'plain' }] }],
        },
      ],
    });
    expect(made.status).toBe(201);
    expect(await renderedFor('apn', sold)).toEqual({
      './NAP/Op/Addr': 'sales.example',
      './NAP/Op/Name': '512 of alice, One',
    });
    expect(await renderedFor('apn', other)).toEqual({
      './NAP/Op/Addr': 'internet.example',
      './NAP/Op/Name': 'plain',
    });
    expect(await renderedFor('apn', other, { apn: 'given' })).toMatchObject({ './NAP/Op/Addr': 'given' });
    await client.store.transaction((db) =>
      createGroup(
        db,
        {
          name: 'staff',
          devices: [sold],
          variables: { apn: 'staff.example' },
        },
        0,
      ),
    );
    await create('strict', { object: NAP, instance: 'Op', nodes: [{ path: 'Addr', value: '${group.apn}' }] });
    expect(await renderedFor('strict', sold)).toEqual([
      expect.stringMatching(/the groups sales and staff differ/),
    ]);
    expect(await renderedFor('strict', other)).toEqual([
      expect.stringMatching(/set the variable apn of one of the device's groups/),
    ]);
  });

  it('puts an instance where the device has shown others of its object', async () => {
    const id = await register('IMEI:1');
    await client.store.transaction((db) =>
      recordNodes(
        db,
        id,
        [
          { uri: './Data', format: 'node', type: null, value: 'Old' },
          { uri: './Data/Old', format: 'node', type: NAP, value: 'Addr' },
        ],
        [],
        0,
      ),
    );
    await create('apn', { object: NAP, instance: 'Op', nodes: [{ path: 'Addr', value: 'a' }] });
    expect(await renderedFor('apn', id)).toEqual({ './Data/Op/Addr': 'a' });
  });

  it('maps settings onto models by their descriptions, and checks them for models', async () => {
    await register('IMEI:1', { man: 'Acme', mod: 'One' });
    const set = await client.call<{ id: number }>('PUT', '/models', {
      man: 'Acme',
      mod: 'One',
      ddf: DDF,
      mapping: {
        mms: {
          root: './Set',
          fixed: [],
          settings: { proxy: 'MMSC', maxSize: { path: 'Size', divide: 1024 } },
        },
      },
    });
    expect(set).toMatchObject({ status: 200, body: { nodes: 3, objects: [] } });
    expect((await client.call('GET', '/models')).body).toMatchObject({
      items: [{ man: 'Acme', services: ['mms'] }],
    });
    await create('mms', { instance: 'Op', settings: { 'mms.proxy': 'http://a' } });
    const models = [
      { man: 'Acme', mod: 'One' },
      { man: 'Other', mod: 'Two' },
    ];
    const check = async (document?: unknown) =>
      (
        await client.call<{ checks: Check[] }>('POST', '/profiles/check', {
          ...(document === undefined ? { name: 'mms' } : { document }),
          models,
          devices: ['IMEI:1'],
        })
      ).body.checks;
    expect(
      (await check()).map(({ subject, accepted, nodes }) => ({
        subject,
        accepted,
        uris: nodes.map(({ uri }) => uri),
      })),
    ).toEqual([
      { subject: 'Acme One', accepted: true, uris: ['./Set/MMSC'] },
      { subject: 'Other Two', accepted: true, uris: ['./MMS/Op/AppID', './MMS/Op/Addr'] },
      { subject: 'IMEI:1', accepted: true, uris: ['./Set/MMSC'] },
    ]);
    const [acme, two] = await check({
      instance: 'Op',
      settings: { 'mms.maxSize': 614_400, 'mms.proxy': '${group.mmsc}' },
    });
    expect(acme).toMatchObject({
      accepted: false,
      reasons: [
        {
          code: 'not-allowed',
          text: expect.stringMatching(
            /\.\/Set\/Size: expected a node that may be replaced: on Acme One it has Get and is permanent/,
          ),
        },
      ],
    });
    expect(two).toMatchObject({ accepted: true });
    expect((await client.call('DELETE', `/models/${set.body.id}`)).status).toBe(204);
    expect((await check())[0]?.nodes[1]?.uri).toBe('./MMS/Op/Addr');
    expect(
      await client.call('PUT', '/models', { man: 'Acme', mod: 'One', ddf: '<MgmtTree/>' }),
    ).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'ddf', expected: expect.stringMatching(/a device description document/) }] },
    });
  });

  it('shows no secret in work that is made of it', async () => {
    await create('mail', {
      variables: { pin: { value: 'pin-of-all', secret: true } },
      root: './Mail',
      nodes: [{ path: 'Login', value: 'login:${pin}' }],
    });
    await client.call('POST', '/devices', { devId: 'secretive', account });
    const asked = { to: { device: 'secretive' }, profile: 'mail' };
    const { status } = await client.call('POST', '/triggers', asked);
    expect(status).toBe(202);
    const { body } = await client.call<{ items: { id: number }[] }>('GET', '/tasks?device=secretive');
    const id = body.items[0]?.id ?? 0;
    const shown = await client.call('GET', `/tasks/${id}`);
    expect(shown.body).toMatchObject({
      steps: [{ nodes: [{ path: 'Login', value: '********', secret: true }] }],
    });
    expect((await showTask(client.store.reader, id)).steps).toMatchObject([
      { nodes: [{ value: 'login:pin-of-all' }] },
    ]);
  });

  it('keeps versions, tells what differs, and goes back', async () => {
    const document = (value: string, password: string) => ({
      fragments: [
        {
          name: 'nap',
          root: './NAP/Op',
          nodes: [
            { path: 'Addr', value },
            { path: 'Secret', value: password, secret: true },
          ],
        },
      ],
    });
    await create('apn', document('a', 'one'));
    const put = (body: unknown) =>
      client.call<Body>('PUT', '/profiles/apn', { document: body, comment: 'because' });
    const shown = (await client.call<Body>('GET', '/profiles/apn')).body;
    expect(JSON.stringify(shown)).not.toContain('one');
    expect((await put(shown.document)).body.version).toBe(1);
    expect((await put(document('b', 'two'))).body.version).toBe(2);
    expect((await client.call('GET', '/profiles/apn/versions')).body).toMatchObject({
      items: [
        { version: 2, comment: 'because' },
        { version: 1, comment: null },
      ],
    });
    const forged = await client.call<{ errors: { field: string }[] }>(
      'GET',
      '/profiles/apn/versions?after=x',
    );
    expect(forged).toMatchObject({ status: 400, body: { errors: [{ field: 'after' }] } });
    const diff = await client.call('GET', '/profiles/apn/diff');
    expect(JSON.stringify(diff.body)).not.toMatch(/"one"|"two"/);
    expect(diff.body).toMatchObject({
      from: 1,
      to: 2,
      differences: [
        {
          change: 'changed',
          part: 'node',
          fragment: 'nap',
          name: 'Addr',
          before: { value: 'a' },
          after: { value: 'b' },
        },
        { change: 'changed', part: 'node', name: 'Secret' },
      ],
    });
    expect((await client.call('POST', '/profiles/apn/rollback', { version: 1 })).body).toMatchObject({
      version: 3,
    });
    expect((await showProfile(client.store.reader, 'apn')).document.fragments[0]?.nodes).toMatchObject([
      { value: 'a' },
      { value: 'one' },
    ]);
    await create('mms', {
      requires: ['apn'],
      root: './MMS',
      nodes: [{ path: 'Con', value: '${profile.apn.uri}' }],
    });
    expect((await client.call('GET', '/profiles/apn/uses')).body).toMatchObject({
      campaigns: [],
      requiredBy: ['mms'],
    });
    expect(await client.call('DELETE', '/profiles/apn')).toMatchObject({
      status: 409,
      body: { detail: expect.stringMatching(/"mms" requires it/) },
    });
    expect(await put({ ...document('c', 'x'), requires: ['mms'] })).toMatchObject({
      status: 409,
      body: { detail: expect.stringMatching(/apn → mms → apn/) },
    });
    expect(
      await create('lost', { requires: ['none'], root: './A', nodes: [{ path: 'B', value: 1 }] }),
    ).toMatchObject({ status: 409 });
  });

  it('takes serialized trees, and stored documents of before', async () => {
    const tree = serializeTnds(
      [
        { uri: './MMS', format: 'node' },
        { uri: './MMS/Op', format: 'node', type: MMS },
        { uri: './MMS/Op/Addr', format: 'chr', data: 'http://${a}' },
        { uri: './MMS/Op/Ext', format: 'node' },
        { uri: './MMS/Op/Ext/B', format: 'bin', data: new Uint8Array([0, 1, 2]) },
      ],
      Uri.ROOT,
      'wbxml',
    );
    const made = await client.call<Body>('POST', '/profiles', {
      name: 'mms',
      source: Buffer.from(tree).toString('base64'),
    });
    expect(made).toMatchObject({
      status: 201,
      body: { document: { fragments: [{ root: './MMS/Op', object: MMS }] } },
    });
    const id = await register('IMEI:1');
    expect(await renderedFor('mms', id)).toEqual({
      './MMS/Op/Addr': 'http://${a}',
      './MMS/Op/Ext/B': 'AAEC',
    });
    await client.store.transaction((db) =>
      db
        .updateTable('profile_versions')
        .set({ document: JSON.stringify({ root: './A', nodes: [{ path: 'B', value: '1' }] }) })
        .execute(),
    );
    expect(await renderedFor('mms', id)).toEqual({ './A/B': '1' });
    const closure = await closureOf(client.store.reader, await showProfile(client.store.reader, 'mms'));
    await expect(factsOf(client.store.reader, 987_654, closure, 0)).rejects.toThrow(/no device/);
  });

  it('tells what it would change, by the last known trees', async () => {
    const known = async (devId: string, nodes: Record<string, string | null>, said = {}) => {
      const id = await register(devId, said);
      await client.store.transaction((db) =>
        recordNodes(
          db,
          id,
          Object.entries(nodes).map(([uri, value]) => {
            const isInterior = uri.endsWith('/');
            return {
              uri: isInterior ? uri.slice(0, -1) : uri,
              format: isInterior ? 'node' : 'chr',
              type: uri === './NAP/Op/' ? NAP : null,
              value,
            };
          }),
          [],
          0,
        ),
      );
    };
    await known('IMEI:1', { './NAP/Op/': 'Addr/Name', './NAP/Op/Addr': 'old', './NAP/Op/Name': 'Op' });
    await known('IMEI:2', { './NAP/Op/': 'Addr/Name', './NAP/Op/Addr': 'new', './NAP/Op/Name': 'mine' });
    await known('IMEI:3', { './NAP/': 'Other' });
    await known('IMEI:4', { './DevInfo/Man': 'x' });
    await known(
      'IMEI:5',
      { './NAP/Op/': 'Addr/Name', './NAP/Op/Addr': 'old', './NAP/Op/Name': 'Op' },
      { man: 'Old', mod: 'X' },
    );
    await known('IMEI:6', { './NAP/Op/': 'Addr/Name', './NAP/Op/Addr': 'old', './NAP/Op/Name': 'Op' });
    await create('apn', {
      object: NAP,
      instance: 'Op',
      nodes: [
        { path: 'Addr', value: 'new' },
        { path: 'Name', value: 'Operator', policy: 'default' },
      ],
      variants: [{ when: 'manufacturer = "Old"', unsupported: 'too old' }],
    });
    const started = await client.call<{ id: number }>('POST', '/profiles/apn/dry-run', {
      target: { all: true },
    });
    expect(started.status).toBe(202);
    const { body } = await client.call('GET', `/profile-runs/${started.body.id}?wait=60`);
    expect(body).toMatchObject({
      state: 'finished',
      done: 6,
      result: {
        devices: 6,
        changed: 3,
        nodes: 4,
        refused: 1,
        right: 1,
        unknown: 1,
        reasons: [
          { code: 'unsupported', text: expect.stringMatching(/too old/), devices: 1, examples: ['IMEI:5'] },
        ],
        changes: [
          {
            devices: 2,
            examples: ['IMEI:1', 'IMEI:6'],
            nodes: [{ uri: './NAP/Op/Addr', verdict: 'change', from: 'old', to: 'new' }],
          },
          {
            devices: 1,
            nodes: [
              { verdict: 'add', to: 'new' },
              { verdict: 'add', to: 'Operator' },
            ],
          },
        ],
      },
    });
    const one = await client.call('GET', '/profiles/apn/dry-run?device=IMEI:2');
    expect(one.body).toMatchObject({
      fate: 'right',
      nodes: [{ verdict: 'right' }, { verdict: 'right', from: 'mine' }],
    });
    const none = await client.call<{ id: number }>('POST', '/profiles/apn/dry-run', {
      target: { query: 'manufacturer = "none"' },
    });
    expect((await client.call('GET', `/profile-runs/${none.body.id}?wait=60`)).body).toMatchObject({
      state: 'finished',
      result: { devices: 0 },
    });
    expect(
      await client.call('POST', '/profiles/apn/dry-run', { target: { query: 'colour = 1' } }),
    ).toMatchObject({ status: 400, body: { errors: [{ field: 'target/query' }] } });
  });

  it('does some dry runs at a time, however many are asked for at once', async () => {
    await create('apn', { object: NAP, instance: 'Op', nodes: [{ path: 'Addr', value: 'new' }] });
    const closure = await closureOf(client.store.reader, await showProfile(client.store.reader, 'apn'));
    const closing = new AbortController();
    const runs = new DryRuns(client.store, () => client.clock.now, closing.signal);
    const start = () => runs.start(closure, { target: { all: true }, values: {} });
    const begun = [start(), start()];
    expect(runs.isBusy).toBe(true);
    await expect(start()).rejects.toThrow('2 dry runs are under way');
    const same = runs.underWay(closure, { target: { all: true }, values: {} });
    expect(await runs.underWay(closure, { target: { all: true }, values: { a: 'b' } })).toBeUndefined();
    const ids = (await Promise.all(begun)).map(({ id }) => id);
    expect(await same).toBe(ids[0]);
    for (const id of ids) await runs.ended(id, closing.signal);
    expect(runs.isBusy).toBe(false);
  });

  const nodes = [{ path: 'A', value: '1' }];
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...'bcdefghi'.split('').map((name, at) => `${name}: &${name} [${`*${'abcdefghi'[at]},`.repeat(9)}]`),
  ].join('\n');
  it.each<[string, unknown, string, RegExp]>([
    [
      'a circle of variables',
      {
        document: { root: './X', nodes: [{ path: 'A', value: '${a}' }], variables: { a: '${b}', b: '${a}' } },
      },
      'document/variables/a',
      /a → b → a/,
    ],
    [
      'a circle of places',
      {
        document: {
          fragments: [
            { name: 'a', root: '${fragment.b.uri}/x', nodes },
            { name: 'b', root: '${fragment.a.uri}/x', nodes },
          ],
        },
      },
      'document/fragments/0',
      /fragment\.a\.uri → fragment\.b\.uri → fragment\.a\.uri/,
    ],
    [
      'an unknown variable',
      { document: { root: './X', nodes: [{ path: 'A', value: 'x${b}' }], variables: { a: 1 } } },
      'document/nodes/0/value',
      /for \$\{b\} at character 2 a variable of the profile, which has a/,
    ],
    [
      'an unknown fact',
      { document: { root: './X', nodes: [{ path: 'A', value: '${device.colour}' }] } },
      'document/nodes/0/value',
      /device\.model/,
    ],
    [
      'a variable that is not closed',
      { document: { root: './X', nodes: [{ path: 'A', value: '${a' }] } },
      'document/nodes/0/value',
      /without a "\}"/,
    ],
    [
      'a name of JavaScript',
      { document: { root: './X', nodes: [{ path: 'A', value: '${constructor}' }] } },
      'document/nodes/0/value',
      /a variable of the profile, which has none/,
    ],
    [
      'a mask of nothing',
      { document: { root: './X', nodes: [{ path: 'A', value: '********', secret: true }] } },
      'document/fragments/f1/nodes/A',
      /stands for one that the profile had before/,
    ],
    [
      'a condition that cannot be read',
      { document: { root: './X', nodes, variants: [{ when: 'colour = "red"' }] } },
      'document/variants/0/when',
      /field/,
    ],
    [
      'a fragment without place',
      { document: { fragments: [{ nodes }] } },
      'document/fragments/0',
      /a root, an object or settings/,
    ],
    ['nothing', { document: { fragments: [] } }, 'document/fragments', /a fragment or a setting/],
    [
      'a value that is not of its type',
      { document: { root: './X', nodes, variables: { a: { type: 'int', default: 'many' } } } },
      'document/variables/a/default',
      /whole number/,
    ],
    [
      'a value of a node that is kept',
      { document: { root: './X', nodes: [{ path: 'A', value: 1, policy: 'keep' }] } },
      'document/nodes/0/value',
      /no value/,
    ],
    [
      'settings of two services in a fragment',
      { document: { fragments: [{ settings: { 'mms.proxy': 'a', 'apn.name': 'b' } }] } },
      'document/fragments/0/settings/apn.name',
      /a setting of mms/,
    ],
    [
      'too many nodes',
      {
        document: {
          fragments: ['A', 'B'].map((name) => ({
            name,
            root: `./${name}`,
            nodes: Array.from({ length: 1000 }, (_, at) => ({ path: `N${at}`, value: 1 })),
          })),
          variants: [{ when: 'manufacturer = "a"', settings: { 'mms.proxy': 'x' } }],
        },
      },
      'document',
      /2000 nodes and settings/,
    ],
    ['an alias bomb', { source: bomb }, 'source', /alias/],
    ['deep YAML', { source: `{a: ${'['.repeat(50_000)}` }, 'source', /YAML/],
    ['a broken tree', { source: '<MgmtTree><Node></MgmtTree>' }, 'source', /serialized tree/],
    [
      'broken WBXML',
      { source: Buffer.from([3, 1, 106, 0, 0xff]).toString('base64') },
      'source',
      /serialized tree/,
    ],
    [
      'a tree of leaves alone',
      {
        source:
          '<MgmtTree><VerDTD>1.2</VerDTD><Node><NodeName>A</NodeName><RTProperties><Format><chr/></Format></RTProperties><Value>1</Value></Node></MgmtTree>',
      },
      'source',
      /interior node/,
    ],
    [
      'prototypes',
      { source: '{"__proto__": {"x": 1}, "root": "./A", "nodes": []}' },
      'source/__proto__',
      /no such field/,
    ],
    [
      'a document and a source',
      { document: { root: './X', nodes }, source: 'root: ./X' },
      'document',
      /either/,
    ],
  ])('refuses %s', async (_, body, field, expected) => {
    const answer = await client.call<ProblemBody>('POST', '/profiles', { name: 'p', ...(body as object) });
    expect(answer.status, JSON.stringify(answer.body)).toBe(400);
    const problem = answer.body.errors?.find((one) => one.field === field);
    expect(problem?.expected, JSON.stringify(answer.body)).toMatch(expected);
  });
}
