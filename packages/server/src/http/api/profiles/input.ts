import { InvalidInput } from '@grove/api';
import { type ProfileInput, readSource } from '../../../profiles/index.ts';

/**
 * The profile that a request gives, as a document or as a file.
 *
 * @throws {InvalidInput} unless there is one of the two, and it can be read
 */
export function inputOf({ document, source }: { document?: ProfileInput; source?: string }): ProfileInput {
  if (document !== undefined && source === undefined) return document;
  if (source === undefined || document !== undefined)
    throw new InvalidInput([{ field: 'document', expected: 'either a document or a source' }]);
  const isText = !/^[A-Za-z0-9+/=\s]*$/.test(source);
  return readSource(isText ? Buffer.from(source, 'utf8') : Buffer.from(source, 'base64'), 'source');
}
