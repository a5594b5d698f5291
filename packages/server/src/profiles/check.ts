import { InvalidInput, type Problem } from '@grove/api';
import { checkNodes } from '../steps/index.ts';
import type { ProfileDocument } from './document.ts';

/**
 * Checks that a profile can be brought to a device.
 *
 * @returns it with root and paths in canonical form
 * @throws {InvalidInput} naming each field, such as `document/nodes/0/path`
 */
export function checkProfile(document: ProfileDocument): ProfileDocument {
  const problems: Problem[] = [];
  const checked = checkNodes(document, 'document', problems);
  if (problems.length > 0) throw new InvalidInput(problems);
  return checked;
}
