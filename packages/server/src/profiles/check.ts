import { InvalidInput, type Problem } from '@grove/api';
import { serviceOf, Uri } from '@grove/protocol';
import { describeInstance } from '../models/index.ts';
import {
  checkDocument,
  effectiveOf,
  isFlat,
  type ProfileDocument,
  type ProfileInput,
} from './document/index.ts';
import { NO_FACTS } from './facts/index.ts';
import { checkFragment, type Reason, type RenderedFragment } from './render/index.ts';

/**
 * Checks a profile: all that can be checked without knowing a device, and what it says of standard objects against their
 * descriptions, as far as no variables are in it.
 *
 * @param own identifiers of objects that uploaded descriptions of models have: these may have them otherwise
 * @param field where it stands in what the user gave
 * @returns it in the form in which it is kept
 * @throws {InvalidInput} naming each field, such as `document/fragments/0/nodes/2/path`
 */
export function checkProfile(
  input: ProfileInput,
  own: ReadonlySet<string> = new Set(),
  field = 'document',
): ProfileDocument {
  const problems: Problem[] = [];
  const document = checkDocument(input, problems);
  if (problems.length === 0) problems.push(...againstStandard(document, own));
  if (problems.length === 0) return document;
  throw new InvalidInput(
    problems.map((problem) => {
      // The one fragment of a flat document stands at its top.
      const at = isFlat(input) ? problem.field.replace(/^fragments\/0\/?/, '') : problem.field;
      return { ...problem, field: [field, at].filter((part) => part !== '').join('/') };
    }),
  );
}

function againstStandard(document: ProfileDocument, own: ReadonlySet<string>): Problem[] {
  const majors = new Set([...own].map(serviceOf));
  const problems = new Map<string, Problem>();
  const variants = [undefined, ...(document.variants ?? []).keys()];
  for (const variant of variants) {
    for (const { object, name, nodes, field: at } of effectiveOf(document, variant).fragments) {
      if (object === undefined || majors.has(serviceOf(object))) continue;
      const described = describeInstance(NO_FACTS.model, [], object);
      if (described === undefined || described === 'unknown') continue;
      const fragment: RenderedFragment = {
        profile: '',
        name,
        root: './x',
        object,
        field: at,
        nodes: [...nodes.values()].flatMap(({ field: place, what }) => {
          const { path, value, policy = 'enforce', format, type, secret = false } = what;
          if (`${path}${value ?? ''}`.includes('${')) return [];
          return [
            {
              path,
              value: value === undefined ? undefined : String(value),
              policy,
              format,
              type,
              secret,
              field: place,
            },
          ];
        }),
      };
      const reasons: Reason[] = [];
      checkFragment({ fragment, uri: Uri.ROOT, described }, object, reasons);
      for (const { field: place, found, expected } of reasons)
        problems.set(`${place}\n${expected}`, {
          field: place,
          ...(found === undefined ? {} : { value: found }),
          expected,
        });
    }
  }
  return [...problems.values()];
}
