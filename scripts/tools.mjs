// The programs of other people that some tests need. One row each: adding one means adding a row.
import { existsSync, readdirSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { environment, root, runBehind, runQuietly, say } from './process.mjs';

/**
 * @typedef {object} Tool
 * @property {string} id      tests that need it have it in their name: `*.<id>.test.ts`, `*.<id>.<id>.test.ts`
 * @property {string} name    what people call it
 * @property {string[]} debian  the Debian packages that have it
 * @property {() => boolean} found
 */

/** @type {Tool[]} */
export const tools = [
  { id: 'postgres', name: 'PostgreSQL', debian: ['postgresql'], found: () => postgresFolder() !== undefined },
  {
    id: 'libwbxml',
    name: 'libwbxml',
    debian: ['libwbxml2-utils'],
    found: () => ['wbxml2xml', 'xml2wbxml'].every((program) => onPath(program) !== undefined),
  },
  { id: 'chromium', name: 'Chromium', debian: ['chromium'], found: () => chromiumProgram() !== undefined },
  {
    id: 'kannel',
    name: 'Kannel',
    debian: ['kannel', 'kannel-extras'],
    found: () =>
      ['bearerbox', 'wapbox'].every((program) => onPath(program) !== undefined) &&
      kannelTestFolder() !== undefined,
  },
  {
    id: 'kamailio',
    name: 'Kamailio',
    debian: ['kamailio', 'kamailio-tls-modules'],
    found: () => onPath('kamailio') !== undefined && kamailioModule('tls.so') !== undefined,
  },
  { id: 'sipp', name: 'SIPp', debian: ['sip-tester'], found: () => onPath('sipp') !== undefined },
  { id: 'tshark', name: 'tshark', debian: ['tshark'], found: () => onPath('tshark') !== undefined },
];

/**
 * The folder with PostgreSQL's server programs, which Debian keeps off the PATH.
 * @returns {string | undefined}
 */
export function postgresFolder() {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(debian, version, 'bin')), ...path()];
  return folders.find((folder) =>
    ['initdb', 'postgres'].every((program) => existsSync(join(folder, program))),
  );
}

/**
 * The path of Chromium.
 * @returns {string | undefined}
 */
export function chromiumProgram() {
  const folder = onPath('chromium');
  return folder && join(folder, 'chromium');
}

/**
 * The folder with Kannel's test programs (`test_ppg`, `drive_smpp`), which Debian keeps off the PATH.
 * @returns {string | undefined}
 */
export function kannelTestFolder() {
  const folders = ['/usr/lib/kannel/test', ...path()];
  return folders.find((folder) =>
    ['test_ppg', 'drive_smpp'].every((program) => existsSync(join(folder, program))),
  );
}

/**
 * The path of a module of Kamailio, which Debian keeps below a folder for the machine's kind.
 * @param {string} name
 * @returns {string | undefined}
 */
function kamailioModule(name) {
  const kinds = existsSync('/usr/lib') ? readdirSync('/usr/lib') : [];
  return ['', ...kinds]
    .flatMap((kind) =>
      ['kamailio', 'kamailio64'].map((folder) => join('/usr/lib', kind, folder, 'modules', name)),
    )
    .find((path) => existsSync(path));
}

/** The folder with a program. @param {string} program */
function onPath(program) {
  return path().find((folder) => existsSync(join(folder, program)));
}

function path() {
  // Debian keeps servers in sbin, which is not on every PATH.
  return [...(environment.PATH ?? '').split(delimiter), '/usr/sbin'].filter((folder) => folder !== '');
}

/**
 * Finds out which tools the tests of this run need and has not got, and installs those where it may: as root
 * on a system with apt-get.
 * @param {string[]} filters parts of the paths of the test files to run; none means all of them
 * @returns {Promise<Tool[]>} the tools that are needed and still absent
 */
export async function ensureTools(filters) {
  const files = testFiles().filter(
    (file) => filters.length === 0 || filters.some((part) => file.includes(part)),
  );
  const needed = tools.filter((tool) => files.some((file) => basename(file).split('.').includes(tool.id)));
  const absent = needed.filter((tool) => !tool.found());
  if (absent.length === 0 || process.getuid?.() !== 0 || !onPath('apt-get')) return absent;

  say(`Installing ${absent.map((tool) => tool.name).join(' and ')} with apt-get …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = [
    'install',
    '-y',
    '-q',
    '--no-install-recommends',
    ...absent.flatMap((tool) => tool.debian),
  ];
  if ((await runQuietly('apt-get', install, env)).code !== 0) {
    say('Fetching the lists of Debian packages first …');
    if (await runBehind('apt-get', ['update', '-q'], env)) await runBehind('apt-get', install, env);
  }
  return absent.filter((tool) => !tool.found());
}

/** Every test file of the repository, relative to its root. */
function testFiles() {
  return ['packages', 'tests'].flatMap((top) =>
    existsSync(join(root, top))
      ? readdirSync(join(root, top), { recursive: true, encoding: 'utf8' })
          .map((file) => join(top, file))
          .filter((file) => file.endsWith('.test.ts') && !file.includes('node_modules'))
      : [],
  );
}
