import { expect, test } from 'vitest';
import { checkImports, type Manifest } from './check-imports.ts';

const manifests = new Map<string, Manifest>([
  ['', { devDependencies: { vitest: '1', 'fast-check': '1' } }],
  ['packages/protocol', { dependencies: { '@noble/hashes': '1' } }],
  ['packages/push', { dependencies: { '@grove/protocol': '1' } }],
  ['packages/device', { dependencies: { '@grove/protocol': '1', '@grove/push': '1', undici: '1' } }],
  ['packages/server', { dependencies: { '@grove/protocol': '1' } }],
  ['packages/console', { dependencies: { '@grove/protocol': '1' } }],
  ['packages/cli', { dependencies: { '@grove/server': '1' } }],
]);

/** The rules that one file with this text breaks. */
function broken(file: string, text: string): string[] {
  return checkImports(new Map([[file, text]]), manifests).map((problem) => problem.rule);
}

test.each([
  ['packages/push/src/a.ts', '@grove/protocol', []],
  ['packages/cli/src/a.ts', '@grove/server', []],
  ['packages/protocol/src/a.ts', '@grove/push', ['layers']],
  ['packages/push/src/a.ts', '@grove/device', ['layers']],
  ['packages/device/src/a.ts', '@grove/server', ['layers']],
  ['packages/device/src/a.test.ts', '@grove/server', ['layers']],
  ['packages/server/src/a.ts', '@grove/device', ['layers']],
  ['packages/console/src/a.ts', '@grove/push', ['layers']],

  ['packages/protocol/src/a.ts', '@noble/hashes/hmac.js', []],
  ['packages/protocol/src/a.ts', 'node:crypto', ['pure']],
  ['packages/protocol/src/a.ts', 'buffer', ['pure']],
  ['packages/protocol/src/a.ts', 'fast-check', ['pure']],
  ['packages/protocol/src/a.test.ts', 'fast-check', []],
  ['packages/protocol/src/a.test.ts', 'node:fs', []],
  ['packages/protocol/src/a.testing.ts', 'fast-check', []],

  ['packages/protocol/src/tree/a.ts', './b.ts', []],
  ['packages/protocol/src/tree/a.ts', '../bytes.ts', []],
  ['packages/protocol/src/tree/a.ts', '../wbxml/index.ts', []],
  ['packages/protocol/src/tree/a.ts', '../wbxml/codec.ts', ['door']],
  ['packages/protocol/src/a.ts', './wbxml/codec.ts', ['door']],
  ['packages/protocol/src/a.ts', './wbxml/index.ts', []],
  ['packages/protocol/src/a.ts', './wbxml/tables/index.ts', ['door']],
  ['packages/protocol/src/wbxml/tables/a.ts', '../codec.ts', []],
  ['packages/protocol/src/a.ts', './wbxml/samples.json', []],
  ['packages/protocol/src/a.test.ts', './wbxml/codec.ts', ['door']],
  ['tests/e2e/a.test.ts', './support/browser.ts', []],

  ['packages/device/src/a.ts', '@grove/protocol/src/tree/index.ts', ['package door']],
  ['packages/device/src/a.ts', '../../protocol/src/index.ts', ['package door']],
  ['packages/device/src/a.test.ts', '../../../tests/setup/postgres.ts', ['package door']],
  ['tests/e2e/a.test.ts', '../../packages/server/src/index.ts', ['package door']],
  ['tests/e2e/a.test.ts', '@grove/server', []],
  ['tests/e2e/a.test.ts', '@grove/servant', ['declared']],

  ['packages/device/src/a.ts', 'undici', []],
  ['packages/server/src/a.ts', 'undici', ['declared']],
  ['packages/server/src/a.ts', '@grove/push', ['declared']],
  ['packages/server/src/a.ts', 'vitest', ['declared']],
  ['packages/server/src/a.test.ts', 'vitest', []],
  ['packages/server/src/a.ts', 'node:fs', []],
  ['bench/a.bench.ts', 'undici', ['declared']],

  ['packages/server/src/a.ts', './b.testing.ts', ['test code']],
  ['packages/server/src/a.test.ts', './b/c.testing.ts', []],
])('%s importing %s breaks %j', (file, imported, rules) => {
  expect(broken(file, `import { a } from '${imported}';\n`)).toEqual(rules);
});

test.each([
  "import fs from 'node:fs';",
  "import * as fs from 'node:fs';",
  "import type { Stats } from 'node:fs';",
  "import {\n  readFileSync,\n  type Stats,\n} from 'node:fs';",
  "import 'node:fs';",
  "export * from 'node:fs';",
  "export { readFileSync } from 'node:fs';",
  "const fs = await import('node:fs');",
  "let stats: import('node:fs').Stats;",
])('sees %j', (text) => {
  expect(broken('packages/protocol/src/a.ts', text)).toEqual(['pure']);
});

test.each(["// import fs from 'node:fs';", " * See import('node:fs').", "const from = 'node:fs';"])(
  'does not take %j for an import',
  (text) => {
    expect(broken('packages/protocol/src/a.ts', text)).toEqual([]);
  },
);

test('an error names file, line, import and rule', () => {
  const text = "import { a } from './a.ts';\n\nimport {\n  b,\n} from 'node:fs';\n";
  expect(checkImports(new Map([['packages/protocol/src/x.ts', text]]), manifests)).toEqual([
    {
      file: 'packages/protocol/src/x.ts',
      line: 5,
      imported: 'node:fs',
      rule: 'pure',
      text: 'protocol may use only @noble/hashes',
    },
  ]);
});
