// grove devices import: files as other systems export them.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { grove, groveJson, serve } from './grove.testing.ts';

// Each command is a process of its own, on a machine that may have other things to do.
vi.setConfig({ testTimeout: 120_000 });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'grove-import-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, lines: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, lines.join('\r\n'));
  return path;
}

test('lines of JSON and tables become devices with what is known of them, and errors are told by line', async () => {
  const server = await serve(join(folder, 'data'));
  const account = { client: { auth: 'basic', user: 'phone', password: 'secret' } };
  const lines = Array.from({ length: 6001 }, (_, n) =>
    JSON.stringify({ devId: `IMEI:${n}`, account, nodes: { './DevInfo/Mod': `X${n % 2}` } }),
  );
  lines[5500] = '{ "devId": "IMEI:5500" }';
  const fleet = file('fleet.ndjson', lines);
  const first = await grove(['devices', 'import', fleet, ...server.at]);
  expect(first).toMatchObject({
    code: 1,
    stdout:
      '6,000 devices registered, 1 line with errors left out.\n' +
      'Line 5501: account: expected an account, since the device is not registered\n',
    stderr: '',
  });

  const table = file('fleet.csv', [
    'devId,auth,user,password,msisdn,./MMS/Addr',
    'IMEI:1,basic,phone,secret,,"http://mms.example.com/?a=1,2"',
    '',
    'IMEI:new,basic,phone,"sec""ret",+441632960001,',
  ]);
  const counts = await groveJson(['devices', 'import', table, '--existing', 'update', ...server.at]);
  expect(counts).toEqual({ lines: 2, registered: 1, updated: 1, kept: 0, failed: 0, errors: [] });
  const { tree } = await groveJson<{ tree: object }>([
    ...['devices', 'tree', 'IMEI:1', '--under', './MMS'],
    ...server.at,
  ]);
  expect(JSON.stringify(tree)).toContain('http://mms.example.com/?a=1,2');
  const again = await grove(['devices', 'import', table, ...server.at]);
  expect(again).toMatchObject({ code: 0, stdout: '0 devices registered, 2 kept as they were.\n' });
  const shown = await groveJson(['devices', 'show', '+441632960001', ...server.at]);
  expect(shown).toMatchObject({ devId: 'IMEI:new' });

  const wrong = file('wrong.csv', ['devId,colour', 'IMEI:1,red']);
  expect(await grove(['devices', 'import', wrong, ...server.at])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('there is no column "colour"'),
  });
  const events = await groveJson<unknown[]>(['events', '--type', 'device.imported', ...server.at]);
  expect(events).toHaveLength(3);
});
