import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HANDLERS } from '@grove/device';
import { type DdfDocument, serializeDdf } from '@grove/protocol';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { CommandError } from '../../program/index.ts';
import { handlersFrom } from './descriptions.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grove-ddf-'));
});
afterAll(() => rm(folder, { recursive: true }));

const document: DdfDocument = {
  verDTD: '1.2',
  nodes: [
    { name: 'One', path: './Vendor', access: ['Get'], format: 'node', types: ['urn:one'] },
    { name: 'Two', access: ['Get'], format: 'node', types: [] },
  ],
};

test('a phone has its own objects, and those of description files in either encoding', async () => {
  expect(await handlersFrom([])).toBe(HANDLERS);
  const files = { xml: join(folder, 'ddf.xml'), wbxml: join(folder, 'ddf.wbxml') };
  await writeFile(files.xml, serializeDdf(document, 'xml'));
  await writeFile(files.wbxml, serializeDdf(document, 'wbxml'));
  const handlers = await handlersFrom([files.xml, files.wbxml]);
  expect(handlers.slice(0, HANDLERS.length)).toEqual(HANDLERS);
  const mounts = handlers.slice(HANDLERS.length).map(({ mount, object }) => `${mount} ${object.urn}`);
  expect(mounts).toEqual(['./Vendor/One urn:one', './Two ', './Vendor/One urn:one', './Two ']);
});

test('what is odd about a file is told, and what is no description is refused by its name', async () => {
  const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const odd = join(folder, 'odd.xml');
  await writeFile(odd, '<MgmtTree xmlns="syncml:dmddf1.2"><Node><NodeName>A</NodeName></Node></MgmtTree>');
  try {
    await handlersFrom([odd]);
    expect(told.mock.calls.join('')).toContain('MgmtTree/Node(A): no DFProperties');
  } finally {
    told.mockRestore();
  }
  const bad = join(folder, 'bad.xml');
  await writeFile(bad, '<MgmtTree xmlns="syncml:dmddf1.2"><VerDTD>1.2</VerDTD></MgmtTree>');
  await expect(handlersFrom([bad])).rejects.toThrow(CommandError);
  await expect(handlersFrom([bad])).rejects.toThrow(/bad\.xml is no device description: MgmtTree: no Node/);
  await expect(handlersFrom([join(folder, 'none.xml')])).rejects.toThrow(/cannot read/);
});
