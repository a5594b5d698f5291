import { readFileSync } from 'node:fs';
import { parseScript, ScriptError, type ScriptedAnswer } from '@grove/device';
import { type Command, Option } from 'commander';
import { parse, YAMLParseError } from 'yaml';
import { explainSystemError, UsageError } from '../program/index.ts';

const WORDS = ['accept', 'reject', 'ignore'] as const;

/** Adds `--answers`. */
export function addAnswersOption(command: Command, otherwise: string): Command {
  const who = 'accept, reject, ignore, or a file of answers in YAML or JSON';
  return command.addOption(
    new Option(
      '--answers <who>',
      `how the user answers what the server asks: ${who} (default: ${otherwise})`,
    ),
  );
}

/**
 * The script that `--answers` means.
 *
 * @throws {UsageError}
 */
export function answersFrom(option: string): readonly ScriptedAnswer[] {
  const word = WORDS.find((each) => each === option);
  if (word !== undefined) return [{ answer: word }];
  try {
    return parseScript(parse(readFileSync(option, 'utf8')));
  } catch (error) {
    const reason =
      error instanceof ScriptError || error instanceof YAMLParseError
        ? `${option}: ${error.message}`
        : `${explainSystemError(error) ?? String(error)}; expected ${WORDS.join(', ')} or a file of answers`;
    throw new UsageError(`--answers: ${reason}`, { cause: error });
  }
}
