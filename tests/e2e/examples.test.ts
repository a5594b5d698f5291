// The files in examples/ and the tour in README.md, as they are: what they show works.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { grove, groveJson, MAIN, type Server, serve } from './grove.testing.ts';

// Each command is a process of its own, on a machine that may have other things to do.
vi.setConfig({ testTimeout: 240_000 });

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const EXAMPLES = join(REPOSITORY, 'examples');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'grove-examples-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('the examples are taken by a new server, and fit the models that they are for', async () => {
  const server = await serve(join(folder, 'data'));
  const plan = await grove(['apply', '-f', EXAMPLES, '--dry-run', ...server.at]);
  expect(plan).toMatchObject({ code: 0, stderr: '' });
  for (const kind of ['model', 'group', 'profile', 'policy', 'rule', 'trigger', 'campaign'])
    expect(plan.stdout).toMatch(new RegExp(`^\\+ ${kind} `, 'm'));
  expect(await grove(['apply', '-f', EXAMPLES, '--yes', ...server.at])).toMatchObject({ code: 0 });
  expect(await grove(['apply', '-f', EXAMPLES, '--check', ...server.at])).toMatchObject({ code: 0 });
  const models = ['--model', 'Foliage/F-90', '--model', 'Arbor/Linden', '--model', 'Arbor/Aspen'];
  expect(await grove(['profiles', 'check', 'mms', ...models, ...server.at])).toMatchObject({ code: 0 });
});

test('a plan in a file says what devices get, unless an option does', async () => {
  const server = await serve(join(folder, 'data'));
  expect(await grove(['apply', '-f', join(EXAMPLES, 'mms.yaml'), '--yes', ...server.at])).toMatchObject({
    code: 0,
  });
  const manual = readFileSync(join(REPOSITORY, 'docs/campaigns.md'), 'utf8');
  const plan = join(folder, 'plan.yaml');
  writeFileSync(plan, /^```yaml\n(profile: mms\n.*?)^```/ms.exec(manual)?.[1] ?? '');
  const create = (...more: string[]) =>
    grove(['campaigns', 'create', 'planned', '--draft', '--allow-empty', ...more, ...server.at]);
  const shown = (id: string) => groveJson<object>(['campaigns', 'show', id, ...server.at]);
  expect(await create('--plan', plan)).toMatchObject({ code: 0, stderr: '' });
  expect(await shown('1')).toMatchObject({
    name: 'planned',
    profile: { name: 'mms' },
    state: 'draft',
    rate: 600,
  });
  expect(await create('--plan', plan, '--profile', 'apn')).toMatchObject({ code: 0 });
  expect(await shown('2')).toMatchObject({ profile: { name: 'apn' } });
  expect(await create()).toMatchObject({ code: 2, stderr: expect.stringContaining('--plan') });
});

test('the tour can be pasted', async () => {
  const server = await serve(join(folder, 'data'));
  const [, tour = ''] =
    /^## A tour.*?^```sh\n(.*?)^```/ms.exec(readFileSync(join(REPOSITORY, 'README.md'), 'utf8')) ?? [];
  expect(tour.match(/^npx grove /gm)?.length).toBeGreaterThan(10);
  const { code, output } = await pasted(tour, server);
  expect(code, output).toBe(0);
  expect(output).toContain('acted (tree)');
  expect(output).toMatch(/^IMEI:001010000000008 +compliant/m);
  expect(output).toContain('Trigger 1 (game): finished');
  const shown = ['campaigns', 'show', '2', ...server.at];
  const { counts } = await groveJson<{ counts: { succeeded: number; failed: number } }>(shown);
  // At least its first wave; the second may have begun before all phones had called.
  expect(counts.succeeded).toBeGreaterThanOrEqual(3);
  expect(counts.failed).toBe(0);
});

/** Runs lines as a shell does, until one fails. */
async function pasted(lines: string, server: Server): Promise<{ code: number | null; output: string }> {
  const commands = lines.replaceAll('npx grove', `"${process.execPath}" "${MAIN}"`);
  const env = { ...process.env, GROVE_SERVER: server.url, GROVE_DATA: join(folder, 'data') };
  const child = spawn('sh', ['-e', '-c', commands], {
    cwd: REPOSITORY,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output: Buffer.concat(chunks).toString() };
}
