import { InvalidInput, type Problem } from '@grove/api';
import { TreeError, Uri } from '@grove/protocol';

/** What an address may be of: a node alone, also its properties, or also a list of what is below it. */
export type Addressed = 'node' | 'property' | 'any';

const EXPECTED: Readonly<Record<Addressed, string>> = {
  node: 'the URI of a node, such as ./DevInfo/Man, without "?"',
  property: 'the URI of a node, such as ./DevInfo/Man, or of a property of one',
  any: 'the URI of a node, such as ./DevInfo/Man',
};

/**
 * Reads a URI that was given for a device.
 *
 * @param problems where to say what is wrong with it
 * @returns undefined when it is none
 */
export function readUri(
  text: string,
  addressed: Addressed,
  field: string,
  problems: Problem[],
): Uri | undefined {
  try {
    const uri = Uri.parse(text);
    const fits =
      addressed === 'any' ||
      (uri.list === undefined && (addressed === 'property' || uri.property === undefined));
    if (fits) return uri;
    problems.push({ field, value: text, expected: EXPECTED[addressed] });
  } catch (error) {
    if (!(error instanceof TreeError)) throw error;
    problems.push({ field, value: text, expected: `${EXPECTED[addressed]} (${error.message})` });
  }
  return undefined;
}

/**
 * The canonical form of a node's URI.
 *
 * @throws {InvalidInput} when it is none
 */
export function checkNodeUri(text: string, field: string): string {
  const problems: Problem[] = [];
  const uri = readUri(text, 'node', field, problems);
  if (uri === undefined) throw new InvalidInput(problems);
  return uri.toString();
}
