// Running other programs, for the scripts beside this file. Plain JavaScript for Node 20 or newer with
// nothing installed: these scripts are what installs everything else.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
export const bin = join(root, 'node_modules', '.bin');

/** The Node that the repository pins as its dev dependency `node`. */
export const pinnedNode = join(bin, process.platform === 'win32' ? 'node.cmd' : 'node');

const shell = process.platform === 'win32';

/** The environment for programs of the repository: its own ones are found first. @type {NodeJS.ProcessEnv} */
export const environment = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` };

/**
 * Runs a program in place of this one, as far as that can be done: same terminal, same signals.
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<number>} its exit code
 */
export function runInPlace(command, args, env = environment) {
  const child = spawn(command, args, { cwd: root, env, stdio: 'inherit', shell });
  // Ctrl-C in a terminal reaches the child by itself; it decides when to end.
  const passOn = (/** @type {NodeJS.Signals} */ signal) => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, passOn);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      for (const name of signals) process.off(name, passOn);
      resolve(code ?? (signal ? 128 + constants.signals[signal] : 1));
    });
  });
}

/**
 * Runs a program and keeps what it prints.
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<{ code: number, output: string }>}
 */
export function runQuietly(command, args, env = environment) {
  const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'], shell });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: 127, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/**
 * Runs a program whose output matters only on a terminal or when it fails. All of it goes to standard error.
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<boolean>} whether it succeeded
 */
export async function runBehind(command, args, env = environment) {
  if (process.stderr.isTTY) {
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 2, 2], shell });
    return new Promise((resolve) => {
      child.on('error', () => resolve(false));
      child.on('close', (code) => resolve(code === 0));
    });
  }
  const { code, output } = await runQuietly(command, args, env);
  if (code !== 0) process.stderr.write(output);
  return code === 0;
}

/** Progress goes to standard error: standard output belongs to what was asked for. @param {string} line */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Ends with a message. @param {string} message @returns {never} */
export function fail(message) {
  say(message);
  process.exit(1);
}
