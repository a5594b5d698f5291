#!/usr/bin/env node
// The grove command. It needs Node 24 or newer, because it runs TypeScript files as they are. On an
// older Node it runs itself again with the Node that the repository pins as its dev dependency `node`.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = 24;

if (Number.parseInt(process.versions.node, 10) >= OLDEST_NODE) {
  await import('../src/main.ts');
} else {
  const node = pinnedNode(dirname(fileURLToPath(import.meta.url)));
  if (node) runAgainWith(node);
  else {
    console.error(`grove needs Node ${OLDEST_NODE} or newer; this is Node ${process.versions.node}.`);
    process.exitCode = 1;
  }
}

/**
 * The nearest node_modules/.bin/node in this folder or one above it.
 * @param {string} folder
 * @returns {string | undefined}
 */
function pinnedNode(folder) {
  const candidate = join(folder, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
  if (existsSync(candidate)) return candidate;
  const parent = dirname(folder);
  return parent === folder ? undefined : pinnedNode(parent);
}

/**
 * Runs this file again with another Node, in place of this process as far as that can be done.
 * @param {string} node
 */
function runAgainWith(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];
  // Ctrl-C in a terminal reaches the child by itself; it decides when to end.
  const passOn = (/** @type {NodeJS.Signals} */ signal) => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  for (const signal of signals) process.on(signal, passOn);
  child.on('error', (error) => {
    console.error(`grove could not run ${node}: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    for (const name of signals) process.off(name, passOn);
    if (signal) process.kill(process.pid, signal);
    else process.exitCode = code ?? 1;
  });
}
