import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

type Entry = { resolved?: string; optionalDependencies?: Record<string, string> };

const lock: { packages: Record<string, Entry> } = JSON.parse(
  readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'),
);
const entries = Object.entries(lock.packages);

test('names no registry, so that it serves every network', () => {
  const addressed = entries.filter(([, entry]) => entry.resolved?.includes('://')).map(([path]) => path);
  expect(addressed).toEqual([]);
});

test('has every optional package, also those for other platforms, without which `npm ci` refuses', () => {
  const absent = entries.flatMap(([path, entry]) =>
    Object.keys(entry.optionalDependencies ?? {}).filter(
      (name) => !lock.packages[`${path}/node_modules/${name}`] && !lock.packages[`node_modules/${name}`],
    ),
  );
  expect(absent).toEqual([]);
});
