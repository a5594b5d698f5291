// Profiles as they are used from a terminal: kept, checked for models, tried on phones, compared, taken back.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { grove, serve } from './grove.testing.ts';

// Each command is a process of its own, on a machine that may have other things to do.
vi.setConfig({ testTimeout: 120_000 });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'grove-profiles-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const APN = `
name: apn
instance: Operator
settings:
  apn.address: "\${address}"
  apn.password: { value: wap-secret, secret: true }
variables:
  address: { value: "\${group.apn}", default: mms.example }
`;
const MMS = `
name: mms
requires: [apn]
instance: Operator
settings:
  mms.proxy: "http://mms.example.net/"
  mms.connection: "\${profile.apn.uri}"
`;
const F90 = `
apn:
  root: ./Vendor/Foliage/Data/Slot2
  fixed: []
  settings: { address: Net, password: Pass }
mms:
  root: ./Vendor/Foliage/MMSC
  fixed: []
  settings:
    proxy: Server
    connection: { path: Slot, values: { ./Vendor/Foliage/Data/Slot2: "2" } }
`;

test('one profile is kept for models that differ, and tried before it is brought', async () => {
  const server = await serve(join(folder, 'data'));
  const run = async (...args: string[]) => grove([...args, ...server.at]);
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  expect((await run('profiles', 'create', '-f', file('apn.yaml', APN))).stdout).toContain(
    'created, in version 1',
  );
  expect((await run('profiles', 'apply', '-f', file('mms.yaml', MMS))).stdout).toContain(
    'created, in version 1',
  );
  expect((await run('profiles', 'show', 'apn')).stdout).toMatch(/apn\.password +enforce +\*{8}/);

  const ddf = file('f-90.xml', (await grove(['device', 'models', 'show', 'f-90', '--ddf'])).stdout);
  const mapping = file('f-90.yaml', F90);
  const plain = await run('profiles', 'check', 'mms', '--model', 'Foliage/F-90', '--model', 'Arbor/Birch 2');
  expect(plain).toMatchObject({ code: 0 });
  expect(plain.stdout).toContain('./NAP/Operator/Addr = "mms.example"');
  const made = await run('models', 'create', 'Foliage', 'F-90', '--ddf', ddf, '--mapping', mapping);
  expect(made).toMatchObject({ code: 0, stdout: expect.stringContaining('com.foliage/2.3/Settings') });
  expect((await run('models', 'ls')).stdout).toMatch(/Foliage +F-90 +any +yes +apn, mms/);
  const checked = await run('profiles', 'check', 'mms', '--model', 'Foliage/F-90');
  expect(checked.stdout).toContain('./Vendor/Foliage/MMSC/Slot = "2"');
  expect(checked.stdout).not.toContain('wap-secret');

  const wrong = file('wrong.yaml', MMS.replace('http://mms.example.net/', `http://${'a'.repeat(200)}/`));
  const long = await run('profiles', 'check', '-f', wrong, '--model', 'Foliage/F-90');
  expect(long.code).toBe(1);
  expect(long.stdout).toMatch(
    /\.\/Vendor\/Foliage\/MMSC\/Server: expected a value that fits: .* 100 at most/,
  );

  await run('devices', 'add', 'IMEI:1');
  const dry = await run('profiles', 'dry-run', 'mms', '--all');
  expect(dry.stdout).toContain('would change 0 nodes on 0 devices of 1;');
  expect(dry.stdout).toContain('of 1 too little is known');
  const campaign = await run('campaigns', 'create', 'tonight', '--profile', 'mms', '--dry-run');
  expect(campaign.stdout).toContain('would change 0 nodes on 0 devices of 1;');
  const [, begun = ''] = campaign.stdout.match(/grove profiles dry-run mms --run (\d+)/) ?? [];
  expect(await run('profiles', 'dry-run', 'mms', '--run', begun)).toEqual(dry);
  expect((await run('profiles', 'dry-run', 'mms', '--device', 'IMEI:1')).stdout).toContain(
    'unknown    ./MMS/Operator/Addr  "http://mms.example.net/"',
  );

  const changed = file('apn.yaml', APN.replace('mms.example', 'new.example'));
  expect((await run('profiles', 'update', '-f', changed, '--comment', 'moved')).stdout).toContain(
    'version 2',
  );
  expect((await run('profiles', 'diff', 'apn')).stdout).toMatch(
    /~ variable address .*mms\.example.*new\.example/,
  );
  expect((await run('profiles', 'rollback', 'apn', '1')).stdout).toContain(
    'in version 3, which is as version 1',
  );
  expect((await run('profiles', 'versions', 'apn')).stdout).toMatch(/3 .*as version 1\n.*2 .*moved/);
  expect((await run('profiles', 'uses', 'apn')).stdout).toBe('profile mms: the newest version\n');
  expect((await run('profiles', 'rm', 'apn')).stderr).toContain('"mms" requires it');
  expect(await run('profiles', 'rm', 'mms')).toMatchObject({ code: 0 });
});
