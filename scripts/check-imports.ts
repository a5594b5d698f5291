// Keeps imports going one way. The rules, with the names that errors give them:
//   layers        protocol ← push ← gateway ← server ← cli; push ← device ← cli; store ← api ← {gateway, server};
//                 console uses protocol only
//   pure          protocol imports nothing that does I/O: no Node module, no package but @noble/hashes
//   door          from outside a folder only its index.ts is imported
//   package door  a package is imported by its name alone, never by a path into it
//   declared      what is imported is a dependency in the package.json of the package, or of the root for tests
//   test code     only tests import *.test.ts and *.testing.ts (what several tests share)
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

export type Manifest = { dependencies?: Record<string, string>; devDependencies?: Record<string, string> };
export type Problem = { file: string; line: number; imported: string; rule: string; text: string };

const MAY_USE: Record<string, string[]> = {
  protocol: [],
  store: [],
  api: ['store'],
  push: ['protocol'],
  gateway: ['protocol', 'store', 'api', 'push'],
  device: ['protocol', 'push'],
  server: ['protocol', 'store', 'api', 'push', 'gateway'],
  console: ['protocol'],
  cli: ['protocol', 'store', 'api', 'push', 'gateway', 'device', 'server'],
};
const PURE = { package: 'protocol', uses: ['@noble/hashes'] };

const IMPORT =
  /^[ \t]*(?:import|export)\s(?:[\w$*{}\s,]*?\sfrom\s*)?\s*(['"])([^'"\n]+)\1|\bimport\(\s*(['"])([^'"\n]+)\3/gm;

/** Checks sources (path from the root → text) against manifests (folder from the root, '' for it → package.json). */
export function checkImports(sources: Map<string, string>, manifests: Map<string, Manifest>): Problem[] {
  const problems: Problem[] = [];
  for (const [file, text] of sources) {
    for (const match of text.matchAll(IMPORT)) {
      const imported = match[2] ?? match[4] ?? '';
      const start = text.lastIndexOf('\n', match.index) + 1;
      if (/^\s*(\/\/|\/?\*)/.test(text.slice(start, match.index))) continue; // named in a comment
      const at = match.index + match[0].length;
      const line = text.slice(0, at).split('\n').length;
      const problem = imported.startsWith('.')
        ? checkPath(file, posix.join(posix.dirname(file), imported))
        : checkName(file, imported, manifests);
      if (problem) problems.push({ file, line, imported, rule: problem[0], text: problem[1] });
    }
  }
  return problems;
}

type Broken = [rule: string, text: string] | undefined;

/** An import by path, from one file to another. */
function checkPath(from: string, to: string): Broken {
  const home = packageOf(from);
  const target = packageOf(to);
  if (target !== home) {
    const name = target
      ? `import @grove/${target} by its name`
      : 'a package imports nothing from outside itself';
    return ['package door', name];
  }
  if (isTestCode(to))
    return isTestCode(from) || !home ? undefined : ['test code', 'only tests may import it'];
  if (!home || !/\.[jt]sx?$/.test(to)) return undefined;
  const way = posix
    .relative(posix.dirname(from), to)
    .replace(/^(\.\.\/)+/, '')
    .split('/');
  if (way.length === 1 || (way.length === 2 && way[1] === 'index.ts')) return undefined;
  return ['door', `from outside ${way[0]}/ only ${way[0]}/index.ts may be imported`];
}

/** An import by name: of a Node module or a package. */
function checkName(from: string, imported: string, manifests: Map<string, Manifest>): Broken {
  const home = packageOf(from);
  const [scope = '', second = ''] = imported.split('/');
  const name = scope.startsWith('@') ? `${scope}/${second}` : scope;
  const own = manifests.get(home ? `packages/${home}` : '');
  const shared = !home || isTestCode(from) ? manifests.get('')?.devDependencies : undefined;

  if (scope === '@grove') {
    if (imported !== name) return ['package door', `import ${name}, without a path`];
    if (home && !MAY_USE[home]?.includes(second))
      return ['layers', `${home} may use: ${MAY_USE[home]?.join(', ') || 'no package'}`];
    if (!home)
      return manifests.has(`packages/${second}`) ? undefined : ['declared', 'there is no such package'];
  } else if (home === PURE.package && !isTestCode(from)) {
    if (!PURE.uses.includes(name)) return ['pure', `${home} may use only ${PURE.uses.join(', ')}`];
  }
  if (isBuiltin(imported)) return undefined;
  if ([own?.dependencies, own?.devDependencies, shared].some((names) => names?.[name])) return undefined;
  return ['declared', `${name} is not in ${home ? `packages/${home}/package.json` : 'package.json'}`];
}

function packageOf(file: string): string | undefined {
  return /^packages\/([^/]+)\//.exec(file)?.[1];
}

function isTestCode(file: string): boolean {
  return /\.(test|testing)\.tsx?$/.test(file);
}

if (import.meta.main) {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  const packages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}`);
  const manifests = ['', ...packages].map((folder): [string, Manifest] => [
    folder,
    JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')),
  ]);
  const sources = [...packages.map((folder) => `${folder}/src`), 'tests', 'bench', 'scripts']
    .flatMap((top) =>
      readdirSync(join(root, top), { recursive: true, encoding: 'utf8' }).map((file) => `${top}/${file}`),
    )
    .filter((file) => /\.(tsx?|mjs)$/.test(file))
    .map((file): [string, string] => [file, readFileSync(join(root, file), 'utf8')]);
  const problems = checkImports(new Map(sources), new Map(manifests));
  for (const { file, line, imported, rule, text } of problems) {
    console.error(`${file}:${line}: '${imported}' breaks the rule "${rule}": ${text}`);
  }
  if (problems.length > 0) process.exitCode = 1;
}
