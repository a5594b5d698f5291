import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Rate } from '../codec/rate.ts';

const PACKAGES = ['gcc', 'libc6-dev', 'libwbxml2-dev'];

/** libwbxml behind convert.c: how many documents per second it converts in a process of its own. */
export interface Libwbxml {
  rate(direction: 'wbxml2xml' | 'xml2wbxml', documents: readonly Uint8Array[]): Rate;
  remove(): void;
}

/**
 * Compiles the harness; as root on Debian it installs what that needs.
 *
 * @returns undefined, having said why, where there is no compiler or no libwbxml.
 */
export function buildLibwbxml(): Libwbxml | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'grove-bench-libwbxml-'));
  const program = join(folder, 'convert');
  if (!compile(program) && !(install() && compile(program))) {
    rmSync(folder, { recursive: true });
    console.error(`Not measured beside libwbxml. To do so: apt-get install ${PACKAGES.join(' ')}`);
    return undefined;
  }
  let files = 0;
  return {
    rate(direction, documents) {
      const names = documents.map((document) => {
        const name = join(folder, `document-${files++}`);
        writeFileSync(name, document);
        return name;
      });
      return (seconds) =>
        Number(execFileSync(program, [direction, String(seconds), ...names], { encoding: 'utf8' }));
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

function compile(program: string): boolean {
  const source = join(import.meta.dirname, 'convert.c');
  return succeeds('cc', ['-O2', '-I/usr/include/libwbxml-1.0', '-o', program, source, '-lwbxml2']);
}

function install(): boolean {
  if (process.getuid?.() !== 0) return false;
  const install = ['install', '-y', '-q', '--no-install-recommends', ...PACKAGES];
  return (
    succeeds('apt-get', install) || (succeeds('apt-get', ['update', '-q']) && succeeds('apt-get', install))
  );
}

function succeeds(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
