import { isMarkup, type Markup } from '../syncml/index.ts';
import { readDdf, readTnds, TreeError, Uri } from '../tree/index.ts';
import { Deviations, MalformedError } from '../vocabulary/index.ts';
import type { Fault } from './rule.ts';

/** Whether a MgmtTree describes what nodes may be (DDF), and not what they are (TNDS). */
export function isDescription({ children }: Markup): boolean {
  return children.some(
    (child) =>
      isMarkup(child) &&
      (child.element.name === 'DFProperties' || (child.element.name === 'Node' && isDescription(child))),
  );
}

/** What is not as it should be in a serialized tree or a device description; nothing in any other document. */
export function treeFaults(document: Markup): Fault[] {
  if (document.element.name !== 'MgmtTree') return [];
  const deviations = new Deviations();
  const faults: Fault[] = [];
  try {
    if (isDescription(document)) readDdf(document, deviations);
    else readTnds(document, Uri.ROOT, { deviations });
  } catch (error) {
    if (!(error instanceof MalformedError) && !(error instanceof TreeError)) throw error;
    faults.push({ found: error.message, expected: 'a document that can be read', at: 'MgmtTree' });
  }
  return [...deviations.list.map(({ path, found, expected }) => ({ at: path, found, expected })), ...faults];
}
