import { UsageError } from '../../program/index.ts';
import { parseDocument } from '../documents.ts';
import { readInput } from '../input.ts';

/** A profile from a file, as the API takes it. */
export interface ProfileFile {
  /** The name that the file says. */
  readonly name: string | undefined;
  readonly content: { readonly document: unknown } | { readonly source: string };
}

/**
 * Reads a profile from a file: YAML, JSON, or a serialized tree (TNDS) as XML or WBXML. What it must hold is for the server
 * to say.
 *
 * @param file `-` is standard input
 * @throws {UsageError} when it cannot be read or parsed
 */
export async function readProfileFile(file: string): Promise<ProfileFile> {
  const bytes = await readInput(file);
  const [first = 0] = bytes;
  if (first <= 0x03) return { name: undefined, content: { source: Buffer.from(bytes).toString('base64') } };
  const text = new TextDecoder().decode(bytes);
  if (/^\s*</.test(text)) return { name: undefined, content: { source: text } };
  const read = parseDocument(text, file);
  if (typeof read !== 'object' || read === null || Array.isArray(read))
    throw new UsageError(`${file}: expected an object that says what devices should have`);
  // Files for "grove apply" say what they are.
  const { name, kind: _, ...document } = read as Record<string, unknown>;
  if (name !== undefined && typeof name !== 'string')
    throw new UsageError(`${file}: expected a text as "name"`);
  return { name, content: { document } };
}

/** @throws {UsageError} where neither the file nor the user says a name */
export function nameFor(file: string, { name }: ProfileFile, given: string | undefined): string {
  const found = given ?? name;
  if (found === undefined) throw new UsageError(`${file} has no "name": say it with --name`);
  return found;
}
