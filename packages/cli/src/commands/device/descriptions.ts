import { describedHandlers, HANDLERS, type ObjectHandler } from '@grove/device';
import { type DdfDocument, Deviations, MalformedError, parseDdf } from '@grove/protocol';
import { note, printable } from '../../output/index.ts';
import { CommandError } from '../../program/index.ts';
import { readInput } from '../input.ts';

/**
 * What stands behind a phone's objects: those of its model, and those that device description files have. What is odd
 * about a file is told on standard error.
 *
 * @throws {CommandError} when a file cannot be read, or is no device description: says where
 */
export async function handlersFrom(
  files: readonly string[],
  own: readonly ObjectHandler[] = HANDLERS,
): Promise<readonly ObjectHandler[]> {
  if (files.length === 0) return own;
  const described: ObjectHandler[] = [];
  for (const file of files) described.push(...describedHandlers(parse(file, await readInput(file))));
  return [...own, ...described];
}

/** The highest version byte that a WBXML document begins with; an XML document begins with something greater. */
const WBXML_1_3 = 3;

function parse(file: string, bytes: Uint8Array): DdfDocument {
  const deviations = new Deviations();
  try {
    const document = parseDdf(bytes, (bytes[0] ?? 0) <= WBXML_1_3 ? 'wbxml' : 'xml', { deviations });
    for (const { path, found, expected } of deviations.list)
      note(printable(`${file}: ${path}${path === '' ? '' : ': '}${found}; expected ${expected}`));
    return document;
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    throw new CommandError(`${file} is no device description: ${printable(error.message)}`, { cause: error });
  }
}
