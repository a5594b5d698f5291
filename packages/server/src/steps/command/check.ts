import { AclSyntaxError, checkName, type PropertyName, parseAcl, type Uri } from '@grove/protocol';
import { type Addressed, type Checking, checkContent, checkValue, readUri } from '../checking/index.ts';
import type { CommandStep } from './step.ts';

const ADDRESSES: Readonly<Record<CommandStep['kind'], Addressed>> = {
  get: 'any',
  replace: 'property',
  add: 'node',
  delete: 'node',
  copy: 'node',
};

export function checkCommand(step: CommandStep, { field, problems }: Checking): CommandStep {
  const read = (text: string, name: string): Uri | undefined =>
    readUri(text, ADDRESSES[step.kind], `${field}/${name}`, problems);
  const at = read(step.uri, 'uri');
  const uri = at?.toString() ?? step.uri;
  switch (step.kind) {
    case 'get':
    case 'delete':
      return { ...step, uri };
    case 'copy':
      return { ...step, uri, to: read(step.to, 'to')?.toString() ?? step.to };
    case 'replace':
      if (step.content !== undefined && at?.property === undefined) {
        return { ...checkContent(step, field, problems), uri };
      }
      if (at?.property !== undefined) checkProperty(step, at, at.property, { field, problems });
      else if (step.value !== undefined) checkValue({ ...step, value: step.value }, field, problems);
      else problems.push({ field: `${field}/value`, expected: `${VALUE}, or a content` });
      return { ...step, uri };
    case 'add':
      if (step.content !== undefined) return { ...checkContent(step, field, problems), uri };
      if (step.format === 'node') {
        if (step.value !== undefined && step.value !== '') {
          problems.push({ field: `${field}/value`, expected: 'no value: format node is an interior node' });
        }
      } else checkValue({ ...step, value: step.value ?? '' }, field, problems);
      return { ...step, uri };
  }
}

const VALUE = 'text (Value as text; base64 where the format is bin)';

/** Bytes of the longest Title (DM_TND 1.2). */
const MAX_TITLE = 255;

/** Why a text cannot be the value of a property; properties that are not here are only read. */
const PROPERTY_RULES: Partial<Record<PropertyName, (text: string, uri: Uri) => string | undefined>> = {
  ACL: aclFault,
  Active: markFault,
  Default: markFault,
  Locked: markFault,
  Name: (text, uri) =>
    uri.segments.length === 0 ? 'another node: the root has no name that can change' : checkName(text),
  Title: (text) =>
    Buffer.byteLength(text) > MAX_TITLE ? `a Title of at most ${MAX_TITLE} bytes (DM_TND 1.2)` : undefined,
};

/** A property's value is text, whatever the node's is (DM_TND 1.2, run-time properties). */
function checkProperty(
  { value, content, format, type }: Extract<CommandStep, { kind: 'replace' }>,
  uri: Uri,
  property: PropertyName,
  { field, problems }: Pick<Checking, 'field' | 'problems'>,
): void {
  const rule = PROPERTY_RULES[property];
  if (rule === undefined) {
    const known = Object.keys(PROPERTY_RULES).join(', ');
    const expected = `one of the properties that a server may replace: ${known} (DM_TND 1.2)`;
    problems.push({ field: `${field}/uri`, value: uri.toString(), expected });
    return;
  }
  if (value === undefined) problems.push({ field: `${field}/value`, expected: VALUE });
  const fault = value === undefined ? undefined : rule(value, uri);
  if (fault !== undefined) {
    problems.push({ field: `${field}/value`, value, expected: `a value of ${property}: ${fault}` });
  }
  for (const [name, given] of Object.entries({ content, format, type })) {
    if (given === undefined) continue;
    problems.push({ field: `${field}/${name}`, value: given, expected: 'none: properties are text' });
  }
}

function markFault(text: string): string | undefined {
  return text === 'true' || text === 'false' ? undefined : 'true or false';
}

function aclFault(text: string, uri: Uri): string | undefined {
  try {
    const acl = parseAcl(text);
    if (uri.segments.length > 0 || acl.get('Add')?.includes('*')) return undefined;
    return 'the root keeps Add=*, so that other servers can manage the device as well (DM_TND 1.2)';
  } catch (error) {
    if (error instanceof AclSyntaxError) return error.message;
    throw error;
  }
}
