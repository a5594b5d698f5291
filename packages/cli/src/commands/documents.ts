import { readFileSync } from 'node:fs';
import type { Step } from '@grove/server';
import { parse, YAMLParseError } from 'yaml';
import { UsageError, unreadable } from '../program/index.ts';

/**
 * Reads a YAML or JSON file; what it must hold is for the server to say.
 *
 * @param file `-` is standard input
 * @throws {UsageError} when it cannot be read or parsed; names the line
 */
export function readDocument(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new UsageError(unreadable(file, error), { cause: error });
  }
  return parseDocument(text, file);
}

/**
 * Reads YAML or JSON.
 *
 * @param file what to call it in errors
 * @throws {UsageError} naming the line
 */
export function parseDocument(text: string, file: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100 });
  } catch (error) {
    const [line] = error instanceof YAMLParseError ? error.message.split('\n') : [String(error)];
    throw new UsageError(`${file} is neither YAML nor JSON: ${line?.replace(/:$/, '')}`, { cause: error });
  }
}

/**
 * Reads the steps of a task or campaign: a list, or an object that has them under `steps`.
 *
 * @throws {UsageError}
 */
export function readSteps(file: string): Step[] {
  const document = readDocument(file);
  const steps =
    typeof document === 'object' && document !== null && 'steps' in document ? document.steps : document;
  if (!Array.isArray(steps))
    throw new UsageError(`${file}: expected a list of steps, or an object with "steps"`);
  return steps;
}
